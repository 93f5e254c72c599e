"""A text cut at the borders of its findings, so that a page can mark them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.domain.finding import About, Finding

_NOT_HELD_AGAINST = frozenset({About.ORGANISATION, About.CONSENTED, About.PUBLIC})


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text and the findings that cover it, none or several; the pieces together are the text."""

    text: str
    findings: tuple[Finding, ...] = ()

    @property
    def public(self) -> bool:
        """Whether all of its findings are public details, such as a helpline, that break nothing."""
        return all(finding.about in _NOT_HELD_AGAINST for finding in self.findings)


def pieces(text: str, findings: Sequence[Finding]) -> tuple[Piece, ...]:
    """The text in pieces, in order. Findings may overlap; a piece then carries each that covers it."""
    borders = sorted({0, len(text), *(finding.start for finding in findings), *(finding.end for finding in findings)})
    cut: list[Piece] = []
    for start, end in pairwise(borders):
        covering = tuple(finding for finding in findings if finding.start <= start and end <= finding.end)
        cut.append(Piece(text[start:end], covering))
    return tuple(cut)
