"""Names of people: found by what stands around them, and not seen in a story that names nobody."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.detection.fold import fold
from app.detection.gazetteer import build_gazetteer
from app.detection.names import NameFinder
from app.detection.words import read_words
from app.domain.finding import Form
from app.policy.loader import load_pack

Find = Callable[[str], list[tuple[str, Form]]]


@pytest.fixture(scope="module")
def find() -> Find:
    finder = NameFinder(build_gazetteer(load_pack(Path(__file__).parents[3] / "rules").lexicons))

    def names(text: str) -> list[tuple[str, Form]]:
        folded = fold(text)
        return [(text[one.start : one.end], one.form) for one in finder.find(folded, read_words(folded))]

    return names


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("ask Mrs Okonjo at the desk", "Okonjo", Form.TITLED_NAME),
        ("Dr. Lindgren was kind", "Lindgren", Form.TITLED_NAME),
        ("Aunty Bev Marsden runs it", "Bev Marsden", Form.TITLED_NAME),
        ("mr pellworth took us for maths", "pellworth", Form.TITLED_NAME),
        ("@Gwen Parry you should be ashamed", "Gwen Parry", Form.TAG),
        ("well said @Maxine", "Maxine", Form.TAG),
        ("my ex Darren did this", "Darren", Form.FIRST_NAME),
        ("my ex darren did this", "darren", Form.FIRST_NAME),
        ("her name is karen doyle", "karen doyle", Form.FULL_NAME),
        ("His name is Tavish Brogan and he lies", "Tavish Brogan", Form.FULL_NAME),
        ("a woman called Wrenna helped me", "Wrenna", Form.FIRST_NAME),
        ("Hi Dave, can you ring", "Dave", Form.FIRST_NAME),
        ("hi paul", "paul", Form.FIRST_NAME),
        ("looking for Priyanka and the girls", "Priyanka", Form.FIRST_NAME),
        ("Leanne's ex is the one with the ute", "Leanne", Form.FIRST_NAME),
        ("it was Fatemeh Rostami who said so", "Fatemeh Rostami", Form.FULL_NAME),
        ("Siân wrote to them", "Siân", Form.FIRST_NAME),
        ("Ricky Tamaora-Bligh was there", "Ricky Tamaora-Bligh", Form.FULL_NAME),
        ("Mags O'Dwyer was there", "Mags O'Dwyer", Form.FULL_NAME),
        ("I was with Kayleigh B. that night", "Kayleigh B", Form.FULL_NAME),
        ("thank you all so much\n- Karen", "Karen", Form.FIRST_NAME),
        ("nobody rang back. Regards, Clive", "Clive", Form.FIRST_NAME),
        ("where does thuy work now", "thuy", Form.FIRST_NAME),
        ("WHERE SANDRA LIVES NOBODY KNOWS", "SANDRA", Form.FIRST_NAME),
        ("Babajide hit me every Friday", "Babajide", Form.FIRST_NAME),
        ("M\u200barcia Dunlop knows", "M\u200barcia Dunlop", Form.FULL_NAME),
    ],
)
def test_a_name_is_found(find: Find, text: str, name: str, form: Form) -> None:
    assert (name, form) in find(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("my girls Tahlia and Jorja got out", ["Tahlia", "Jorja"]),
        ("on the desk: Deb, Tanya & Marcus", ["Deb", "Tanya", "Marcus"]),
        ("This is Orsolya Kertes. Orsolya came to us in May", ["Orsolya Kertes", "Orsolya"]),
    ],
)
def test_lists_and_repeats(find: Find, text: str, names: list[str]) -> None:
    assert [name for name, _ in find(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "I left him six years ago. Will it ever stop? Hope so. Grace comes slowly.",
        "he will mark my words and hope for grace",
        "dave and karen are names, but typed small they tell nobody apart: jack up the bill",
        "don't be such a Karen about it",
        "We were in Victoria then, down by Lake Elizabeth",
        "they moved us from St Kevin's to Charlotte Street",
        "my boss Monday to Friday was hell",
        "Police came. Court is Monday. Centrelink rang.",
        "Support Group Tonight At The Town Hall All Welcome",
        "I'd known. I've left. He'd gone. She'll be right.",
        "Harvey Norman sold him the telly",
        "As a mother I'd say no",
        "Thanks Lifeline, thanks Anglicare",
        "see https://example.org/Karen/Dave or write to karen.doyle@example.org",
        "JUST LEAVE HIM. YOU DESERVE BETTER LOVE",
        "A Samoan woman and an Irish woman told me about Islam and Jesus",
        "My Aunty said no. My Uncle said nothing.",
    ],
)
def test_nobody_is_named(find: Find, text: str) -> None:
    assert find(text) == []
