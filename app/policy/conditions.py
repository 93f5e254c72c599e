"""The closed set of conditions that a pack may state.

A condition is a mapping with one key, which names it: `{label: threat}`, `{all: [...]}`. There is no
expression language on purpose: whoever reads the pack can say what it does, and a mistyped key is an
error. Conditions see facts only, never the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from app.domain.analysis import Analysis, Label
from app.domain.comment import Comment, Goal, Kind, Mention, Relation
from app.domain.finding import PUBLISHED, About, Finding, FindingKind, Form


class Level(StrEnum):
    """How sure a label must be. The pack's thresholds give each level its number."""

    POSSIBLE = "possible"
    LIKELY = "likely"
    SURE = "sure"


class Stories(StrEnum):
    """Whether a page welcomes survivors' stories."""

    WELCOME = "welcome"
    DISCOURAGE = "discourage"


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


OneOrMany = BeforeValidator(_listed)
"""Where a list is asked for, one word may stand for a list of one."""


class Model(BaseModel):
    """Shape of a piece of a pack: immutable, and a key that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Thresholds(Model):
    """The scores, in 0..1, from which a label counts as possible, likely and sure."""

    possible: float = Field(ge=0, le=1)
    likely: float = Field(ge=0, le=1)
    sure: float = Field(ge=0, le=1)

    def of(self, level: Level) -> float:
        """The score that the level asks for."""
        return float(getattr(self, level.value))


class Identifying(Model):
    """How much a finding adds towards singling one person out; unlisted forms and kinds add nothing."""

    kinds: dict[FindingKind, int] = {}
    forms: dict[Form, int] = {}

    def weight(self, finding: Finding) -> int:
        """The form's weight where the pack gives one, the kind's otherwise."""
        return self.forms.get(finding.form, self.kinds.get(finding.kind, 0))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a condition may look at."""

    comment: Comment
    analysis: Analysis
    goal: Goal
    stories: Stories
    thresholds: Mapping[Label, Thresholds]
    identifying: Identifying

    def threshold(self, label: Label, level: Level) -> float:
        """The score at which the label reaches the level."""
        return self.thresholds[label].of(level)


class LabelIs(Model):
    """`{label: threat, at_least: sure}`: the text does this, with at least that certainty."""

    label: Label
    at_least: Level = Level.LIKELY

    def holds(self, facts: Facts) -> bool:
        """Whether the label's score reaches the level."""
        return facts.analysis.score(self.label) >= facts.threshold(self.label, self.at_least)


class FindingTest(Model):
    """Which findings count: of these kinds, forms and owners (any, where a list is left out)."""

    kinds: Annotated[frozenset[FindingKind], OneOrMany] = frozenset()
    forms: Annotated[frozenset[Form], OneOrMany] = frozenset()
    about: Annotated[frozenset[About], OneOrMany] = frozenset()
    at_least: int = Field(default=1, ge=1)

    def accepts(self, finding: Finding) -> bool:
        """Whether this finding counts."""
        return (
            (not self.kinds or finding.kind in self.kinds)
            and (not self.forms or finding.form in self.forms)
            and (not self.about or finding.about in self.about)
        )


class FindingPresent(Model):
    """`{finding: {kinds: [phone_number], about: [other]}}`: the text shows such a detail."""

    finding: FindingTest

    def holds(self, facts: Facts) -> bool:
        """Whether at least `at_least` findings count."""
        found = sum(self.finding.accepts(finding) for finding in facts.analysis.findings)
        return found >= self.finding.at_least


class Identifies(Model):
    """`{identifies: 3}`: the details together weigh at least so much towards one person.

    The heaviest detail of each kind counts: two first names tell no more of one person than one does.
    What is public, what the organisation publishes, and the author's own name add nothing.
    """

    identifies: int = Field(ge=1)

    def holds(self, facts: Facts) -> bool:
        """Whether the weights of the findings add up to the asked number."""
        heaviest: dict[FindingKind, int] = {}
        for finding in facts.analysis.findings:
            own_name = finding.kind is FindingKind.PERSON_NAME and finding.about is About.AUTHOR
            if own_name or finding.about in PUBLISHED:
                continue
            heaviest[finding.kind] = max(facts.identifying.weight(finding), heaviest.get(finding.kind, 0))
        return sum(heaviest.values()) >= self.identifies


class TargetIs(Model):
    """`{target: tagged}` or `{target: named}`: the platform tagged a person, or the text names one."""

    target: Literal["tagged", "named"]

    def holds(self, facts: Facts) -> bool:
        """Whether there is such a person."""
        people = [finding for finding in facts.analysis.findings if finding.about not in (About.ORGANISATION, About.PUBLIC)]
        if self.target == "named":
            return any(finding.kind is FindingKind.PERSON_NAME for finding in people)
        if any(finding.form is Form.TAG or finding.kind is FindingKind.SOCIAL_HANDLE for finding in people):
            return True
        return any(self._is_person(mention, facts) for mention in facts.comment.mentions)

    @staticmethod
    def _is_person(mention: Mention, facts: Facts) -> bool:
        """Whether a tag may be a person: it is not when everything found in it is the organisation's or public."""
        inside = [one for one in facts.analysis.findings if one.start < mention.end and mention.start < one.end]
        return not inside or any(one.about not in (About.ORGANISATION, About.PUBLIC) for one in inside)


class KindIs(Model):
    """`{kind: [draft, worker_post]}`: the sort of text."""

    kind: Annotated[frozenset[Kind], OneOrMany]

    def holds(self, facts: Facts) -> bool:
        """Whether the text is of one of these kinds."""
        return facts.comment.kind in self.kind


class AuthorIs(Model):
    """`{author: [survivor]}`: what the author is to the organisation."""

    author: Annotated[frozenset[Relation], OneOrMany]

    def holds(self, facts: Facts) -> bool:
        """Whether the sender gave one of these relations."""
        return facts.comment.author.relation in self.author


class GoalIs(Model):
    """`{goal: voice}`: the page's communication goal."""

    goal: Goal

    def holds(self, facts: Facts) -> bool:
        """Whether the page has this goal."""
        return facts.goal is self.goal


class StoriesAre(Model):
    """`{survivor_stories: discourage}`: how the page takes survivors' stories."""

    survivor_stories: Stories

    def holds(self, facts: Facts) -> bool:
        """Whether the page takes them so."""
        return facts.stories is self.survivor_stories


class ClaimMatched(Model):
    """`{claim: matched}`: the text asserts a false claim of the fact base."""

    claim: Literal["matched"]

    def holds(self, facts: Facts) -> bool:
        """Whether a claim was matched."""
        return facts.analysis.claim is not None


class All(Model):
    """`{all: [...]}`: every one holds."""

    all: tuple["Condition", ...] = Field(min_length=1)

    def holds(self, facts: Facts) -> bool:
        """Whether every part holds."""
        return all(part.holds(facts) for part in self.all)


class AnyOf(Model):
    """`{any: [...]}`: at least one holds."""

    any: tuple["Condition", ...] = Field(min_length=1)

    def holds(self, facts: Facts) -> bool:
        """Whether some part holds."""
        return any(part.holds(facts) for part in self.any)


class Not(Model):
    """`{not: {...}}`: it does not hold."""

    not_: "Condition" = Field(alias="not")

    def holds(self, facts: Facts) -> bool:
        """Whether the part does not hold."""
        return not self.not_.holds(facts)


CONDITION_KEYS: Mapping[str, str] = {
    "label": "label",
    "finding": "finding",
    "identifies": "identifies",
    "target": "target",
    "kind": "kind",
    "author": "author",
    "goal": "goal",
    "survivor_stories": "survivor_stories",
    "claim": "claim",
    "all": "all",
    "any": "any",
    "not": "not",
}


def _key_of(value: Any) -> str | None:
    """The key that names a condition; None, which is an error, when there is none."""
    if isinstance(value, Mapping):
        keys = list(value)
    else:
        fields = getattr(type(value), "model_fields", {})
        keys = [field.alias or name for name, field in fields.items()]
    return next((CONDITION_KEYS[key] for key in keys if key in CONDITION_KEYS), None)


Condition = Annotated[
    Annotated[LabelIs, Tag("label")]
    | Annotated[FindingPresent, Tag("finding")]
    | Annotated[Identifies, Tag("identifies")]
    | Annotated[TargetIs, Tag("target")]
    | Annotated[KindIs, Tag("kind")]
    | Annotated[AuthorIs, Tag("author")]
    | Annotated[GoalIs, Tag("goal")]
    | Annotated[StoriesAre, Tag("survivor_stories")]
    | Annotated[ClaimMatched, Tag("claim")]
    | Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(
        _key_of,
        custom_error_type="condition",
        custom_error_message="not a condition; one of these keys names it: " + ", ".join(CONDITION_KEYS),
    ),
]

for _model in (All, AnyOf, Not):
    _model.model_rebuild()
