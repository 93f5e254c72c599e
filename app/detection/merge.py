"""Many finders, one list: overlaps are settled, tags are added, and a trained reader is heard where it is better."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from app.domain.comment import Mention
from app.domain.finding import Finding, FindingKind, Form

# What is sure by its characters beats what is likely by its words.
_RANKS = {
    FindingKind.EMAIL: 9,
    FindingKind.URL: 8,
    FindingKind.PHONE_NUMBER: 7,
    FindingKind.COORDINATES: 7,
    FindingKind.STREET_ADDRESS: 6,
    FindingKind.ACCESS_CODE: 5,
    FindingKind.VEHICLE_PLATE: 5,
    FindingKind.SOCIAL_HANDLE: 4,
    FindingKind.ACCOUNT_NUMBER: 4,
    FindingKind.DATE_TIME: 3,
}
_READ = frozenset({FindingKind.PERSON_NAME, FindingKind.LOCATION, FindingKind.ORGANISATION, FindingKind.DATE_TIME})


def settle(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in text order, of which no two overlap: the higher rank, the longer, the surer one stays."""
    kept: list[Finding] = []
    starts: list[int] = []
    for finding in sorted(findings, key=_strength):
        if finding.start >= finding.end:
            continue
        place = bisect_left(starts, finding.start)
        free_before = place == 0 or kept[place - 1].end <= finding.start
        free_after = place == len(kept) or finding.end <= kept[place].start
        if free_before and free_after:
            kept.insert(place, finding)
            starts.insert(place, finding.start)
    return kept


def add_tags(findings: Iterable[Finding], mentions: Sequence[Mention], text: str) -> list[Finding]:
    """The findings with a person's name for every tag that nothing covers. A tag that lies outside the text is ignored."""
    tags = []
    for mention in mentions:
        start = mention.start + (text[mention.start : mention.start + 1] == "@")
        if 0 <= mention.start < start + 1 <= mention.end <= len(text) and start < mention.end:
            tags.append(Finding(FindingKind.PERSON_NAME, start, mention.end, 1.0, "mentions", form=Form.TAG))
    # A handle starts at the @ and may end at the first space of a name, so it gives way to the whole tag.
    kept = [one for one in findings if not any(tag.start - 1 <= one.start and one.end < tag.end for tag in tags)]
    free = [tag for tag in tags if not any(one.start < tag.end and tag.start < one.end for one in kept)]
    return settle([*kept, *free])


def heed(patterns: Sequence[Finding], read: Sequence[Finding], *, form_of: Callable[[Finding], Form]) -> list[Finding]:
    """Findings of the patterns, and beside them what a trained reader sees where they see nothing.

    On the texts of these pages the patterns draw the edges of a name, a place or a date at least as well
    (compare docs/detection.md with models/encoder/card.md); the reader knows names that no list holds.
    """
    kept = list(patterns)
    starts = [one.start for one in kept]
    fresh = [one for one in read if one.kind in _READ and not _overlaps(one, kept, starts)]
    return [*kept, *(replace(one, form=form_of(one)) for one in fresh)]


def _overlaps(finding: Finding, others: Sequence[Finding], starts: Sequence[int]) -> bool:
    place = bisect_left(starts, finding.end)
    return place > 0 and others[place - 1].end > finding.start


def _strength(finding: Finding) -> tuple[int, int, float, int, str]:
    return (
        -_RANKS.get(finding.kind, 0),
        finding.start - finding.end,
        -finding.score,
        finding.start,
        finding.kind.value,
    )
