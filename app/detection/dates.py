"""Days and times: weekdays, months, dates and clock times, as one finding where they belong together.

"Tonight" or "yesterday" alone tells nothing, nor does a bare year or a feast day. Words that are also
something else ("may", "sun", "5") count only beside another part of a date, or after a word that says so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import re2

from app.detection.fold import Folded
from app.domain.finding import Finding, FindingKind, Form

SOURCE = "dates"

_HOUR_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
_PLACE = r"(?:st|nd|rd|th)"
_YEAR = r"(?:19|20)\d\d"
_DAY_PART = r"(?:\s+(?:nights?|nites?|mornings?|arvos?|afternoons?|evenings?|week))?"
_LEAD = r"(?:(?:next|last|every\s+(?:second|other)|first|second|third|fourth)\s+)?"
_CLOCK = r"\d{1,2}(?:[:.]\d\d)?"


class _Type(Enum):
    DAY = 1
    MONTH = 2
    DATE = 3
    CLOCK = 4
    RELATIVE = 5
    PLACE = 6  # "the 25th"


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a date. A `sure` one stands for itself; `bare` ones are mere numbers or "tomorrow"."""

    type: _Type
    start: int
    end: int
    sure: bool
    bare: bool = False


# The order matters where two begin at one place and are equally long.
_PATTERNS = tuple(
    (type_, sure, bare, re2.compile(rf"(?i){pattern}"))
    for type_, sure, bare, pattern in (
        (_Type.DATE, True, False, rf"\b(?:the\s+)?\d{{1,2}}{_PLACE}?(?:\s+of)?\s+(?:{_MONTHS})\b(?:,?\s+{_YEAR}\b)?"),
        (_Type.DATE, True, False, rf"\b(?:{_MONTHS})\.?\s+(?:the\s+)?\d{{1,2}}{_PLACE}(?:,?\s+{_YEAR})?\b"),
        (_Type.DATE, True, False, rf"\b(?:{_MONTHS})\.?\s+\d{{1,2}}(?:,?\s+{_YEAR})?\b"),
        (_Type.DATE, True, False, rf"\b(?:\d{{1,2}}/\d{{1,2}}/(?:{_YEAR}|\d\d)|\d{{1,2}}[.-]\d{{1,2}}[.-]{_YEAR}|{_YEAR}-\d\d-\d\d)\b"),
        (_Type.DATE, False, False, r"\b\d{1,2}/\d{1,2}\b"),
        (_Type.MONTH, True, False, rf"\b{_LEAD}(?:january|february|july|september|october|november|december)\b(?:\s+{_YEAR}\b)?"),
        (_Type.MONTH, True, False, rf"\b(?:{_MONTHS})\s+{_YEAR}\b"),
        (_Type.MONTH, False, False, rf"\b(?:{_MONTHS})\b"),
        (_Type.DAY, True, False, rf"\b{_LEAD}(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b{_DAY_PART}"),
        (_Type.DAY, True, False, rf"\b{_LEAD}(?:tues|thurs?|weds)\b{_DAY_PART}"),
        (_Type.DAY, True, False, r"\bR[āa](?:hina|t[ūu]|apa|pare|mere|horoi|tapu)"),
        (_Type.DAY, True, False, r"\b(?:this|next|last)\s+weekend\b"),
        (_Type.DAY, False, False, rf"\b{_LEAD}(?:mon|tue|wed|thu|fri|sat|sun)\b{_DAY_PART}"),
        (_Type.PLACE, False, False, rf"\b(?:the\s+)?\d{{1,2}}{_PLACE}\b"),
        (_Type.CLOCK, True, False, rf"\b{_CLOCK}\s?(?:am|pm|a\.m\b\.?|p\.m\b\.?)(?:\s+this\s+arvo)?"),
        (_Type.CLOCK, True, False, rf"\b{_CLOCK}\s?(?:-|–|to|till?|until)\s?{_CLOCK}\s?(?:am|pm)\b"),
        (_Type.CLOCK, True, False, r"\b(?:[01]?\d|2[0-3]):[0-5]\d\b"),
        (_Type.CLOCK, True, False, rf"\b(?:half|quarter)\s+(?:(?:past|to|after)\s+)?(?:{_HOUR_WORDS})\b"),
        (_Type.CLOCK, True, False, r"\b(?:half|quarter)\s+(?:past|to|after)\s+\d{1,2}\b"),
        (_Type.CLOCK, True, False, rf"\b(?:\d{{1,2}}|{_HOUR_WORDS})\s?o'?\s?clock\b"),
        (_Type.CLOCK, True, False, rf"\b{_CLOCK}\s+of\s+a\s+(?:morning|night|evening|sunday|saturday)\b"),
        (_Type.CLOCK, True, False, r"\b(?:12\s+)?(?:noon|midday|midnight)\b"),
        (_Type.CLOCK, False, False, r"\b\d{1,2}[.:]\d\d\b"),
        (_Type.CLOCK, False, False, rf"\b{_CLOCK}\s?(?:-|–|to|till?|for)\s?{_CLOCK}\b"),
        (_Type.CLOCK, False, False, rf"\b(?:{_HOUR_WORDS})\s+(?:to|till?)\s+(?:{_HOUR_WORDS})\b"),
        (_Type.CLOCK, False, True, rf"\b(?:\d{{1,2}}|{_HOUR_WORDS})\b"),
        (_Type.RELATIVE, False, True, r"\b(?:tonight|tomorrow|tmrw|today|this\s+(?:arvo|morning|afternoon|evening)|dusk|dawn)\b"),
    )
)
_TOGETHER = re.compile(r"\s+|\s?,\s?|\s+-\s+|\s?(?:,\s?)?\b(?:at|from|to|till?|until|on|on the|from the|after)\b\s*")
_BEFORE_HOUR = re.compile(r".*\b(?:at|from|till?|until|after|before|to)\s", re.DOTALL)
_SPAN = re.compile(r"\s?(?:-|–|\bto\b|\btill?\b|\buntil\b)\s?")
_SAYS_DAY = re.compile(r"\b(?:on|next|last|this|every|till?|until|by|of a)\s+$", re.IGNORECASE)
_SAYS_MONTH = re.compile(r"\b(?:in|since|until|till?|last|next|during|early|late|mid|end of)[\s-]+$", re.IGNORECASE)
_SAYS_DATE = re.compile(r"\b(?:on|by|until|till?|from|since|before|after|again|dated)\s+$", re.IGNORECASE)
_SAYS_TIME = re.compile(r"\b(?:at|from|until|till?|about|around|before|after|meets?|starts?|ends?)\s+$", re.IGNORECASE)
_SAYS_HOUR = re.compile(r"\b(?:after|before|till?|until)\s+$", re.IGNORECASE)
_AT = re.compile(r"\bat\s+$", re.IGNORECASE)
_ENDS = re.compile(
    r"\s*(?:$|[.,;!?)\n\"]|(?:with|up|of|in|at|for|and|to|from|when|if|because|but|so|on|me|i|he|she|they|we|please|pls)\b)", re.IGNORECASE
)
_HOUR_ENDS = re.compile(r"\s*(?:$|[.,;!?)\n\"](?!\d)|(?:when|if|at|on|please|pls|sharp|tonight|tomorrow|today)\b)", re.IGNORECASE)
_AT_ENDS = re.compile(r"\s+(?:at|on|in the|sharp|tonight|tomorrow|today)\b", re.IGNORECASE)
_FEAST = re.compile(r"\b(?:black|good|cyber|meme|giving|shrove|ash|palm|easter|boxing|pancake)\s+$", re.IGNORECASE)
_WINDOW = 24
_HOURS, _DAYS, _MONTHS_IN_YEAR, _MINUTES = 24, 31, 12, 60


def find_dates(folded: Folded) -> list[Finding]:
    """Days and times in text order. Form.CALENDAR_DATE where a day and its month are told, else Form.PLAIN."""
    text = folded.text
    findings = []
    for chain in _chains(text, _parts(text)):
        start, end = folded.span(chain[0].start, chain[-1].end)
        form = Form.CALENDAR_DATE if any(part.type is _Type.DATE for part in chain) else Form.PLAIN
        score = 0.9 if any(part.sure for part in chain) else 0.6
        findings.append(Finding(FindingKind.DATE_TIME, start, end, score, SOURCE, form=form))
    return findings


def _parts(text: str) -> list[_Part]:
    """All pieces of dates, apart: the longest of those that share a place."""
    found = [
        _Part(type_, match.start(), match.end(), sure, bare)
        for type_, sure, bare, pattern in _PATTERNS
        for match in pattern.finditer(text)
        if _is_whole(text, match.start(), match.end()) and _is_possible(type_, match.group())
    ]
    parts: list[_Part] = []
    for part in sorted(found, key=lambda one: (one.start, -one.end)):
        if not parts or part.start >= parts[-1].end:
            parts.append(part)
    return parts


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether it is not a piece of a longer word, number or amount."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:] in ("$", "£", "€", "#", "@", "-") or before[-1:].isalnum() or after[:1].isalnum() or after[:1] == "%":
        return False
    if before[-1:] in (".", "/", ":", ",") and before[:1].isdigit():
        return False
    return not (after[:1] in ("/", ":", "-", ".", ",") and after[1:].isdigit())


def _is_possible(type_: _Type, text: str) -> bool:
    numbers = [int(number) for number in re.findall(r"\d+", text) if len(number) <= 2]
    if type_ is _Type.CLOCK:
        minutes = [int(number) for number in re.findall(r"[:.](\d\d)", text)]
        return all(number <= _HOURS for number in numbers[:1]) and all(number < _MINUTES for number in minutes)
    if type_ is _Type.DATE and "/" in text:
        return 1 <= min(numbers[:2]) <= _MONTHS_IN_YEAR and max(numbers[:2]) <= _DAYS
    return all(number <= _DAYS for number in numbers[:1]) or type_ is _Type.DATE


def _chains(text: str, parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    abbreviated = {text[part.start : part.end] for part in parts if part.type is _Type.DAY and not part.sure and text[part.start].isupper()}
    ranges = sum(_is_range(text, part) for part in parts)
    chain: list[_Part] = []
    for part in parts:
        if chain and _belongs(text, chain[-1], part):
            chain.append(part)
            continue
        yield from _settled(text, chain, roster=len(abbreviated) > 1, ranges=ranges)
        chain = [part]
    yield from _settled(text, chain, roster=len(abbreviated) > 1, ranges=ranges)


def _belongs(text: str, one: _Part, other: _Part) -> bool:
    gap = text[one.end : other.start]
    if len(gap) > _WINDOW:
        return False
    if one.type is other.type:
        return _SPAN.fullmatch(gap) is not None and not (one.bare and other.bare)
    if other.bare and other.type is _Type.CLOCK:
        return one.type is not _Type.RELATIVE and _TOGETHER.fullmatch(gap) is not None and _BEFORE_HOUR.match(gap) is not None
    if one.bare and one.type is _Type.CLOCK:
        return False
    return _TOGETHER.fullmatch(gap) is not None


def _settled(text: str, chain: list[_Part], *, roster: bool, ranges: int) -> Iterator[list[_Part]]:
    """The chain, if it is a day or a time at all."""
    if not chain or (chain[0].type is _Type.DAY and _FEAST.search(text[max(0, chain[0].start - _WINDOW) : chain[0].start])):
        return
    types = {part.type for part in chain}
    # "They march today", "this morning, 8 to 1": a word that is no date does not become one beside "today".
    loose = types == {_Type.MONTH, _Type.RELATIVE} or (_Type.RELATIVE in types and any(_is_range(text, part) for part in chain))
    joined = len(types) > 1 and not loose and not all(part.bare for part in chain)
    if joined or any(part.sure for part in chain) or _is_said(text, chain[0], roster=roster, ranges=ranges):
        yield chain


def _is_said(text: str, part: _Part, *, roster: bool, ranges: int) -> bool:
    """Whether the words around an unsure part make it one."""
    before, word = text[max(0, part.start - _WINDOW) : part.start], text[part.start : part.end]
    match part.type:
        case _Type.PLACE:
            return _SAYS_DATE.search(before) is not None and _ENDS.match(text, part.end) is not None
        case _Type.DAY:
            return _SAYS_DAY.search(before) is not None or (roster and word[0].isupper())
        case _Type.MONTH:
            return _SAYS_MONTH.search(before) is not None
        case _Type.DATE:
            return _SAYS_DATE.search(before) is not None
        case _Type.CLOCK if part.bare:
            hour = (word.isdigit() and 1 <= int(word) <= _HOURS // 2) or word.isalpha()
            said = _SAYS_HOUR.search(before) is not None and _HOUR_ENDS.match(text, part.end) is not None
            return hour and (said or (_AT.search(before) is not None and _AT_ENDS.match(text, part.end) is not None))
        case _Type.CLOCK if _is_range(text, part):
            # Two rows of hours are a roster; with dashes they would be scores.
            return ranges > 1 and "-" not in word
        case _Type.CLOCK:
            return _SAYS_TIME.search(before) is not None and _ENDS.match(text, part.end) is not None
        case _:
            return False


def _is_range(text: str, part: _Part) -> bool:
    """Whether it is a span of hours ("8 to 10"), and nothing that can be counted follows."""
    word = text[part.start : part.end]
    spanned = part.type is _Type.CLOCK and not part.sure and not part.bare and _SPAN.search(word) is not None
    return spanned and _ENDS.match(text, part.end) is not None
