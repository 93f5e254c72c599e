"""Which false claim a text asserts, and that repeating or answering one asserts nothing."""

import pytest

from app.detection.claims import ClaimMatcher
from app.detection.wording import Listener
from app.domain.analysis import Label
from app.policy.schema import Claim

SOURCE = {"organisation": "Office", "title": "Facts", "year": 2026, "url": "https://example.org"}
CLAIMS = {
    name: Claim.model_validate(
        {
            "id": name,
            "family": "blame",
            "claim": claim,
            "correction": "No.",
            "source": SOURCE,
            "variants": variants,
            "must_not_match": not_these,
        }
    )
    for name, claim, variants, not_these in (
        (
            "sleepy",
            "Cats sleep because they are lazy / lazy cats",
            ["every cat is born lazy"],
            ["people say cats are lazy, and they are wrong"],
        ),
        ("noisy", "Dogs bark out of spite", [], []),
    )
}
FILE = {
    "alike": 0.7,
    "pattern": 0.8,
    "word": 0.02,
    "least": 0.5,
    "doubts": {"counter_speech": 0.2, "disclosure": 0.4},
    "empty": ["because", "they", "are", "is", "of", "."],
    "endings": ["ing", "s"],
    "fragments": {"dog": "dog|dogs|hound"},
    "claims": {"noisy": ["{dog} ... spite"], "gone": ["is in no fact base"]},
}
SPEECH = {"spellings": {}, "reporting": ["people say"], "resumes": [], "reported_words": 9, "piece_words": 90}


@pytest.fixture(scope="module")
def matcher() -> ClaimMatcher:
    return ClaimMatcher(CLAIMS, FILE, Listener(SPEECH))


@pytest.mark.parametrize(
    ("line", "claims"),
    [
        ("every cat is born lazy", {"sleepy"}),
        ("born lazy , every cats", {"sleepy"}),  # order and endings do not matter
        ("my hound barks at me for spite", {"noisy"}),  # by a pattern
        ("lazy cats . and dogs bark out of spite", {"sleepy", "noisy"}),
        ("cats and dogs", set()),
        ("people say cats are lazy and they are wrong", set()),  # closer to what must not match
        ("", set()),
    ],
)
def test_a_sentence_is_likened_to_claims(matcher: ClaimMatcher, line: str, claims: set[str]) -> None:
    assert set(matcher.liken(f" {line} ".encode())) == claims


@pytest.mark.parametrize(
    ("labels", "matched"),
    [
        ({Label.INACCURACY: 0.9}, True),
        ({Label.INACCURACY: 0.9, Label.COUNTER_SPEECH: 0.9}, False),
        ({Label.INACCURACY: 0.9, Label.DISCLOSURE: 0.95}, False),
        ({Label.INACCURACY: 0.1}, False),
        ({}, False),
    ],
)
def test_a_claim_stands_only_where_it_is_asserted(matcher: ClaimMatcher, labels: dict[Label, float], matched: bool) -> None:
    claim = matcher.settle({"sleepy": 0.8, "noisy": 0.7}, labels)
    assert (claim is not None) is matched
    assert claim is None or claim.id == "sleepy"
