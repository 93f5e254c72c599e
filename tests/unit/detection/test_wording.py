"""Whose words are these? The same words are an attack in one mouth and a story in another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.detection.fold import fold
from app.detection.wording import Listener
from app.domain.finding import Finding, FindingKind

SPEECH = {
    "spellings": {"u": "you", "im": "i am", "dont": "do not"},
    "fragments": {"other": "he|she|they|people"},
    "reporting": ["{other} (?:always )?(?:said|told me|called me)", "sick of hearing"],
    "resumes": ["but i", "and i"],
    "reported_words": 8,
    "piece_words": 20,
}


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener(SPEECH)


@pytest.mark.parametrize(
    ("text", "own", "quoted"),
    [
        ("You are a liar", "you are a liar", "/"),
        ('He said "you are a liar" and left', "he said <quote> and left", "/ you are a liar /"),
        ("he told me you are a liar but I am not", "he told me <quote> but i am not", "/ you are a liar /"),
        ("She called me 'worthless'.", "she called me <quote> .", "/ worthless /"),
        ('your "story" is a lie', "your story is a lie", "/"),
        ("sick of hearing she asked for it. I believe her", "sick of hearing <quote> . i believe her", "/ she asked for it /"),
        ("I told her you are a liar", "i told her you are a liar", "/"),
        ("I’m scared, don’t reply", "i am scared , do not reply", "/"),
        (
            "they said one two three four five six seven eight nine ten",
            "they said <quote> nine ten",
            "/ one two three four five six seven eight /",
        ),
        ('"You will pay for this', "<quote>", "you will pay for this"),
    ],
)
def test_own_words_are_told_from_repeated_ones(listener: Listener, text: str, own: str, quoted: str) -> None:
    (wording,) = listener.listen(fold(text), ())
    assert wording.own.decode().strip() == own
    assert wording.quoted.decode().strip() == quoted


def test_a_finding_is_one_word_that_names_its_kind(listener: Listener) -> None:
    text = "ring 0491 570 156 now"
    finding = Finding(FindingKind.PHONE_NUMBER, 5, 17, 1.0, "test")
    (wording,) = listener.listen(fold(text), (finding,))
    assert wording.own == b" ring <phone_number> now "


def test_nobody_can_write_a_finding_by_hand(listener: Listener) -> None:
    (wording,) = listener.listen(fold("ring <phone_number> now"), ())
    assert b"<phone_number>" not in wording.own


def test_a_long_text_is_cut_at_its_stops(listener: Listener) -> None:
    text = "a quiet word about the weather today . " * 6
    pieces = listener.listen(fold(text), ())
    assert len(pieces) > 1
    assert all(len(piece.own.split()) <= 20 for piece in pieces)
    assert b"".join(piece.own for piece in pieces).split() == text.encode().split()


@given(st.text(max_size=300))
def test_any_text_has_a_wording(text: str) -> None:
    pieces = Listener(SPEECH).listen(fold(text), ())
    assert pieces
    assert all(piece.own.startswith(b" ") and piece.own.endswith(b" ") for piece in pieces)
