"""The shape of a policy pack. `loader.py` reads it from YAML; nothing here has a default opinion."""

from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from app.domain.analysis import Label
from app.domain.comment import Goal, Kind, Relation
from app.domain.decision import Action, Urgency
from app.policy.conditions import Condition, Identifying, Model, OneOrMany, Stories, Thresholds

GUIDELINE_IDS = (
    "immediate-danger",
    "refuge-confidentiality",
    "locating-a-person",
    "personal-information",
    "survivor-story",
    "survivor-identity",
    "private-events",
    "staff-consent",
    "threat",
    "tagged-attack",
    "personal-attack",
    "hate",
    "intended-harm",
    "inaccuracy",
    "opposing-view",
    "support-seeking",
    "spam",
    "content-scope",
    "following",
)
SAFETY_GUIDELINE_IDS = frozenset(GUIDELINE_IDS[: GUIDELINE_IDS.index("inaccuracy")])
"""These protect people: they are the same under every goal, and a pack may not weaken them."""


class Case(Model):
    """One way in which a guideline applies. The first case of a guideline whose `when` holds counts.

    `action` is one action, or one a goal. `because` may hold `{details}`, which becomes the kinds of
    findings in plain words. `instead_of` names guidelines that are not cited when this case holds.
    `rank` moves this case in the order of the pack: a smaller number is stronger.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    when: Condition
    action: Action | dict[Goal, Action]
    urgency: Urgency = Urgency.ROUTINE
    because: str
    review: str | None = None
    template: str | None = None
    instead_of: tuple[str, ...] = ()
    rank: int | None = None

    def action_for(self, goal: Goal) -> Action:
        """What this case does on a page with this goal."""
        return self.action if isinstance(self.action, Action) else self.action[goal]

    @model_validator(mode="after")
    def _every_goal(self) -> "Case":
        if isinstance(self.action, dict) and set(self.action) != set(Goal):
            raise ValueError(f"action: give one for each goal: {', '.join(Goal)}")
        return self


class Guideline(Model):
    """One of the organisation's written guidelines: for the public (title, rule, why) and for the engine."""

    id: str
    title: str
    rule: str
    why: str
    kinds: frozenset[Kind] = frozenset(Kind)
    cases: tuple[Case, ...] = ()

    @field_validator("id")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in GUIDELINE_IDS:
            raise ValueError(f"not a guideline id; one of: {', '.join(GUIDELINE_IDS)}")
        return value

    @property
    def safety(self) -> bool:
        """Whether this guideline protects people, so that no pack may weaken it."""
        return self.id in SAFETY_GUIDELINE_IDS


class Protection(Model):
    """What is never a reason to remove: when it holds, the shielded guidelines do not apply."""

    id: str
    why: str
    when: Condition
    shields_from: tuple[str, ...] = Field(min_length=1)


class ReviewRule(Model):
    """When a person must look, whatever the guideline says of it."""

    when: Condition | None = None
    actions: frozenset[Action] = frozenset(Action)
    safety: bool | None = None
    reason: str


class ReviewWords(Model):
    """What a moderator reads when the engine itself asks for a person."""

    uncertain: str
    conflict: str
    language: str
    patterns_only: str
    correction: str


def _hours(value: object) -> object:
    """`09:00-17:00` becomes its two times."""
    if isinstance(value, str) and value.count("-") == 1:
        start, end = value.split("-")
        return {"start": start.strip(), "end": end.strip()}
    return value


class Hours(Model):
    """Hours of a day, local to the page; an `end` before the `start` is past midnight."""

    start: time
    end: time

    def hold(self, moment: time) -> bool:
        """Whether the moment is inside."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Moderation(Model):
    """How much oversight a page has."""

    timezone: str = "UTC"
    staffed_hours: dict[Weekday, Annotated[Hours, BeforeValidator(_hours)]] = {}
    people: int = Field(default=1, ge=0)
    max_wait: timedelta = timedelta(hours=12)


class Page(Model):
    """A page that the organisation looks after."""

    title: str
    goal: Goal = Goal.DIALOGUE
    survivor_stories: Stories = Stories.WELCOME
    country: Literal["AU", "NZ", "GB", "IE", "US", "CA"] = "AU"
    languages: tuple[str, ...] = ("en",)
    moderation: Moderation = Moderation()


class Consent(Model):
    """One person's recorded consent to be named by the organisation."""

    name: str
    role: str = ""
    until: str | None = None


class PublicEvent(Model):
    """An event that the organisation itself announces; naming its time and place breaks nothing."""

    title: str
    words: tuple[str, ...] = Field(min_length=1)


class Organisation(Model):
    """What the organisation publishes of itself: never a finding that breaks a guideline."""

    name: str
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    drop_off: str = ""
    contact: str = ""


class Helpline(Model):
    """A public number that anyone may call."""

    name: str
    number: str
    about: str
    hours: str = ""
    text: bool = False


class Country(Model):
    """What to give somebody in danger in this country."""

    emergency: str
    helplines: tuple[Helpline, ...] = Field(min_length=1)
    public_numbers: tuple[str, ...] = ()


class ClaimSource(Model):
    """Where a correction was read."""

    organisation: str
    title: str
    year: int | str
    url: str


class Claim(Model):
    """A false claim of fact, its correction, and what sounds like it and is not."""

    id: str
    family: str
    claim: str
    correction: str
    source: ClaimSource
    variants: tuple[str, ...] = ()
    must_not_match: tuple[str, ...] = ()
    approved: bool = False


class PackFile(Model):
    """`pack.yaml`."""

    pack: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str
    language: str
    order: tuple[str, ...]
    default_page: str
    pages: dict[str, Page]
    organisation: Organisation
    thresholds: dict[Label | Literal["default"], Thresholds]
    doubt: float = Field(ge=0, le=0.5)
    identifying: Identifying
    detail_words: dict[str, str]
    protections: tuple[Protection, ...] = ()
    reviews: tuple[ReviewRule, ...] = ()
    review_words: ReviewWords
    consent_register: tuple[Consent, ...] = ()
    public_events: tuple[PublicEvent, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> "PackFile":
        if set(self.order) != set(GUIDELINE_IDS):
            odd = sorted(set(self.order) ^ set(GUIDELINE_IDS))
            raise ValueError(f"order: name every guideline once; look at {', '.join(odd)}")
        if self.default_page not in self.pages:
            raise ValueError("default_page: not one of the pages")
        if "default" not in self.thresholds:
            raise ValueError("thresholds: a default is missing")
        return self


class Expectation(Model):
    """What an example expects of the decision. Lists hold every acceptable answer."""

    action: Annotated[tuple[Action, ...], OneOrMany]
    cites: Annotated[tuple[str, ...], OneOrMany] = ()
    not_cites: Annotated[tuple[str, ...], OneOrMany] = ()
    urgency_at_least: Urgency = Urgency.ROUTINE
    review: bool | None = None


class Example(Model):
    """A comment and the decision that the pack must give it: a test that a moderator can write.

    `known_miss` says why detection does not get it right yet: it then fails nothing, and is listed in every check.
    """

    comment: str
    kind: Kind = Kind.COMMENT
    goal: Goal | None = None
    page: str = ""
    author: Relation = Relation.PUBLIC
    tags: tuple[str, ...] = ()
    expect: Expectation
    needs_model: bool = False
    known_miss: str = ""
    why: str = ""
