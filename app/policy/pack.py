"""A policy pack as it stands in memory: checked, whole, and stamped with the hash of its content."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.domain.analysis import Label
from app.domain.decision import PolicyStamp
from app.policy.conditions import Thresholds
from app.policy.schema import Claim, Country, Example, Guideline, PackFile


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything that `rules/` says. `guidelines` are strongest first.

    `lexicons` are the word lists and patterns that detection reads, by file name without its ending;
    their shape belongs to detection. `examples` go by guideline id (or topic).
    """

    root: Path
    settings: PackFile
    guidelines: tuple[Guideline, ...]
    claims: Mapping[str, Claim]
    countries: Mapping[str, Country]
    lexicons: Mapping[str, object]
    examples: Mapping[str, tuple[Example, ...]]
    thresholds: Mapping[Label, Thresholds]
    stamp: PolicyStamp

    def guideline(self, guideline_id: str) -> Guideline:
        """The guideline with this id; KeyError when there is none."""
        for guideline in self.guidelines:
            if guideline.id == guideline_id:
                return guideline
        raise KeyError(guideline_id)
