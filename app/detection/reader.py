"""What a trained reader must offer, so that the analyser need not know which one it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.analysis import Label, ModelStamp
from app.domain.comment import Kind
from app.domain.finding import Finding


@dataclass(frozen=True, slots=True)
class Reading:
    """Labels and claims as probabilities, and findings in offsets of the text that was given."""

    labels: Mapping[Label, float]
    claims: Mapping[str, float]
    findings: tuple[Finding, ...]


class Reader(Protocol):
    """Reads texts by what it was taught. The same text gives the same reading, always."""

    @property
    def stamp(self) -> ModelStamp:
        """The reader's name and version."""
        ...

    @property
    def pattern_weights(self) -> Mapping[Label, float]:
        """How much the patterns' log-odds count beside the reader's own, a label; 0 where it names none."""
        ...

    def read_many(self, texts: Sequence[str], kinds: Sequence[Kind]) -> list[Reading]:
        """One reading a text, in order."""
        ...
