"""Many finders, one list in text order without overlaps."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.detection.merge import add_tags, heed, settle
from app.domain.comment import Mention
from app.domain.finding import Finding, FindingKind, Form

K = FindingKind


def found(kind: FindingKind, start: int, end: int, score: float = 0.8, form: Form = Form.PLAIN, source: str = "t") -> Finding:
    return Finding(kind, start, end, score, source, form=form)


@pytest.mark.parametrize(
    ("one", "other", "winner"),
    [
        (found(K.EMAIL, 0, 15), found(K.SOCIAL_HANDLE, 4, 15, 0.99), K.EMAIL),
        (found(K.ACCOUNT_NUMBER, 0, 14, 0.99), found(K.PHONE_NUMBER, 2, 12), K.PHONE_NUMBER),
        (found(K.LOCATION, 0, 9), found(K.STREET_ADDRESS, 0, 12), K.STREET_ADDRESS),
        (found(K.PERSON_NAME, 0, 5, 0.9), found(K.LOCATION, 0, 12, 0.6), K.LOCATION),  # the longer
        (found(K.PERSON_NAME, 0, 5, 0.9), found(K.LOCATION, 0, 5, 0.6), K.PERSON_NAME),  # the surer
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_an_overlap_has_one_winner(one: Finding, other: Finding, winner: FindingKind, turned: bool) -> None:
    kept = settle([other, one] if turned else [one, other])
    assert [finding.kind for finding in kept] == [winner]


def test_neighbours_that_only_touch_both_stay() -> None:
    assert len(settle([found(K.PERSON_NAME, 0, 4), found(K.LOCATION, 4, 8)])) == 2


spans = st.tuples(st.sampled_from(list(FindingKind)), st.integers(0, 40), st.integers(0, 12), st.floats(0, 1))


@given(st.lists(spans, max_size=30), st.randoms())
def test_the_order_of_finders_changes_nothing(parts: list[tuple[FindingKind, int, int, float]], random: Random) -> None:
    findings = [found(kind, start, start + length, score) for kind, start, length, score in parts]
    kept = settle(findings)
    shuffled = list(findings)
    random.shuffle(shuffled)
    assert settle(shuffled) == kept
    assert all(one.end <= other.start for one, other in pairwise(kept))
    assert all(one.start < one.end for one in kept)


@pytest.mark.parametrize(
    ("mention", "findings", "expected"),
    [
        (Mention("u", "Karen Doyle", 0, 12), [], [(1, 12, Form.TAG)]),
        (Mention("u", "Karen Doyle", 1, 12), [], [(1, 12, Form.TAG)]),
        (Mention("u", "Karen Doyle", 0, 12), [found(K.PERSON_NAME, 1, 6, form=Form.FIRST_NAME)], [(1, 12, Form.TAG)]),
        (Mention("u", "Karen Doyle", 0, 12), [found(K.PERSON_NAME, 1, 12, form=Form.FULL_NAME)], [(1, 12, Form.FULL_NAME)]),
        (Mention("u", "Karen Doyle", 0, 12), [found(K.SOCIAL_HANDLE, 0, 6)], [(1, 12, Form.TAG)]),
        (Mention("u", "Karen", 0, 6), [found(K.SOCIAL_HANDLE, 0, 6)], [(0, 6, Form.PLAIN)]),
        (Mention("u", "x", 5, 99), [], []),
        (Mention("u", "x", -3, 4), [], []),
        (Mention("u", "x", 7, 7), [], []),
        (Mention("u", "x", 9, 2), [], []),
        (Mention("u", "x", 0, 1), [], []),  # an @ with nothing after it
    ],
)
def test_tags_are_names_where_nothing_covers_them(mention: Mention, findings: list[Finding], expected: list[tuple[int, int, Form]]) -> None:
    tagged = add_tags(findings, [mention], "@Karen Doyle look at this")
    assert [(one.start, one.end, one.form) for one in tagged] == expected


def test_a_reader_adds_what_no_pattern_sees() -> None:
    patterns = [
        found(K.PHONE_NUMBER, 0, 10),
        found(K.PERSON_NAME, 20, 25, 0.6, Form.FIRST_NAME),
        found(K.LOCATION, 50, 57, 0.6, Form.SCHOOL),
    ]
    read = [
        found(K.PHONE_NUMBER, 12, 18, source="reader"),
        found(K.PERSON_NAME, 30, 40, source="reader"),
        found(K.LOCATION, 50, 60, source="reader"),
        found(K.STREET_ADDRESS, 90, 99, source="reader"),
    ]
    kept = heed(patterns, read, form_of=lambda _: Form.FULL_NAME)
    assert sorted((one.start, one.source, one.form) for one in kept) == [
        (0, "t", Form.PLAIN),
        (20, "t", Form.FIRST_NAME),
        (30, "reader", Form.FULL_NAME),
        (50, "t", Form.SCHOOL),  # where both see something, the pattern draws the edges
    ]
