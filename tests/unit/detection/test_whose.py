"""Whose detail it is, told by the words of the shipped lexicon."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from app.detection.fold import fold
from app.detection.register import Register
from app.detection.whose import Whose
from app.domain.comment import Author
from app.domain.finding import About, Finding, FindingKind, Form

LEXICON = Path(__file__).parents[3] / "rules" / "lexicons" / "whose.yaml"
NOTHING = Register(frozenset(), frozenset(), frozenset(), frozenset(), (), ())
PHONE, NAME, STREET, PLACE = FindingKind.PHONE_NUMBER, FindingKind.PERSON_NAME, FindingKind.STREET_ADDRESS, FindingKind.LOCATION


@pytest.fixture(scope="module")
def whose() -> Whose:
    return Whose(yaml.safe_load(LEXICON.read_text(encoding="utf-8")), NOTHING)


@pytest.mark.parametrize(
    ("text", "part", "kind", "about"),
    [
        ("my number is 0491 570 156 thanks", "0491 570 156", PHONE, About.AUTHOR),
        ("please call me on 0491 570 156", "0491 570 156", PHONE, About.AUTHOR),
        ("his number is 0491 570 156, ring him", "0491 570 156", PHONE, About.OTHER),
        ("0491 570 156 thats her new phone", "0491 570 156", PHONE, About.OTHER),
        ("0491 570 156 is his, give him hell", "0491 570 156", PHONE, About.OTHER),
        ("ring our office on (03) 5550 1234", "(03) 5550 1234", PHONE, About.ORGANISATION),
        ("the helpline is 1800 555 000", "1800 555 000", PHONE, About.ORGANISATION),
        ("I live at 12 Bay St", "12 Bay St", STREET, About.AUTHOR),
        ("she lives at 12 Bay St", "12 Bay St", STREET, About.OTHER),
        ("My ex Dale did it", "Dale", NAME, About.OTHER),
        ("I'm Dale and I left", "Dale", NAME, About.AUTHOR),
        ("Senator Orla Vance said so", "Orla Vance", NAME, About.PUBLIC),
        ("Orla Vance MP, said so", "Orla Vance", NAME, About.PUBLIC),
        ("Orla came to tea", "Orla", NAME, About.UNKNOWN),
        ("I work at Wattle Bakery", "Wattle Bakery", PLACE, About.AUTHOR),
        ("he works at Wattle Bakery", "Wattle Bakery", PLACE, About.OTHER),
        ("call me on 0491 570 156, his number is 0491 570 157", "0491 570 157", PHONE, About.OTHER),
    ],
)
def test_the_nearest_words_tell_whose_it_is(whose: Whose, text: str, part: str, kind: FindingKind, about: About) -> None:
    start = text.index(part)
    (finding,) = whose.attribute([Finding(kind, start, start + len(part), 1.0, "t")], fold(text), author=Author(), today=date(2026, 1, 1))
    assert finding.about is about


def test_what_a_finder_knows_is_not_guessed_again(whose: Whose) -> None:
    text = "his number is 1800 555 000"
    known = Finding(PHONE, 14, 26, 1.0, "t", About.PUBLIC)
    assert whose.attribute([known], fold(text), author=Author(), today=date(2026, 1, 1)) == [known]


def test_the_authors_own_name_is_theirs_but_a_tag_is_not(whose: Whose) -> None:
    text = "Karen Doyle here"
    found = Finding(NAME, 0, 11, 1.0, "t", form=Form.FULL_NAME)
    author = Author(name="karen doyle")
    today = date(2026, 1, 1)
    assert whose.attribute([found], fold(text), author=author, today=today)[0].about is About.AUTHOR
    tag = Finding(NAME, 0, 11, 1.0, "t", form=Form.TAG)
    assert whose.attribute([tag], fold(text), author=author, today=today)[0].about is About.UNKNOWN


def test_offsets_are_those_of_the_text_as_sent(whose: Whose) -> None:
    # Zero-width characters are dropped by the fold and must not shift the words around a finding.
    text = "m\u200by n\u200bumber is 0491 570 156"
    start = text.index("0491")
    (finding,) = whose.attribute([Finding(PHONE, start, len(text), 1.0, "t")], fold(text), author=Author(), today=date(2026, 1, 1))
    assert finding.about is About.AUTHOR
