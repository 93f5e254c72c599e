"""What detection says of a text: facts, and no opinion about what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from app.domain.finding import Finding


class Label(StrEnum):
    """What a text does. Several may be true of one text; each carries a score in 0..1."""

    PERSONAL_ATTACK = "personal_attack"
    HATE = "hate"
    THREAT = "threat"
    SEXUAL_HARASSMENT = "sexual_harassment"
    LOCATING = "locating"
    INTENDED_HARM = "intended_harm"
    INACCURACY = "inaccuracy"
    OPPOSING_VIEW = "opposing_view"
    DISCLOSURE = "disclosure"
    HELP_SEEKING = "help_seeking"
    IMMEDIATE_DANGER = "immediate_danger"
    COUNTER_SPEECH = "counter_speech"
    SOLIDARITY = "solidarity"
    SPAM = "spam"
    PROFANITY = "profanity"
    REFUGE_LOCATION = "refuge_location"
    PRIVATE_EVENT = "private_event"
    SURVIVOR_IDENTIFIED = "survivor_identified"
    STAFF_DETAILS = "staff_details"
    ABUSER_NEAR = "abuser_near"
    PUBLIC_EVENT = "public_event"
    OFFICIAL_APPEAL = "official_appeal"
    CRITICISM = "criticism"
    PRACTICAL_QUESTION = "practical_question"
    SELF_HARM = "self_harm"
    OWN_DETAILS = "own_details"
    NAMES_ABUSER = "names_abuser"
    OFF_SCOPE = "off_scope"
    FOLLOW_SURVIVOR = "follow_survivor"
    CONSENT_CLAIMED = "consent_claimed"
    BUSINESS_CONTACT = "business_contact"
    PUBLIC_MATTER = "public_matter"
    PARTNER = "partner"
    OWN_ACTIVITY = "own_activity"


@dataclass(frozen=True, slots=True)
class ClaimMatch:
    """The false claim that the text asserts, by its id in the pack's fact base."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Language:
    """The language of the text (BCP 47, `und` when it cannot be told) and whether detection covers it."""

    tag: str = "und"
    covered: bool = True


@dataclass(frozen=True, slots=True)
class Analysis:
    """Findings in text order, label scores, the matched claim and the language of one text.

    A label that is missing from `labels` scores 0. `reader` names what read the text: the encoder
    with its version, or `patterns` when no model is there.
    """

    findings: tuple[Finding, ...] = ()
    labels: Mapping[Label, float] = field(default_factory=lambda: MappingProxyType({}))
    claim: ClaimMatch | None = None
    language: Language = field(default_factory=Language)

    def score(self, label: Label) -> float:
        """The label's score in 0..1; 0 when detection said nothing of it."""
        return self.labels.get(label, 0.0)


@dataclass(frozen=True, slots=True)
class ModelStamp:
    """Which reader made an analysis: its name and version, kept with every decision."""

    name: str
    version: str
