"""Places where somebody could be met; countries, bodies and plain words are none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.detection.fold import fold
from app.detection.gazetteer import build_gazetteer
from app.detection.places import PlaceFinder
from app.detection.words import read_words
from app.domain.finding import Form
from app.policy.loader import load_pack

Find = Callable[[str], list[tuple[str, Form]]]


@pytest.fixture(scope="module")
def find() -> Find:
    finder = PlaceFinder(build_gazetteer(load_pack(Path(__file__).parents[3] / "rules").lexicons))

    def places(text: str) -> list[tuple[str, Form]]:
        folded = fold(text)
        return [(text[one.start : one.end], one.form) for one in finder.find(folded, read_words(folded))]

    return places


@pytest.mark.parametrize(
    ("text", "place", "form"),
    [
        ("she lives in Mildura now", "Mildura", Form.TOWN),
        ("im 16 in a youth refuge in geelong", "geelong", Form.TOWN),
        ("he moved to Wandiligong in May", "Wandiligong", Form.TOWN),
        ("saw her near Palmerston North", "Palmerston North", Form.TOWN),
        ("Bourke, Walgett, nobody comes", "Walgett", Form.TOWN),
        ("up to Mt Isa by bus", "Mt Isa", Form.TOWN),
        ("the one at Ōtaki", "Ōtaki", Form.TOWN),
        ("we live in Sunshine", "Sunshine", Form.TOWN),
        ("I ran to Melbourne", "Melbourne", Form.BROAD_PLACE),
        ("working in Sydney", "Sydney", Form.BROAD_PLACE),
        ("behind the Coles", "Coles", Form.LANDMARK),
        ("she was at the Shell at Beenleigh", "Shell", Form.LANDMARK),
        ("handover is Maccas Kilburn", "Maccas Kilburn", Form.LANDMARK),
        ("at Fitzroy pool on Sunday", "Fitzroy pool", Form.LANDMARK),
        ("next to Hargrave Park", "Hargrave Park", Form.LANDMARK),
        ("it meets in the scout hall", "scout hall", Form.LANDMARK),
        ("opposite the tennis club", "tennis club", Form.LANDMARK),
        ("last seen Werribee station", "Werribee station", Form.LANDMARK),
        ("it is courtroom 4 tomorrow", "courtroom 4", Form.LANDMARK),
        ("the kids go to Currawong Primary", "Currawong Primary", Form.SCHOOL),
        ("year 12 at Mallee State High", "Mallee State High", Form.SCHOOL),
        ("her kids are at St Brigid's now", "St Brigid's", Form.SCHOOL),
        ("he works at Hargreaves with my cousin", "Hargreaves", Form.WORKPLACE),
        ("she is on reception at the Bluewren", "Bluewren", Form.WORKPLACE),
    ],
)
def test_a_place_is_found(find: Find, text: str, place: str, form: Form) -> None:
    assert (place, form) in find(text)


@pytest.mark.parametrize(
    "text",
    [
        "women in Australia and New Zealand",
        "I grew up in Victoria, in South Australia, in Ireland",
        "what an orange, young and bright success",
        "Young people are the future. Success came late.",
        "see you in Family Court on Monday",
        "she spoke in Arabic and in English",
        "he was in Karen's kitchen",
        "thank you to Mildura Lions",
        "in March it began, in June I left",
        "Bright idea. Orange is my colour.",
        "We'll park along the front",
        "I saw it in hell, at home, from afar",
        "Support Group Tonight In The Old Style For Everyone",
    ],
)
def test_no_place_is_found(find: Find, text: str) -> None:
    assert find(text) == []
