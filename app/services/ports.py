"""What the services need from the outside, as protocols. Storage, sealing and detection fill them."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.analysis import Analysis, ModelStamp
from app.domain.comment import Comment, Kind
from app.domain.decision import Action, Decision, Urgency
from app.domain.key import ApiKey


class Analyzer(Protocol):
    """Reads texts. The same text gives the same analysis alone or among others, always."""

    @property
    def stamp(self) -> ModelStamp:
        """Which reader this is; kept with every decision."""
        ...

    @property
    def patterns_only(self) -> bool:
        """Whether no trained reader is there, so that more must go to a person."""
        ...

    def analyze_many(self, comments: Sequence[Comment]) -> list[Analysis]:
        """One analysis a comment, in order. Never raises for what a text holds."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Which comment is meant: the sender (an API key's id) and the sender's own id of the comment."""

    sender: str
    comment_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written down together: a decision, the comment that it judged, and the keyed hash of its text.

    `version` counts the texts of one comment from 1; an edit is the next one.
    """

    place: Place
    version: int
    comment: Comment
    fingerprint: bytes
    decision: Decision


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest decision on a comment, with the keyed hash of the text that it judged."""

    version: int
    fingerprint: bytes
    decision: Decision


@dataclass(frozen=True, slots=True)
class Logged:
    """A decision as the log tells of it."""

    decision: Decision
    kind: Kind
    page: str
    reviewed: bool
    superseded_by: str | None


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which decisions are wanted; what is None is not asked. `since` is included, `until` is not."""

    since: datetime | None = None
    until: datetime | None = None
    action: Action | None = None
    guideline: str | None = None
    page: str | None = None
    urgency: Urgency | None = None
    kind: Kind | None = None
    reviewed: bool | None = None
    policy_version: str | None = None
    comment_id: str | None = None


class Decisions(Protocol):
    """The decisions, within one unit of work."""

    def standing(self, places: Collection[Place]) -> Mapping[Place, Standing]:
        """The latest decision on each comment that has one."""
        ...

    def add_many(self, entries: Sequence[Entry]) -> None:
        """Write down comments, decisions and what waits for review. Raises Conflict when a version is there already."""
        ...

    def find(self, wanted: LogFilter, *, before: str | None, limit: int) -> list[Logged]:
        """Decisions newest first, at most `limit`, from the one after `before` (a decision's id) on."""
        ...

    def get(self, decision_id: str) -> Logged:
        """One decision. Raises NotFound."""
        ...

    def history(self, decision_id: str) -> list[Logged]:
        """Every decision on the same comment, oldest first. Raises NotFound."""
        ...


class ApiKeys(Protocol):
    """The keys that programs use, within one unit of work. Only digests of their secrets are kept."""

    def add(self, key: ApiKey, *, digest: bytes) -> None:
        """Keep a new key."""
        ...

    def by_digest(self, digest: bytes) -> ApiKey | None:
        """The key with this digest, if there is one."""
        ...

    def all(self) -> list[ApiKey]:
        """Every key, oldest first."""
        ...

    def revoke(self, key_id: str, *, at: datetime) -> None:
        """End a key. Raises NotFound."""
        ...

    def used(self, key_id: str, *, at: datetime) -> None:
        """Remember when a key was last used."""
        ...


class UnitOfWork(Protocol):
    """What happens in one transaction."""

    @property
    def decisions(self) -> Decisions:
        """The decisions."""
        ...

    @property
    def keys(self) -> ApiKeys:
        """The API keys."""
        ...


class Store(Protocol):
    """Where everything is kept."""

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that changes nothing."""
        ...

    def ping(self) -> None:
        """Raises Busy when the store cannot be reached."""
        ...

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that is durable once the block has ended, and undone when it raises."""
        ...


class DataKey(Protocol):
    """The key of one comment. Destroying its wrapped form destroys all that it sealed."""

    @property
    def key_id(self) -> str:
        """Which key-encryption key wraps it."""
        ...

    @property
    def wrapped(self) -> bytes:
        """The key as it may be kept beside what it seals."""
        ...

    def seal(self, plain: bytes, *, column: str, row: str) -> bytes:
        """Encrypt for one place; `column` is `table.column`."""
        ...

    def open(self, sealed: bytes, *, column: str, row: str) -> bytes:
        """Decrypt. Raises SealBroken when it was changed, or sealed for another place."""
        ...


class Seal(Protocol):
    """Makes and opens data keys."""

    @property
    def key_id(self) -> str:
        """Which key-encryption key this is."""
        ...

    def new_key(self, *, owner: str) -> DataKey:
        """A fresh random key for one owner."""
        ...

    def unwrap(self, wrapped: bytes, *, key_id: str, owner: str) -> DataKey:
        """The key again. Raises SealBroken when it was wrapped by another key, or for another owner."""
        ...

    def fingerprint(self, *parts: str) -> bytes:
        """A keyed hash, by which texts are compared without being kept."""
        ...
