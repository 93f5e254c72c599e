"""A text with its findings taken out, for those who must see what was said and not whom it names."""

from collections.abc import Sequence

from app.domain.finding import PUBLISHED, Finding


def redact(text: str, findings: Sequence[Finding]) -> str:
    """The text with each private finding replaced by its kind, as in `[phone number]`.

    Findings that overlap become one, called after the one that begins first. What is public stays: a helpline's
    number has to be readable.
    """
    pieces: list[str] = []
    done = 0
    for finding in sorted(findings, key=lambda one: (one.start, -one.end)):
        if finding.about in PUBLISHED or finding.end <= done:
            continue
        if finding.start >= done:
            pieces += (text[done : finding.start], f"[{finding.kind.value.replace('_', ' ')}]")
        done = finding.end
    pieces.append(text[done:])
    return "".join(pieces)
