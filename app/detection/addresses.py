"""Street addresses of six countries, and the suburb and postcode that follow them.

The span of an address is its unit, number, street and type; the suburb is a place of its own, and the
state is left out. Patterns are RE2, so no text takes more than linear time.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from app.detection.fold import Folded
from app.detection.gazetteer import Gazetteer, key_of
from app.domain.finding import Finding, FindingKind, Form

# Latin letters as ranges: `\p{L}` makes an automaton a hundred times as large.
_LETTER = r"A-Za-z\x{C0}-\x{24F}\x{1E00}-\x{1EFF}"
_CAPITAL = r"A-Z\x{C0}-\x{DE}\x{100}-\x{24F}\x{1E00}-\x{1EFF}"
_NAME = rf"(?:[{_LETTER}][{_LETTER}'-]*|(?:st|mt)\.|\d{{1,3}}(?:st|nd|rd|th))"
_CAPITAL_NAME = rf"(?:[{_CAPITAL}][{_LETTER}'-]*|\d{{1,3}}(?:st|nd|rd|th))"
_DIGITS = r"\d{1,5}[a-z]?(?: ?[/–&-] ?\d{1,5}[a-z]?)?"
_POSTCODES = (
    r"(?-i)\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}"  # United Kingdom
    r"|(?:[AC-FHKNPRTV-Y]\d\d|D6W) ?[0-9AC-FHKNPRTV-Y]{4}"  # Ireland
    r"|[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d)\b"  # Canada
)
_POST_BOX = (
    r"(?i)\b(?:(?:g\.?p\.?o\.?|p\.? ?o\.?|post office|locked|private|community mail|roadside mail) ?(?:box|bag)"
    r"|(?-i:RMB|RSD|CMB|PMB|RR) ?#?)"
    r" ?(?:no\.? ?|# ?)?[a-z]?\d{1,6}\b"
)
_ROUTE = r"\b(?:Route|Highway|Hwy|State Route|County Road|US) \d{1,3}\b"
# These read a few characters from a known place, so the standard library is quick enough and costs less.
_NEXT_WORD = re.compile(r" ([^\W\d_]+)\b")
_BEFORE_TOWN = re.compile(r",? (?:in )?|, ?\n ?|\n")
_TOWN_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['-])*")
_CUE_REACH = 24  # code points before an address in which a word such as "at" is looked for
_LONGEST_TOWN = 3


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    form: Form
    score: float
    kind: FindingKind = FindingKind.STREET_ADDRESS


class AddressFinder:
    """Finds addresses with the words of a gazetteer. Built once; it keeps nothing of what it reads."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        words = gazetteer.streets
        self._gazetteer = gazetteer
        self._strong = frozenset((*words.types, *words.short_types))
        self._short = frozenset(words.short_types)
        self._lone = frozenset(words.lone_types)
        self._not_names = frozenset(words.not_names)
        self._not_streets = frozenset(words.not_streets)
        self._capitalised = frozenset(gazetteer.words.capitalised)
        self._schools = frozenset(gazetteer.places.schools)
        self._states = frozenset(words.states)
        self._suffixes = frozenset((*words.town_endings, *gazetteer.places.facilities))
        types = _either((*words.types, *words.short_types, *words.weak_types))
        strong = _either(self._strong)
        in_words = _either(words.number_words)
        number = rf"(?:{_DIGITS}|(?:{in_words})(?:[ -](?:{in_words})){{0,3}})"
        unit = rf"(?:(?:{_either(words.units)})\.? ?#?(?:\d{{1,4}}[a-z]?|[a-z])(?:,? (?:at |of )?| ?/ ?))"
        building = rf"(?:(?:{_CAPITAL_NAME} ){{1,2}}(?i:{_either(words.buildings)}),? )"
        tail = r"(?:(?-i: (?:NE|NW|SE|SW|N|S|E|W))\b)?(?:,? (?:apt|apartment|suite|ste|unit|flat) ?#?\d{1,4}[a-z]?\b)?"
        self._numbered = re2.compile(
            rf"(?i)(?:^|[^{_LETTER}\d/.$-])({unit}{{0,2}}(?-i:{building})?{number}|(?:lot|site) \d{{1,4}}[a-z]?,?) "
            rf"((?:{_NAME} ){{1,4}}?)({types})\b{tail}"
        )
        self._the_numbered = re2.compile(rf"(?i)(?:^|[^{_LETTER}\d/.$-])({unit}{{0,2}}{_DIGITS}) (the )({strong})\b")
        self._named = re2.compile(rf"(?:^|[^{_LETTER}\d/])((?:{_CAPITAL_NAME} ){{1,3}}?)((?i:{types}))\b")
        self._small = re2.compile(rf"(?i)\b(?:on|off|corner of|along|down) ({_NAME} (?:{_NAME} )?)({strong})\b")
        self._corner = re2.compile(
            rf"(?i:\b(?:corner|cnr|crn)\.?(?: of)?(?: the)? )({_CAPITAL_NAME}(?: {_CAPITAL_NAME})??(?: (?i:{strong})\b)?)"
            rf"(?i: and | & | n |/)({_CAPITAL_NAME}(?: (?i:{strong})\b)?)"
        )
        self._post_box = re2.compile(_POST_BOX)
        self._route = re2.compile(_ROUTE)
        self._postcode = re2.compile(_POSTCODES)
        self._stated_code = re2.compile(rf"(?i)^(?:,? ?(?:{_either(words.states)})\.?,? | )(\d{{5}}-\d{{4}}|\d{{5}}|[02-9]\d{{3}})\b")
        self._state_code = re2.compile(r"\b(?:NSW|VIC|Vic|QLD|Qld|WA|SA|TAS|Tas|ACT|NT),? ([02-9]\d{3})\b|\b[A-Z]{2} (\d{5}(?:-\d{4})?)\b")
        self._cue = re2.compile(rf"(?i)(?:^|[^{_LETTER}])(?:{_either(words.cues)})[ :]+(?:the )?$")

    def find(self, folded: Folded) -> list[Finding]:
        """Addresses, and the places right after them, in order; offsets of the original text."""
        text = folded.text
        covered = bytearray(len(text))
        taken: list[_Span] = []
        for span in self._candidates(text):
            _take(span, taken, covered)
        for span in tuple(taken):
            for place in self._places_after(text, span.end):
                _take(place, taken, covered)
        return [_finding(span, folded) for span in sorted(taken, key=lambda span: span.start)]

    def _candidates(self, text: str) -> Iterator[_Span]:
        """Spans of addresses, the surest first."""
        for match in self._post_box.finditer(text):
            yield _Span(match.start(), match.end(), Form.POST_BOX, 0.95)
        yield from self._numbered_streets(text)
        for match in self._the_numbered.finditer(text):
            if match.group(3)[0].isupper():
                yield _Span(match.start(1), match.end(), Form.NUMBERED_STREET, 0.85)
        for match in self._corner.finditer(text):
            yield _Span(match.start(1), match.end(1), Form.STREET, 0.8)
            yield _Span(match.start(2), match.end(2), Form.STREET, 0.8)
        yield from self._named_streets(text)
        yield from self._small_streets(text)
        for match in self._route.finditer(text):
            yield _Span(match.start(), match.end(), Form.STREET, 0.6)
        for match in self._postcode.finditer(text):
            yield _Span(match.start(), match.end(), Form.TOWN, 0.85, FindingKind.LOCATION)
        for match in self._state_code.finditer(text):
            group = 1 if match.group(1) else 2
            if group == 1 or text[match.start() : match.start() + 2].lower() in self._states:
                yield _Span(match.start(group), match.end(group), Form.TOWN, 0.8, FindingKind.LOCATION)

    def _numbered_streets(self, text: str) -> Iterator[_Span]:
        for match in self._numbered.finditer(text):
            names, kind = match.group(2).split(), match.group(3).lower()
            capitals = all(name[0].isupper() or name[0].isdigit() for name in names)
            if self._is_no_street(names, kind) or self._goes_on(text, match.end()) or (len(names) > 2 and not capitals):
                continue
            if kind not in self._strong and not self._weak_street(
                names, match.group(3), capitals=capitals, cued=self._cued(text, match.start(1))
            ):
                continue
            yield _Span(match.start(1), _past_type(text, match, self._short), Form.NUMBERED_STREET, 0.95 if capitals else 0.85)

    def _weak_street(self, names: Sequence[str], written: str, *, capitals: bool, cued: bool) -> bool:
        """Whether a number, these names and a type that is also a plain word are an address."""
        if capitals and (cued or written[0].isupper()):
            # "14 March Court" is a day in court.
            return len(names) > 1 or key_of(names[0]) not in self._capitalised
        return cued and not any(key_of(name) in self._gazetteer.common for name in names)

    def _named_streets(self, text: str) -> Iterator[_Span]:
        for match in self._named.finditer(text):
            start, names, written = match.start(1), match.group(1).split(), match.group(2)
            cued = self._cued(text, start)
            while len(names) > 1 and not cued and key_of(names[0]) in self._gazetteer.common:
                start += len(names[0]) + 1
                names = names[1:]
                cued = self._cued(text, start)
            if self._goes_on(text, match.end()):
                continue
            if self._names_street(names, written, cued=cued, after=text[match.end() : match.end() + 3]):
                yield _Span(start, _past_type(text, match, self._short), Form.STREET, 0.8 if cued else 0.7)

    def _names_street(self, names: Sequence[str], written: str, *, cued: bool, after: str) -> bool:
        kind = written.lower()
        if self._is_no_street(names, kind) or key_of(" ".join((*names, kind))) in self._gazetteer.towns:
            return False
        if kind in self._short:
            # "Ask Dr Lim", "Hey Cr Tibbs": a title, not a drive or a crescent.
            title = after[:1] == " " and after[1:2].isupper() and kind in {"dr", "cr", "st", "pl"}
            state = written.isupper() and not names[-1].isupper()
            return not state and (not title or (cued and kind == "st"))
        known_word = key_of(names[-1]) in self._gazetteer.common
        if kind in self._strong:
            return cued or (not known_word and written[0].isupper())
        if kind not in self._lone or not written[0].isupper() or (known_word and len(names) > 1):
            return False
        return cued or (not known_word and after[:2] in {"", ", ", ". "})

    def _small_streets(self, text: str) -> Iterator[_Span]:
        for match in self._small.finditer(text):
            names = match.group(1).split()
            if not self._is_no_street(names, match.group(2).lower()):
                yield _Span(match.start(1), match.end(), Form.STREET, 0.6)

    def _is_no_street(self, names: Sequence[str], kind: str) -> bool:
        """Whether this is a measure ("7 hour drive"), a court or a figure of speech."""
        plain = [name.lower().rstrip("'") for name in names]
        if plain[0] in self._not_names or any(
            name[0].islower() and word in self._not_names for name, word in zip(names, plain, strict=True)
        ):
            return True
        phrase = " ".join((*names, kind)).lower()
        return phrase in self._not_streets or f"{names[-1].lower()} {kind}" in self._not_streets

    def _goes_on(self, text: str, end: int) -> bool:
        """Whether a school or a court is named after a street: "Hastings Street Primary"."""
        following = _NEXT_WORD.match(text, end, end + 16)
        return following is not None and following.group(1)[0].isupper() and following.group(1).lower() in {*self._schools, "court"}

    def _cued(self, text: str, start: int) -> bool:
        return self._cue.search(text[max(0, start - _CUE_REACH) : start]) is not None

    def _places_after(self, text: str, end: int) -> Iterator[_Span]:
        """The suburb and the postcode that follow an address."""
        rest = text[end : end + 80]
        gap = _BEFORE_TOWN.match(rest)
        if gap is not None:
            words = list(_TOWN_WORD.finditer(rest[gap.end() :]))
            length = self._town_length(rest[gap.end() :], words)
            if length:
                start = end + gap.end()
                yield _Span(start, start + length, Form.TOWN, 0.85, FindingKind.LOCATION)
                end = start + length
        code = self._stated_code.search(text[end : end + 24])
        if code is not None:
            yield _Span(end + code.start(1), end + code.end(1), Form.TOWN, 0.8, FindingKind.LOCATION)

    def _town_length(self, rest: str, words: Sequence[Any]) -> int:
        """How many code points of the start of `rest` are the name of a town."""
        if not words or words[0].start() != 0:
            return 0
        run = 1
        while run < min(len(words), _LONGEST_TOWN) and words[run].start() == words[run - 1].end() + 1 and rest[words[run - 1].end()] == " ":
            run += 1
        for size in range(run, 0, -1):
            name = rest[: words[size - 1].end()]
            known = key_of(name) in self._gazetteer.towns
            if known and (name[0].isupper() or key_of(name) not in self._gazetteer.ambiguous_towns):
                return len(name)
        first = key_of(words[0].group())
        person = first in self._gazetteer.forenames and first not in self._gazetteer.ambiguous_forenames
        if not rest[0].isupper() or len(first) == 1 or first in self._gazetteer.common or first in self._states or person:
            return 0
        size = 1
        while size < run and words[size].group()[0].isupper():
            key = key_of(words[size].group())
            if key in self._states or (key in self._gazetteer.common and key not in self._suffixes):
                break
            size += 1
        return int(words[size - 1].end())


def _take(span: _Span, taken: list[_Span], covered: bytearray) -> None:
    """Keeps a span where nothing surer stands."""
    if not any(covered[span.start : span.end]):
        covered[span.start : span.end] = b"\1" * (span.end - span.start)
        taken.append(span)


def _past_type(text: str, match: Any, short: frozenset[str]) -> int:
    """The end of an address: "Kings Park" goes on to "Rd" when the type was itself part of the name."""
    end = int(match.end())
    following = _NEXT_WORD.match(text, end, end + 12)
    if (
        following is not None
        and following.group(1).lower() in short
        and match.group(match.lastindex).lower() not in short
        and following.group(1)[0].isupper()
    ):
        return int(following.end())
    return end


def _either(words: Iterable[str]) -> str:
    """An alternation, the longest first, for RE2 takes the first that fits."""
    return "|".join(re2.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _finding(span: _Span, folded: Folded) -> Finding:
    start, end = folded.span(span.start, span.end)
    return Finding(span.kind, start, end, span.score, "addresses", form=span.form)
