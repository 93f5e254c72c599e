"""Folding: what a reader sees, and the way back to what was sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.detection.fold import Folded, fold, unmask

TRICKY = st.text(
    st.sampled_from(
        "aB0 4.!@$|\n'k\u0430\u043e\u0416\u03bf\u200b\u202e\ufe0f\u20e3\u0301\u0336\U0001f170\U0001f1e6\u2460\uff14\u00bd\ufdfa\ud800"
    )
)
ANYTHING = st.text(st.characters()) | TRICKY


def assert_maps(folded: Folded) -> None:
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= start < end <= len(folded.original) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)
    for place in range(len(folded.text) + 1):
        start, end = folded.span(place, place)
        assert 0 <= start == end <= len(folded.original)


@given(ANYTHING)
def test_every_span_of_both_views_leads_back_to_the_text_as_sent(text: str) -> None:
    folded = fold(text)
    assert folded.original == text
    assert_maps(folded)
    assert_maps(unmask(folded))


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_ascii_is_left_as_it_is(text: str) -> None:
    folded = fold(text)
    assert folded.text == text
    assert all(folded.span(place, place + 1) == (place, place + 1) for place in range(len(text)))


@given(ANYTHING)
def test_a_folded_text_can_be_sent_as_utf8(text: str) -> None:
    fold(text).text.encode("utf-8")


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("ｋｉｌｌ", "kill"),
        ("𝓀𝒾𝓁𝓁 𝐤𝐢𝐥𝐥 𝗄𝗂𝗅𝗅", "kill kill kill"),
        ("🅺🅸🅻🅻 ⓚⓘⓛⓛ 🄺🄸🄻🄻", "KILL kill KILL"),
        ("ᴋɪʟʟ", "kill"),
        ("🇰🇮🇱🇱", "KILL"),
        ("g'day 🇦🇺", "g'day 🇦🇺"),
        ("k̶i̶l̶l̶", "kill"),
        ("ki\u200bl\u200dl\u2060 \u202eyou\u202c", "kill you"),
        ("0️⃣4️⃣9️⃣1️⃣", "0491"),
        ("０４９１ ①②③ ❶➋ ٠٤٩١", "0491 123 12 0491"),
        ("x² and №", "x2 and No"),
        ("she’s “quoted” and ‘so’ on", "she's \"quoted\" and 'so' on"),
        ("José's café in Zoë Street", "José's café in Zoë Street"),
        ("one – two — three", "one – two — three"),
        ("a\r\nb\tc", "a\r\nb\tc"),
        ("l\u0430uren.b@ex\u0430mple.com", "lauren.b@example.com"),
        ("g\u0430vin.\u0440@ex\u0430mple.com", "gavin.p@example.com"),
        ("\u03b1nyone home", "anyone home"),
        ("he \u0441\u0430\u0441\u0430 there", "he caca there"),
        ("Привет, как дела? сосо", "Привет, как дела? сосо"),
        ("Καλημέρα σε όλους", "Καλημέρα σε όλους"),
        ("I wrote сосо to Наташа", "I wrote сосо to Наташа"),
        ("37°48′49″S", "37°48'49\"S"),
    ],
)
def test_a_text_is_read_as_a_person_reads_it(sent: str, seen: str) -> None:
    assert fold(sent).text == seen


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("k1ll", "kill"),
        ("k!11", "kill"),
        ("b!tch", "bitch"),
        ("$lut", "slut"),
        ("@ss", "ass"),
        ("wh0re", "whore"),
        ("k i l l", "kill"),
        ("d.i.e", "die"),
        ("w-h-o-r-e", "whore"),
        ("k i l l  y o u", "kill  you"),
        ("k  i  l  l", "kill"),
        ("s l u t", "slut"),
        ("diiiie", "die"),
        ("killlll yourself", "kill yourself"),
        ("fuuuuck", "fuck"),
        ("bitchhhh", "bitch"),
        ("girlllls", "girls"),
        ("bítch", "bitch"),
        ("b*tch", "b*tch"),
    ],
)
def test_the_deep_view_spells_out_what_is_masked(sent: str, seen: str) -> None:
    assert unmask(fold(sent)).text == seen


@pytest.mark.parametrize(
    "text",
    [
        "he SA me",
        "s.a. at work",
        "she wants to unalive herself",
        "see you at 3pm or 10am, 2nd door, bring 5k",
        "gr8 m8, see you in b4 covid19",
        "it cost $50 or A$20",
        "write to me@example.com or @kaz_m",
        "stop! now!",
        "u r a good friend",
        "I agree, all is well",
        "0491 570 006",
    ],
)
def test_the_deep_view_leaves_ordinary_writing_alone(text: str) -> None:
    assert unmask(fold(text)).text == text


def test_the_deep_view_leads_back_through_both_steps() -> None:
    text = "so \u200bｋ １ ｌ ｌ him"
    deep = unmask(fold(text))
    place = deep.text.index("him")
    assert text[slice(*deep.span(place, place + 3))] == "him"


def test_a_keycap_belongs_to_its_digit() -> None:
    folded = fold("call 4️⃣ now")
    place = folded.text.index("4")
    assert folded.original[slice(*folded.span(place, place + 1))] == "4️⃣"
