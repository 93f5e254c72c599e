"""What comes in: a text that somebody wrote on, or for, an organisation's page."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What sort of text this is; it decides which question is asked of it."""

    COMMENT = "comment"
    POST = "post"
    DRAFT = "draft"
    WORKER_POST = "worker_post"
    RESIDENT_POST = "resident_post"
    FOLLOW_REQUEST = "follow_request"


class Relation(StrEnum):
    """What the author is to the organisation, as the sender knows it."""

    PUBLIC = "public"
    SURVIVOR = "survivor"
    WORKER = "worker"
    ORGANISATION = "organisation"


class Goal(StrEnum):
    """The one communication goal that a page states."""

    DIALOGUE = "dialogue"
    VOICE = "voice"
    SERVICES = "services"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote the text. Every field may be empty: platforms differ in what they tell."""

    id: str = ""
    name: str = ""
    relation: Relation = Relation.PUBLIC


@dataclass(frozen=True, slots=True)
class Mention:
    """A person or account that the platform tagged; offsets are half-open code points of the text."""

    id: str
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parent:
    """The text that this one answers."""

    id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """One text to be triaged. `text` is kept exactly as it was sent; every offset refers to it."""

    text: str
    id: str = ""
    kind: Kind = Kind.COMMENT
    page: str = ""
    page_goal: Goal | None = None
    author: Author = field(default_factory=Author)
    mentions: tuple[Mention, ...] = ()
    parent: Parent | None = None
    language: str = ""
    created_at: datetime | None = None
