"""Signs add up to scores: by hand-made lexicons here, by the shipped ones in test_shipped_lexicons.py."""

import pytest
from pydantic import ValidationError

from app.detection.labels import LabelLexicon, facts_of
from app.detection.wording import Wording
from app.domain.analysis import Label
from app.domain.comment import Kind
from app.domain.finding import About, Finding, FindingKind, Form

SIGNS = {
    "fragments": {"harm": "hurt|kill"},
    "signs": {
        "will_hurt": {"say": ["i will {harm} you"]},
        "where": {"say": ["where ... live"]},
        "told_when": {"all": ["where", "found:date_time"], "none": ["will_hurt"]},
    },
}
WEIGHTS = {
    "labels": {
        "threat": {"base": -3.0, "own": {"will_hurt": 6.0}, "quoted": {"will_hurt": -1.0}, "phrases": {"you watch it": 2.0}},
        "disclosure": {"base": -1.0, "quoted": {"will_hurt": 3.0}},
        "locating": {"base": -2.0, "own": {"where": 2.0}, "facts": {"found:phone_number@other": 3.0, "kind:draft": -1.0}},
        "private_event": {"base": -2.0, "own": {"told_when": 4.0}},
        "spam": {"base": -9.0, "own": {"where": -9.0}, "decisive": {"will_hurt": 0.9}},
    }
}


def wording(own: str, quoted: str = "") -> Wording:
    return Wording(own=f" {own} ".encode(), quoted=f" {quoted} ".encode())


def score(own: str, quoted: str = "", facts: frozenset[str] = frozenset()) -> dict[Label, float]:
    return dict(LabelLexicon(SIGNS, WEIGHTS).score([wording(own, quoted)], facts).labels)


def test_the_same_words_count_by_who_says_them() -> None:
    said = score("i will kill you")
    repeated = score("he said <quote>", "/ i will kill you /")
    assert said[Label.THREAT] > 0.9
    assert repeated[Label.THREAT] < 0.1
    assert repeated[Label.DISCLOSURE] > 0.8 > said[Label.DISCLOSURE]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("where does she live", True),
        ("where do you think that she might live", False),  # the gap is four words at most
        ("where . we live", False),  # and never over the end of a sentence
        ("somewhere to live", False),  # whole words only
    ],
)
def test_a_gap_stays_in_its_sentence(own: str, expected: bool) -> None:
    assert (score(own)[Label.LOCATING] >= 0.5) is expected


def test_facts_count_beside_words() -> None:
    facts = frozenset(facts_of([Finding(FindingKind.PHONE_NUMBER, 0, 1, 1.0, "t", About.OTHER, Form.PLAIN)], Kind.COMMENT))
    assert score("ring", facts=facts)[Label.LOCATING] > 0.7
    assert score("ring", facts=facts | {"kind:draft"})[Label.LOCATING] < score("ring", facts=facts)[Label.LOCATING]


def test_signs_combine() -> None:
    dated = frozenset({"found:date_time"})
    assert score("where they live", facts=dated)[Label.PRIVATE_EVENT] > 0.8
    assert score("where they live")[Label.PRIVATE_EVENT] < 0.2
    assert score("where they live i will hurt you", facts=dated)[Label.PRIVATE_EVENT] < 0.2


def test_phrases_are_whole_words_in_order() -> None:
    assert score("you watch it")[Label.THREAT] > score("watch it you")[Label.THREAT]


def test_a_decisive_sign_cannot_be_outweighed() -> None:
    scores = LabelLexicon(SIGNS, WEIGHTS).score([wording("where they live i will hurt you")], frozenset())
    assert scores.labels[Label.SPAM] == scores.decisive[Label.SPAM] == 0.9


def test_the_strongest_piece_of_a_text_counts() -> None:
    lexicon = LabelLexicon(SIGNS, WEIGHTS)
    alone = lexicon.score([wording("i will kill you")], frozenset()).labels
    buried = lexicon.score([wording("a lovely day"), wording("i will kill you"), wording("and so on")], frozenset()).labels
    assert buried[Label.THREAT] == alone[Label.THREAT]


@pytest.mark.parametrize(
    ("signs", "weights"),
    [
        ({"signs": {"empty": {}}}, {"labels": {}}),
        ({"signs": {"both": {"say": ["a"], "all": ["b"]}}}, {"labels": {}}),
        ({"signs": {}}, {"labels": {"no_such_label": {"base": 0}}}),
        ({"signs": {}}, {"labels": {"threat": {"base": 0, "owm": {}}}}),
    ],
)
def test_a_misshapen_lexicon_is_refused(signs: object, weights: object) -> None:
    with pytest.raises(ValidationError):
        LabelLexicon(signs, weights)


def test_a_weight_for_an_unknown_sign_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no sign called mistyped"):
        LabelLexicon(SIGNS, {"labels": {"threat": {"base": 0, "own": {"mistyped": 1}}}})
