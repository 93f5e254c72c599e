"""Evasions undone, offsets kept: a text as a reader sees it, with the way back to the text as sent."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

_APOSTROPHES = "‘’‚‛′ʼʹˈ´"
_QUOTATION_MARKS = "“”„‟″"
_HYPHENS = "‐‑‒−⁃﹣"
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_LATIN_TWINS = dict(zip("ɑɡıȷɩⅼƖǀƽ", "agijillls", strict=True))
_SIGNS = (
    dict.fromkeys(_APOSTROPHES, "'")
    | dict.fromkeys(_QUOTATION_MARKS, '"')
    | dict.fromkeys(_HYPHENS, "-")
    | dict.fromkeys("\u2028\u2029\u0085", "\n")
    | {"º": "°", "⓪": "0", "⓿": "0", "🔟": "10", "❿": "10", "➉": "10", "➓": "10", "⭕": "O"}
)
_BOXED_LETTERS = {
    chr(first + place): chr(ord("A") + place)
    for first in (0x1F150, 0x1F170)  # white on black circles, then squares
    for place in range(26)
}
_TABLE: Mapping[str, str] = _SMALL_CAPITALS | _LATIN_TWINS | _BOXED_LETTERS | _SIGNS

# Letters of other scripts that look just like a Latin one; they may make up a whole word.
_TWINS: Mapping[str, str] = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝӏЁёЇї" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονϲϳ" + "օհսոՕՍ" + "ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ",
        "ABESIJKMHOPCTYXaesijopcyxhdqwlEeIi" + "ABEZHIKMNOPTYXovcj" + "ohunOU" + "ABCDEGHJKLMPRSTVWZ",
        strict=True,
    )
)
# Letters that only pass for a Latin one between Latin letters.
_COUSINS: Mapping[str, str] = dict(zip("вгикмнптбяшчьαβγδεζηικμπρστυχωθλΣΛ", "brukmhnt6rw4bab" + "ydeznikunpotuxwolEA", strict=True))
_REGIONAL_A = 0x1F1E6
_FLAG = 2  # so many regional letters together are a flag
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


@dataclass(frozen=True, slots=True)
class Folded:
    """A view of `original`. Character `i` of `text` stands for `original[starts[i]:ends[i]]`.

    `starts` and `ends` never go down.
    """

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of `original` for a half-open span of `text`; an empty span stays empty."""
        if start < end:
            return self.starts[start], self.ends[end - 1]
        place = self.starts[start] if start < len(self.starts) else len(self.original)
        return place, place


def fold(text: str) -> Folded:
    """The gentle view: look-alikes are Latin letters and digits, invisible characters are gone.

    Case, words, punctuation, line breaks and sentences in other scripts stay. Never raises.
    """
    if text.isascii():
        return Folded(text, text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, plain in _clusters(text):
        for letter in plain:
            letters.append(letter)
            starts.append(start)
            ends.append(end)
    return Folded(text, _without_look_alikes("".join(letters)), tuple(starts), tuple(ends))


def unmask(folded: Folded) -> Folded:
    """The deep view, for lexicons alone: accents, leet, spaced-out letters and endless letters undone.

    Stars stay: matchers read them as wildcards. Two letters are never joined, so a coded
    disclosure ("s.a.") is not spelled out.
    """
    for edits in (_accents, _spaced_out, _leet, _endless):
        folded = _rewrite(folded, edits(folded.text))
    return folded


def _clusters(text: str) -> Iterator[tuple[int, int, str]]:
    """Each visible character with the marks that belong to it, and what it is read as."""
    place = 0
    while place < len(text):
        end = place + 1
        while end < len(text) and _is_mark(text[end]):
            end += 1
        if _is_regional(text[place]):
            while end < len(text) and _is_regional(text[end]):
                end += 1
            # A flag is two regional letters; any other number of them spells something.
            flag = end - place == _FLAG
            for index in range(place, end):
                yield index, index + 1, text[index] if flag else chr(ord(text[index]) - _REGIONAL_A + ord("A"))
        else:
            plain = _read(text[place], text[place + 1 : end])
            if plain:
                yield place, end, plain
        place = end


def _read(base: str, marks: str) -> str:
    if base.isascii() and not marks:
        return base
    if base in _TABLE:
        return _TABLE[base]
    category = unicodedata.category(base)
    if category in ("Cf", "Me") or base in "\u115f\u1160\u3164\uffa0\u034f\u2800" or _is_variation(base):
        return ""
    if category == "Cs":
        return "\ufffd"  # half a character: no other machine would take it
    digit = unicodedata.digit(base, None)
    if digit is not None:
        return str(digit)
    kept = "".join(mark for mark in marks if unicodedata.category(mark) != "Me" and not _is_variation(mark))
    plain = unicodedata.normalize("NFKC", base + kept)
    if plain[:1].isspace() and not base.isspace():
        return base
    if kept and _script(base) in ("", "LATIN"):
        # Lines through letters and towers of accents hide the letter; an accent that belongs to it has been composed.
        plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Mn")
    return plain


def _is_mark(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character) in ("Mn", "Me")


def _is_variation(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _script(letter: str) -> str:
    if letter.isascii():
        return "LATIN" if letter.isalpha() else ""
    name = unicodedata.name(letter, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), "" if not letter.isalpha() else "OTHER")


def _without_look_alikes(text: str) -> str:
    if not any(letter in _TWINS or letter in _COUSINS for letter in text):
        return text
    words = [(match.start(), match.end(), {_script(letter) for letter in match.group()}) for match in _WORD.finditer(text)]
    latin = any("LATIN" in scripts for _, _, scripts in words)
    genuine = {
        script
        for start, end, scripts in words
        if "LATIN" not in scripts and any(letter not in _TWINS for letter in text[start:end])
        for script in scripts
    }
    letters = list(text)
    for start, end, scripts in words:
        if scripts == {"LATIN"}:
            continue
        if "LATIN" in scripts:
            letters[start:end] = [_TWINS.get(letter) or _COUSINS.get(letter, letter) for letter in text[start:end]]
        elif latin and not scripts & genuine and all(letter in _TWINS for letter in text[start:end]):
            letters[start:end] = [_TWINS[letter] for letter in text[start:end]]
    return "".join(letters)


# The deep view.

_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s", "!": "i", "|": "i", "€": "e"}
_LEET_TOKEN = re.compile(r"[\w@$!|€]+")
_NUMBER_AND_UNIT = re.compile(r"\d+[a-z]{1,3}", re.IGNORECASE)
_PRICE = re.compile(r"[$€]\d")
_WORD_AND_NUMBER = re.compile(r"[^\W\d_]+\d+")
_SHORT_HANDLE = 4  # "@ss" is a word, "@kaz_m" is an account
_SPACED = re.compile(r"(?<![\w@$!])[\w@$!]([ .\-_/|,~])\1?[\w@$!](?:\1\1?[\w@$!](?![\w@$!]))+")
_SPACED_LETTERS = 3
# "u r a c" is chat, one word a letter.
_WORDS_OF_ONE_LETTER = frozenset("urainkycob")
_ENDLESS = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_VOWELS = frozenset("aeiou")
_DOUBLED = frozenset("lsfz")
_STROKES = dict(zip("øłđħŧØŁĐĦŦ", "oldhtOLDHT", strict=True))


def _accents(text: str) -> Iterator[tuple[int, int, str]]:
    if text.isascii():
        return
    for place, letter in enumerate(text):
        if not letter.isascii() and letter.isalpha():
            plain = _STROKES.get(letter) or unicodedata.normalize("NFD", letter)[0]
            if plain.isascii():
                yield place, place + 1, plain


def _spaced_out(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _SPACED.finditer(text):
        separator = match.group(1)
        pieces = [(place, character) for place, character in enumerate(match.group(), match.start()) if character != separator]
        real = {character.lower() for _, character in pieces if character.isalpha()}
        if sum(character.isalpha() for _, character in pieces) < _SPACED_LETTERS or (separator == " " and real <= _WORDS_OF_ONE_LETTER):
            continue
        gaps = [(place + 1, following) for (place, _), (following, _) in pairwise(pieces)]
        narrowest = min(end - start for start, end in gaps)
        # Where some gaps are wider than others, the wide ones stand between words.
        yield from ((start, end, "") for start, end in gaps if end - start == narrowest)


def _leet(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _LEET_TOKEN.finditer(text):
        token, first = match.group(), match.start()
        end = len(token.rstrip("!|"))  # an exclamation mark at the end exclaims
        token = token[:end]
        if token.isalpha() or not any(map(str.isalpha, token)) or _is_address(text, match, token):
            continue
        if _NUMBER_AND_UNIT.fullmatch(token) or _WORD_AND_NUMBER.fullmatch(token) or _PRICE.search(token) or "_" in token:
            continue
        for place, character in enumerate(token):
            if character in _LEET:
                yield first + place, first + place + 1, _leet_letter(token, place)


def _is_address(text: str, match: re.Match[str], token: str) -> bool:
    at = token.find("@")
    if at < 0:
        return False
    followed = text[match.end() : match.end() + 2]
    return (at == 0 and len(token) > _SHORT_HANDLE) or (at > 0 and len(followed) > 1 and followed[0] == "." and followed[1].isalpha())


def _leet_letter(token: str, place: int) -> str:
    if token[place] == "1":
        before = token[place - 1 : place].lower()
        if before in ("1", "l") or token[place + 1 : place + 2] == "1" or before in _VOWELS:
            return "l"
    return _LEET[token[place]]


def _endless(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _ENDLESS.finditer(text):
        letter = match.group(1).lower()
        before = text[match.start() - 1 : match.start()].lower() if match.start() else ""
        at_end = not text[match.end() : match.end() + 1].isalpha()
        doubled = before in _VOWELS and before != "" and (letter in _DOUBLED or (letter == "g" and not at_end))
        yield match.start() + (2 if doubled else 1), match.end(), ""


def _rewrite(folded: Folded, edits: Iterable[tuple[int, int, str]]) -> Folded:
    """Spans of `folded.text` replaced, in order; what is inserted stands for all that it replaces."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    place = 0

    def keep(until: int) -> None:
        text.append(folded.text[place:until])
        starts.extend(folded.starts[place:until])
        ends.extend(folded.ends[place:until])

    for start, end, plain in edits:
        keep(start)
        text.append(plain)
        starts.extend([folded.starts[start]] * len(plain))
        ends.extend([folded.ends[end - 1]] * len(plain))
        place = end
    if not place:
        return folded
    keep(len(folded.text))
    return Folded(folded.original, "".join(text), tuple(starts), tuple(ends))
