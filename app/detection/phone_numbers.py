"""Telephone numbers, however they are spelled: digits, words, look-alikes, and what is put between them.

A text is cut into groups of digits; groups that only separators part make a run; a run is searched for
spans that some country's numbering plan accepts. Dates, scores, prices and identifiers are told apart
by their shape and by the word before them; the words are a pack's.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import phonenumbers
import re2

from app.detection.cues import Cues
from app.detection.fold import Folded
from app.detection.register import number_key
from app.domain.finding import About, Finding, FindingKind

SOURCE = "phone_numbers"

_COUNTRIES = ("AU", "NZ", "GB", "IE", "US", "CA")
_CALLING_CODES = {"61": "AU", "64": "NZ", "44": "GB", "353": "IE", "1": "US"}
_NORTH_AMERICA = frozenset({"US", "CA"})
_PLANS = {
    "AU": re.compile(r"0[23478]\d{8}|1[389]00\d{6}|180\d{4}|13\d{4}"),
    "NZ": re.compile(r"0[34679]\d{7}|02\d{7,9}|0800\d{6,7}|0508\d{6}|0900\d{5}"),
    "GB": re.compile(r"0[123]\d{8,9}|07\d{9}|08\d{8,9}|0800\d{6,7}"),
    "IE": re.compile(r"01\d{7}|08\d{8}|0[2-9]\d{6,8}|1[58]\d0\d{6}"),
    "US": re.compile(r"1?[2-9]\d\d[2-9]\d{6}"),
    "CA": re.compile(r"1?[2-9]\d\d[2-9]\d{6}"),
}
# Reserved for stories and tests; the library does not know the first of them.
_FICTIONAL = re.compile(r"07700900\d{3}|55501\d\d")
# Every plan at once; most rows of digits are none of them. Shorter numbers must be all that stands there.
_CONCEIVABLE = re.compile(r"0[1-9]\d{6,9}|1[3589]\d{4,8}|1?[2-9]\d{9}|(?:0011|011|00)?(?:61|64|44|353|1)\d{8,11}")
_CONCEIVABLE_ALONE = re.compile(r"[1-9]\d{3,8}")
_MOBILE = re.compile(r"0[4-7]\d{8,9}|0[28]\d{8,9}")
_WITHOUT_AREA = {"AU": (re.compile(r"[2-9]\d{7}"), (4, 4)), "NZ": (re.compile(r"[2-9]\d{6}"), (3, 4))}
_WITHOUT_ZERO = {"AU": re.compile(r"4\d{8}"), "GB": re.compile(r"7\d{9}")}
_SHORTEST, _LONGEST = 6, 15
_SHORTEST_PUBLIC = 4  # shorter ones are emergency numbers, which are no finding

UNITS = {"zero": "0", "oh": "0", "nought": "0", "naught": "0", "nil": "0", "one": "1", "two": "2", "three": "3"}
UNITS |= {"four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9"}
_TEENS = {"ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15"}
_TEENS |= {"sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19"}
_TENS = {"twenty": "20", "thirty": "30", "forty": "40", "fourty": "40", "fifty": "50", "sixty": "60"}
_TENS |= {"seventy": "70", "eighty": "80", "ninety": "90"}
_NUMBER_WORDS = UNITS | _TEENS | _TENS
# Words that only count as digits between digits.
_HOMOPHONES = {"for": "4", "fore": "4", "to": "2", "too": "2", "won": "1", "ate": "8", "i": "1", "l": "1", "s": "5", "b": "8", "z": "2"}
_TIMES = {"double": 2, "dbl": 2, "triple": 3, "treble": 3}
_ROUND = {"hundred": "00", "thousand": "000"}
_LOOK_ALIKES = str.maketrans("oOlIiSsBbzZgqG", "00111558622996")
_LEET = str.maketrans("01345", "oieas")

_TOKEN = re.compile(r"[^\W_]+")
_LOOKS_LIKE_DIGITS = re.compile(r"[\doOlIiSsBbzZgqG]+")
_ROUND_LETTERS = re.compile(r"[oO]|[oOlI]{2,3}|[oOlISB]{3,4}")
_GLUED = re2.compile(rf"(?:\d|{'|'.join(sorted((*_NUMBER_WORDS, *_TIMES), key=len, reverse=True))}|o)+")
_GLUED_PIECE = re.compile(rf"\d|{'|'.join(sorted((*_NUMBER_WORDS, *_TIMES), key=len, reverse=True))}|o")
_WITH_LETTERS = re.compile(r"([^\W\d_]*)(\d{2,})([^\W\d_]*)")
_FORBIDDEN_IN_GAP = re.compile(r"[$%€£@\\]")
_GAP, _GAP_WITH_WORDS = 8, 24

_ADDRESS_CHUNK = re.compile(r"://|www\.|@|[a-z]\.[a-z]{2,}/|[?&]\w+=", re.IGNORECASE)
_DIALLING_CHUNK = re.compile(r"tel:|sms:|wa\.me|whatsapp|callto:", re.IGNORECASE)
_BEFORE = 48


@dataclass(frozen=True, slots=True)
class PhoneCues:
    """What the words of a pack say of rows of digits, ready to be looked for. Built once."""

    cue: re.Pattern[str]
    prefix: re.Pattern[str]
    between: re.Pattern[str]
    backwards: re.Pattern[str]
    identifier: re.Pattern[str]

    @classmethod
    def of(cls, cues: Cues) -> "PhoneCues":
        """The patterns of these words."""
        words = cues.phone
        return cls(
            cue=re.compile(rf"\b(?:{words.cues})\b[^\n\d]{{0,24}}$", re.IGNORECASE),
            prefix=re.compile(rf"(?:{words.prefixes})", re.IGNORECASE),
            between=re.compile(rf"(?:{words.between})"),
            backwards=re.compile(words.backwards, re.IGNORECASE),
            identifier=re.compile(
                rf"(?:\b(?:{words.identifiers})\b|\b(?:{words.numbered})\s*(?:{words.numbered_by}|#|:))"
                rf"(?:\s|\b(?:{words.identifier_links})\b|[#.:=-]){{0,8}}(?:[a-z]{{1,3}}[-/ ]?)?$",
                re.IGNORECASE,
            ),
        )


@dataclass(frozen=True, slots=True)
class _Group:
    """Digits that stand together. `plain`: written as digits. `edge`: a number may begin or end here."""

    digits: str
    start: int
    end: int
    plain: bool = True
    edge: bool = True
    tens: bool = False


@dataclass(slots=True)
class _Run:
    """Groups that only separators part; `gaps[i]` stands before `groups[i]`, and is empty for the first."""

    groups: list[_Group] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Groups `first..last` of a run, read as `digits`."""

    text: str
    run: _Run
    first: int
    last: int
    digits: str
    plus: bool
    cues: PhoneCues

    @property
    def groups(self) -> Sequence[_Group]:
        return self.run.groups[self.first : self.last + 1]

    @property
    def gaps(self) -> Sequence[str]:
        return self.run.gaps[self.first + 1 : self.last + 1]

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(group.digits) for group in self.groups)

    @property
    def start(self) -> int:
        return self.run.groups[self.first].start

    @property
    def end(self) -> int:
        return self.run.groups[self.last].end

    @property
    def plain(self) -> bool:
        return all(group.plain for group in self.groups)

    @property
    def alone(self) -> bool:
        return self.first == 0 and self.last == len(self.run.groups) - 1

    @property
    def cued(self) -> bool:
        return self.cues.cue.search(self.text[max(0, self.start - _BEFORE) : self.start]) is not None

    @property
    def tidy(self) -> bool:
        """Whether it is grouped as numbers are printed, so that it stands out among other digits."""
        return len(self.groups) <= 4 and min(self.sizes) > 1

    @property
    def clarity(self) -> float:
        """How sure a number is that a plan accepts."""
        return 0.99 if self.plain and self.tidy else 0.95

    @property
    def layout(self) -> tuple[int, ...]:
        """The sizes of its groups, or of groups of groups where narrow and wide gaps alternate."""
        if len(self.gaps) < 4 or len(set(self.gaps)) == 1:
            return self.sizes
        narrow = Counter(self.gaps).most_common(1)[0][0]
        sizes = [self.sizes[0]]
        for gap, size in zip(self.gaps, self.sizes[1:], strict=True):
            if gap == narrow:
                sizes[-1] += size
            else:
                sizes.append(size)
        return tuple(sizes)


def find_phone_numbers(folded: Folded, *, country: str, public: frozenset[str], cues: PhoneCues) -> list[Finding]:
    """Telephone numbers in text order. `country` (AU NZ GB IE US CA) is tried first.

    A number of `public`, however it is written in either place, is about PUBLIC. Emergency numbers are none.
    """
    known = frozenset(map(number_key, public)) - {""}
    order = (country, *(other for other in _COUNTRIES if other != country)) if country in _COUNTRIES else _COUNTRIES
    backwards = cues.backwards.search(folded.text) is not None
    findings = []
    for run in _runs(folded.text, cues):
        for candidate, score in _numbers(folded.text, run, order, known, cues, backwards=backwards):
            start, end = folded.span(_opening(candidate), candidate.end)
            about = About.PUBLIC if number_key(candidate.digits) in known else About.UNKNOWN
            findings.append(Finding(FindingKind.PHONE_NUMBER, start, end, score, SOURCE, about))
    return findings


# From text to runs of groups.


def _runs(text: str, cues: PhoneCues) -> Iterator[_Run]:
    run = _Run()
    words = 0  # words since the last group
    times, times_start = 1, -1
    for match in _TOKEN.finditer(text):
        token, start = match.group(), match.start()
        lower = token.lower()
        if lower in _TIMES:
            times, times_start = _TIMES[lower], start
            continue
        if lower in _ROUND and run.groups and not words and len(run.groups[-1].digits) == 1:
            last = run.groups[-1]
            run.groups[-1] = _Group(last.digits + _ROUND[lower], last.start, match.end(), plain=False)
            continue
        groups, cut_before, cut_after = _groups(token, lower, start, cues)
        if not groups:
            times, words = 1, words + 1
            if words > 2 or cues.between.fullmatch(lower) is None:
                if run.groups:
                    yield run
                run, words = _Run(), 0
            continue
        if times > 1:
            head = groups[0]
            groups[0] = _Group(head.digits[0] * (times - 1) + head.digits, times_start, head.end, plain=False)
            times = 1
        gap = text[run.groups[-1].end : groups[0].start] if run.groups else ""
        if cut_before or len(gap) > (_GAP_WITH_WORDS if words else _GAP) or _FORBIDDEN_IN_GAP.search(gap):
            if run.groups:
                yield run
            run, gap = _Run(), ""
        words = 0
        for group in groups:
            run.gaps.append(gap if run.groups else "")
            run.groups.append(group)
            gap = ""
        if cut_after:
            yield run
            run = _Run()
    if run.groups:
        yield run


def _groups(token: str, lower: str, start: int, cues: PhoneCues) -> tuple[list[_Group], bool, bool]:
    """The groups in a token, and whether letters cut it off from what stands before or after."""
    end = start + len(token)
    if lower.isdecimal():
        return [_Group(token, start, end)], False, False
    if lower in _NUMBER_WORDS:
        return [_Group(_NUMBER_WORDS[lower], start, end, plain=False, tens=lower in _TENS)], False, False
    if _ROUND_LETTERS.fullmatch(token):
        return [_Group(token.translate(_LOOK_ALIKES), start, end, plain=False)], False, False
    if lower in _HOMOPHONES:
        return [_Group(_HOMOPHONES[lower], start, end, plain=False, edge=False)], False, False
    if len(token) > 60 or (token.isalpha() and len(token) < 6):
        return [], False, False
    if not token.isalpha():
        if lower.translate(_LEET) in UNITS:
            return [_Group(UNITS[lower.translate(_LEET)], start, end, plain=False)], False, False
        if _LOOKS_LIKE_DIGITS.fullmatch(token):
            return [_Group(token.translate(_LOOK_ALIKES), start, end, plain=False)], False, False
    if _GLUED.fullmatch(lower):
        return _glued_groups(lower, start), False, False
    glued = _WITH_LETTERS.fullmatch(token)
    if glued is None or _is_code(glued.group(1), glued.group(3), cues):
        return [], False, False
    return [_Group(glued.group(2), start + glued.start(2), start + glued.end(2))], bool(glued.group(1)), bool(glued.group(3))


def _glued_groups(lower: str, start: int) -> list[_Group]:
    groups: list[_Group] = []
    times = 1
    pieces = list(_GLUED_PIECE.finditer(lower))
    if lower.isalpha() and (len(pieces) < 2 or any(piece.group() == "o" for piece in pieces)):
        return []
    for piece in pieces:
        word = piece.group()
        if word in _TIMES:
            times = _TIMES[word]
            continue
        digits = "0" if word == "o" else _NUMBER_WORDS.get(word, word)
        place = start + piece.start()
        groups.append(_Group(digits[0] * (times - 1) + digits, place, start + piece.end(), plain=False, tens=word in _TENS))
        times = 1
    return groups


def _is_code(before: str, after: str, cues: PhoneCues) -> bool:
    """Capitals at digits make a code ("AB0412…"), unless they say that it is a number."""
    if before and after:
        return True
    letters = before or after
    return len(letters) <= 4 and letters.isupper() and cues.prefix.fullmatch(letters) is None


# From runs to numbers.


def _numbers(
    text: str, run: _Run, order: Sequence[str], known: frozenset[str], cues: PhoneCues, *, backwards: bool
) -> Iterator[tuple[_Candidate, float]]:
    first = 0
    while first < len(run.groups):
        found = _number_at(text, run, first, order, known, cues, backwards=backwards)
        if found is None:
            first += 1
        else:
            yield found
            first = found[0].last + 1


def _number_at(
    text: str, run: _Run, first: int, order: Sequence[str], known: frozenset[str], cues: PhoneCues, *, backwards: bool
) -> tuple[_Candidate, float] | None:
    candidates = _candidates(text, run, first, cues, backwards=backwards)
    for candidate in candidates:
        if candidate.alone and len(candidate.digits) >= _SHORTEST_PUBLIC and number_key(candidate.digits) in known:
            return candidate, 0.99
    readings = [(candidate, _international(candidate)) for candidate in candidates if len(candidate.digits) >= _SHORTEST]
    for country in order:
        for candidate, international in readings:
            sure = _score(candidate, international, country, page=order[0])
            if sure and not _is_something_else(candidate):
                return candidate, sure
    return None


def _candidates(text: str, run: _Run, first: int, cues: PhoneCues, *, backwards: bool) -> list[_Candidate]:
    """Readings of the groups from `first` on, the longest first."""
    if not run.groups[first].edge or _is_inside_a_row(run, first):
        return []
    plus = "+" in text[max(0, run.groups[first].start - 3) : run.groups[first].start]
    found: list[_Candidate] = []
    digits, spoken = "", ""
    for last in range(first, min(len(run.groups), first + _LONGEST)):
        group = run.groups[last]
        before = run.groups[last - 1]
        # "Seventy one" is 71 to some and 70, 1 to others.
        joins = last > first and before.tens and len(group.digits) == 1 and group.digits != "0" and not group.plain
        digits += group.digits
        spoken = spoken[:-1] + group.digits if joins else spoken + group.digits
        if len(spoken) > _LONGEST:
            break
        if group.edge and len(spoken) >= _SHORTEST_PUBLIC:
            readings = [digits] if digits == spoken else [digits, spoken]
            readings += [reading[::-1] for reading in readings if backwards]
            alone = first == 0 and last == len(run.groups) - 1
            found += [
                _Candidate(text, run, first, last, reading, plus, cues)
                for reading in readings
                if plus or _CONCEIVABLE.fullmatch(reading) or (alone and _CONCEIVABLE_ALONE.fullmatch(reading))
            ]
    return found[::-1]


def _is_inside_a_row(run: _Run, place: int) -> bool:
    """Whether single digits of one row stand on both sides: no number begins there."""
    return 0 < place < len(run.groups) - 1 and run.gaps[place] == run.gaps[place + 1] and len(run.groups[place].digits) == 1


def _score(candidate: _Candidate, international: tuple[str, str] | None, country: str, *, page: str) -> float:
    """How sure it is that this is a number of the country; 0 when it is not."""
    digits = candidate.digits
    if international is not None:
        home, national = international
        fits = home == country or (home == "" and country == page)
        return candidate.clarity if fits and (_is_valid(national, home) if home else _is_foreign(national)) else 0.0
    if digits[0] == "0" or country not in _NORTH_AMERICA:
        if _PLANS[country].fullmatch(digits) and _is_valid(digits, country) and country not in _NORTH_AMERICA:
            return _short_score(candidate) if digits.startswith("13") and len(digits) == 6 else candidate.clarity
        return _local_score(candidate, country) if country == page else 0.0
    if _FICTIONAL.fullmatch(digits) and candidate.layout in ((3, 4), (7,)):
        return 0.7
    if _PLANS[country].fullmatch(digits):
        laid_out = candidate.layout in ((3, 3, 4), (1, 3, 3, 4), (3, 7), (1, 3, 7))
        expected = page in _NORTH_AMERICA and candidate.layout in ((10,), (11,))
        if (laid_out or expected or candidate.cued) and _is_valid(digits, country):
            return 0.9
    return 0.0


def _international(candidate: _Candidate) -> tuple[str, str] | None:
    """The country and the national number, where a calling code leads; the country is "" for the rest of the world."""
    digits = candidate.digits
    bare = next((digits.removeprefix(way_out) for way_out in ("0011", "011", "00") if digits.startswith(way_out)), digits)
    if candidate.plus:
        bare = digits
    elif bare == digits and digits[0] not in "346":
        return None
    for code, country in _CALLING_CODES.items():
        if not bare.startswith(code):
            continue
        rest = bare.removeprefix(code)
        if country == "US":
            return (country, rest) if len(rest) == 10 else None
        national = rest if rest.startswith(("0", "13", "18")) else "0" + rest
        return (country, national) if _PLANS[country].fullmatch(national) and len(national) > 8 else None
    return ("", bare) if candidate.plus else None


def _is_valid(digits: str, country: str) -> bool:
    if _FICTIONAL.fullmatch(digits):
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, country))
    except phonenumbers.NumberParseException:
        return False


def _is_foreign(digits: str) -> bool:
    try:
        return len(digits) > 7 and phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return False


def _short_score(candidate: _Candidate) -> float:
    """A six-digit number: ages, prices and amounts look the same, so it must stand alone and be printed as such."""
    parts = [int(candidate.digits[place : place + 2]) for place in (0, 2, 4)]
    if not candidate.alone or parts[1] == parts[0] + 1:
        return 0.0
    if candidate.cued:
        return 0.9
    return 0.7 if candidate.sizes == (2, 2, 2) and set(candidate.gaps) == {" "} else 0.0


def _local_score(candidate: _Candidate, country: str) -> float:
    """A number without its area code or its zero; only where a word says that it is one."""
    area = _WITHOUT_AREA.get(country)
    if (
        area
        and area[0].fullmatch(candidate.digits)
        and candidate.alone
        and candidate.layout in (area[1], (sum(area[1]),))
        and candidate.cued
    ):
        return 0.6
    zero = _WITHOUT_ZERO.get(country)
    if zero and zero.fullmatch(candidate.digits) and candidate.alone and candidate.cued and _is_valid("0" + candidate.digits, country):
        return 0.7
    return 0.0


def _opening(candidate: _Candidate) -> int:
    """Where the number begins: at its plus sign or opening bracket, if it has one."""
    start = candidate.start
    inside = candidate.text[start : candidate.end]
    while start and (candidate.text[start - 1] == "+" or (candidate.text[start - 1] == "(" and ")" in inside)):
        start -= 1
    return start


# What looks like a number and is none.


def _is_something_else(candidate: _Candidate) -> bool:
    return any(guard(candidate) for guard in _GUARDS)


def _is_amount(one: _Candidate) -> bool:
    before, after = one.text[max(0, one.start - 1) : one.start], one.text[one.end : one.end + 1]
    if before in ("$", "£", "€", "#", "@") or after in ("%", "@"):
        return True
    thousands = one.sizes[0] <= 3 and set(one.sizes[1:]) == {3} and (set(one.gaps) == {","} or set(one.gaps) == {"."})
    fraction = one.sizes[0] == 1 and list(one.gaps) == ["."]
    return one.plain and (thousands or fraction)


def _is_part_of_a_figure(one: _Candidate) -> bool:
    run = one.run
    before = run.gaps[one.first] if one.first else ""
    after = run.gaps[one.last + 1] if one.last + 1 < len(run.groups) else ""
    if before in (".", ",", ":", "-.") or after in (".", ",", ":"):
        return True
    if not one.gaps:
        return False
    # A longer row of digits with one and the same separator: a card, a key, a table.
    first, last, widest = one.first, one.last, one.gaps[-1]
    while first > max(0, one.first - _LONGEST) and run.gaps[first] == widest:
        first -= 1
    while last + 1 < min(len(run.groups), one.last + _LONGEST) and run.gaps[last + 1] == widest:
        last += 1
    if (first, last) == (one.first, one.last):
        return False
    sizes = {len(group.digits) for group in run.groups[first : last + 1]}
    return not one.tidy or len(sizes) == 1


def _is_network_address(one: _Candidate) -> bool:
    return set(one.gaps) == {"."} and len(one.groups) == 4 and max(one.sizes) <= 3


def _is_date_or_time(one: _Candidate) -> bool:
    groups, gaps = one.groups, one.gaps
    if not one.plain:
        return False
    if one.sizes == (4, 4) and gaps[0].strip() in ("-", "–", "/") and all(_is_year(g.digits) or _is_hour(g.digits) for g in groups):
        return True
    uniform = len(groups) > 3 and len(set(gaps)) == 1
    row, between = one.run.groups, one.run.gaps
    for place in range(max(0, one.first - 2), min(len(row) - 2, one.last + 1)):
        left, right = between[place + 1], between[place + 2]
        if left == right and left in ("/", "-", ".") and not uniform and _is_date([group.digits for group in row[place : place + 3]]):
            return True
    return any(gap == ":" for gap in gaps) and set(gaps) != {":"}


def _is_date(parts: Sequence[str]) -> bool:
    if _is_year(parts[0]) and len(parts[0]) == 4:
        return int(parts[1]) <= 12 and int(parts[2]) <= 31
    day, month, year = parts
    return (
        max(len(day), len(month)) <= 2 and int(day) <= 31 and int(month) <= 31 and (len(year) == 2 or (len(year) == 4 and _is_year(year)))
    )


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and digits[:2] in ("19", "20")


def _is_hour(digits: str) -> bool:
    return len(digits) == 4 and int(digits[:2]) < 25 and int(digits[2:]) < 60


def _is_list_or_score(one: _Candidate) -> bool:
    if not one.plain or max(one.sizes) > 3:
        return False
    dashes = [gap == "-" for gap in one.gaps]
    if len(dashes) > 2 and all(left != right for left, right in pairwise(dashes)):
        return True
    return all("," in gap for gap in one.gaps) and bool(one.gaps) and _MOBILE.fullmatch(one.digits) is None


def _is_identifier(one: _Candidate) -> bool:
    before = one.text[max(0, one.start - _BEFORE) : one.start]
    return one.cues.identifier.search(before) is not None


def _is_in_an_address(one: _Candidate) -> bool:
    """Whether it is a piece of a web or mail address that does not dial."""
    window = one.text[max(0, one.start - 80) : one.start]
    chunk = window[len(window.rstrip()) :] or window.split()[-1] if window.split() and not window[-1:].isspace() else ""
    return _ADDRESS_CHUNK.search(chunk) is not None and _DIALLING_CHUNK.search(chunk) is None


_GUARDS = (_is_amount, _is_part_of_a_figure, _is_network_address, _is_date_or_time, _is_list_or_score, _is_identifier, _is_in_an_address)
