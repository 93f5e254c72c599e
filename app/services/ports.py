"""What the services need from the outside, as protocols. Storage and detection fill them."""

from collections.abc import Sequence
from typing import Protocol

from app.domain.analysis import Analysis, ModelStamp
from app.domain.comment import Comment


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
