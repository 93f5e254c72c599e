"""What Porchlight answers: an action, its urgency, the guidelines it cites and the words to send."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.analysis import Analysis, ModelStamp


class Action(StrEnum):
    """What happens to the text."""

    KEEP = "keep"
    RESPOND = "respond"
    REMOVE = "remove"


class Urgency(StrEnum):
    """How soon a person should look. `rank` orders them."""

    ROUTINE = "routine"
    SOON = "soon"
    NOW = "now"

    @property
    def rank(self) -> int:
        """0 for routine, 2 for now."""
        return list(Urgency).index(self)


@dataclass(frozen=True, slots=True)
class Citation:
    """A guideline that the decision rests on. `because` names kinds of facts, never the text."""

    guideline: str
    title: str
    because: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What may be sent to the author, and what the moderator reads. Neither repeats the text."""

    author: str
    moderator: str
    language: str
    template: str


@dataclass(frozen=True, slots=True)
class Review:
    """Whether a person must look before the decision takes effect, and why."""

    required: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyStamp:
    """Which pack judged: its name, and `sha256:` of its content."""

    pack: str
    version: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The policy's opinion of one analysis, before anything is written down.

    `citations` are strongest first: the first is the reason for the action; empty when the text is
    simply kept. `held` says that the text stays hidden while it waits for a person.
    """

    action: Action
    urgency: Urgency
    review: Review
    citations: tuple[Citation, ...]
    explanation: Explanation
    held: bool
    policy: PolicyStamp


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement with its identity: what is recorded, answered, and cited by the log."""

    id: str
    comment_id: str
    judgement: Judgement
    analysis: Analysis
    redacted_text: str
    model: ModelStamp
    decided_at: datetime
    supersedes: str | None = None
