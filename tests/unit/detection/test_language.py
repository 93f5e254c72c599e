"""Languages: a foreign text is told, slang is not called foreign, and the sender's hint counts where the text is silent."""

import pytest

from app.detection.language import LanguageTeller
from app.domain.analysis import Language


@pytest.fixture(scope="module")
def teller() -> LanguageTeller:
    return LanguageTeller(frozenset({"en"}))


@pytest.mark.parametrize(
    "text",
    [
        "I left him six years ago and I still lock the door twice",
        "yeah nah cuz he cooked aye",
        "ngl he lowkey sus fr fr no cap",
        "kia kaha e hoa, you got this whānau",
        "mi amor please leave him, you deserve better, te quiero",
        "Dia duit, is there a women's group in Galway as Gaeilge?",
        "mashallah sister may Allah protect you and the kids",
        "aunty said no shame job bub, deadly",
        "u r a joke lol",
        "😂😂😂",
        "",
        "ok",
        "tick tock",
        "0491 570 156",
    ],
)
def test_english_as_people_type_it_is_covered(teller: LanguageTeller, text: str) -> None:
    assert teller.tell(text).covered


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Mi marido me pega todas las noches y tengo mucho miedo", "es"),
        ("Il m'a frappée devant les enfants et je ne sais plus quoi faire", "fr"),
        ("Chồng tôi đánh tôi mỗi ngày và tôi rất sợ", "vi"),
        ("Sinasaktan ako ng asawa ko gabi-gabi at natatakot na ako", "tl"),
        ("زوجي يضربني كل ليلة وأنا خائفة جدا", "ar"),
        ("请帮帮我和我的孩子", "zh"),
        ("남편이 매일 밤 저를 때려요 너무 무서워요", "ko"),
        ("मेरे पति मुझे हर रात मारते हैं", "hi"),
        ("Мой муж бьёт меня каждый вечер", "ru"),
        ("Ο άντρας μου με χτυπάει κάθε βράδυ", "el"),
        ("Kocam beni her gece dövüyor ve çok korkuyorum", "tr"),
        ("Ninkaygu habeen kasta wuu i garaacaa waana baqayaa", "so"),
    ],
)
def test_a_text_in_another_language_is_not_covered(teller: LanguageTeller, text: str, tag: str) -> None:
    assert teller.tell(text) == Language(tag=tag, covered=False)


def test_the_hint_counts_where_the_text_cannot_tell(teller: LanguageTeller) -> None:
    assert teller.tell("ayuda", hint="es-419") == Language(tag="es-419", covered=False)
    assert teller.tell("ok lol", hint="en-AU") == Language(tag="en-AU", covered=True)
    assert teller.tell("ok lol") == Language(tag="und", covered=True)


def test_the_text_counts_more_than_the_hint(teller: LanguageTeller) -> None:
    assert teller.tell("I left him six years ago and never looked back", hint="vi") == Language(tag="en", covered=True)


def test_a_service_may_cover_more_than_english() -> None:
    teller = LanguageTeller(frozenset({"en", "es-ES"}))
    assert teller.tell("Mi marido me pega todas las noches y tengo mucho miedo") == Language(tag="es", covered=True)


def test_web_addresses_and_handles_say_nothing(teller: LanguageTeller) -> None:
    assert teller.tell("https://example.org/la-casa-de-mi-madre @lacasademimadre #micasaestucasa").covered
