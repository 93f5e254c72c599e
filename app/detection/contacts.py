"""Ways to reach, follow, pay or get at a person: mail, links, accounts, plates, codes and map points.

Patterns are RE2, so none is slow on any text. What stands for itself (a link) needs nothing around it;
what looks like any other word (a plate, a passcode) needs a word that says so; those words are a pack's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import re2

from app.detection.cues import Cues
from app.detection.fold import Folded
from app.detection.phone_numbers import UNITS
from app.detection.register import text_key
from app.domain.finding import About, Finding, FindingKind

SOURCE = "contacts"

# Endings that are sure to be an address; the others are also words, or sentence starts, and need a path.
_SURE_ENDING = (
    r"(?:(?:com|net|org|edu|gov|asn|id)\.au|(?:co|net|org|govt|ac|school|iwi|maori)\.nz|(?:co|org|ac|gov|nhs|sch|police)\.uk|gov\.ie|gc\.ca"
    r"|com|net|org|edu|gov|info|biz|xyz|online|website)"
)
_ANY_ENDING = rf"(?:{_SURE_ENDING}|[a-z]{{2,12}})"
_SPOKEN_ENDING = r"(?:com|net|org|edu|gov|info|biz|io|co|au|nz|uk|ie|us|ca)"
_SPOKEN_DOT = r"(?:\s*(?:\(dot\)|\[dot\]|\{dot\}|<dot>|\(\.\)|\[\.\])\s*|\s+dot\s+)"
_DOT = rf"(?:{_SPOKEN_DOT}|\s?\.\s?)"
_MARKED_AT = r"(?:\s*(?:\(\s?(?:at|a|@)\s?\)|\[\s?(?:at|a|@)\s?\]|\{\s?(?:at|a|@)\s?\}|<\s?at\s?>)\s*|\s?@\s?)"
_LOCAL = rf"[\w+%-]+(?:(?:\.|{_SPOKEN_DOT})[\w+%-]+){{0,4}}"

_MAIL = re2.compile(r"(?i)[\w.+%-]*[\w+%-]@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}")
_MARKED_MAIL = re2.compile(rf"(?i)\b({_LOCAL}){_MARKED_AT}[\w-]+(?:{_DOT}[\w-]+){{0,3}}{_DOT}{_SPOKEN_ENDING}\b")
_SPOKEN_MAIL = re2.compile(rf"(?i)\b({_LOCAL})\s+at\s+[\w-]+(?:{_SPOKEN_DOT}[\w-]+){{0,3}}{_SPOKEN_DOT}{_SPOKEN_ENDING}\b")
_SPACED_MAIL = re2.compile(r"(?i)\b(?:[\w.+-] ){2,40}@ ?(?:[\w-] ){2,40}\. ?[a-z](?: [a-z]){1,9}")

_LINK = re2.compile(r'(?i)\b(?:(?:https?|hxxps?|ftp)://|www\.[^\s<>"./]+\.)[^\s<>"]+')
_BARE_LINK = re2.compile(rf'(?i)\b(?:[a-z0-9-]+\.)+{_SURE_ENDING}(?::\d+)?(?:[/?#][^\s<>"]*)?')
_LINK_WITH_PATH = re2.compile(rf'(?i)\b(?:[a-z0-9-]+\.)+{_ANY_ENDING}/[^\s<>"]+')
_SPOKEN_LINK = re2.compile(
    rf"(?i)\b(?:w ?w ?w{_DOT})?[\w-]+(?:{_SPOKEN_DOT}[\w-]+){{0,3}}{_SPOKEN_DOT}{_SPOKEN_ENDING}\b(?:\s*/\S+|\s+slash\s+[\w-]+)?"
)
_MARKED_LINK = re2.compile(rf"(?i)\bw ?w ?w{_SPOKEN_DOT}[\w-]+(?: [\w-]+)?(?:{_SPOKEN_DOT}[\w-]+){{0,3}}{_SPOKEN_DOT}{_SPOKEN_ENDING}\b")
_CLOSERS = {")": "(", "]": "[", "}": "{"}

# Counted repeats of Unicode classes would not fit RE2's memory, so the length is looked at afterwards.
_HANDLE = re2.compile(r"@[\pL\pN_](?:[\pL\pN_.]*[\pL\pN_])?")
_LONGEST_HANDLE = 31
_REDDIT = re2.compile(r"(?i)(?:^|\s)(/?u/[\w-]{3,20})\b")
_USER_NAME = re2.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")

_PLATE_TOKEN = re2.compile(r"[A-Za-z0-9]+(?:-ray\b)?")
# These shapes are hardly anything else; the wider ones below need a vehicle beside them.
_RARE_PLATE = re2.compile(r"\b(?:[A-Z]{3}[ -]?\d{2}[A-Z]|\d[A-Z]{2}[ -]?\d[A-Z]{2}|[A-Z]{2}\d{2} ?[A-Z]{3}|\d[A-Z]{3}[ -]?\d{3})\b")
_PLATE = re2.compile(
    r"\b(?:[A-Z]{2}[ -]?\d{2}[ -]?[A-Z]{2,3}|\d{3}[ -]?[A-Z]{3}|\d{3}[ -]?[A-Z]{2}\d|[A-Z]{3}[ -]?\d{3,4}|[A-Z]{2}[ -]?\d{4}|"
    r"S\d{3}[ -]?[A-Z]{3}|[A-Z]\d{1,3} ?[A-Z]{3}|\d{2,3}-[A-Z]{1,2}-\d{1,6})\b"
)
_NATO = (
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa "
    "quebec romeo sierra tango uniform victor whiskey whisky x-ray xray yankee zulu"
)
_SPELLING = {word: word[0].upper() for word in _NATO.split()}
_SPELLED_PLATE = re2.compile(
    rf"(?i)\b(?:{'|'.join(_SPELLING)})(?:[\s,.-]{{1,3}}(?:{'|'.join((*_SPELLING, *UNITS))}|\d))+\b",
)
_PLATE_SIZES = range(4, 9)

_IBAN = re2.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_CARD = re2.compile(r"\b(?:\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}|3[47]\d{2}[ -]?\d{6}[ -]?\d{5})\b")

_DECIMAL_POINT = re2.compile(
    r"(-?\d{1,3}\.\d{3,15})\s?°?\s?([NSns]?)\s?[,;/ ]\s?(-?\d{1,3}\.\d{3,15})(?:\s?°?\s?[EWew]\b)?",
)
_DEGREES = re2.compile(
    r"""\b\d{1,2}\s?°\s?\d{1,2}(?:\.\d+)?\s?'?(?:\s?\d{1,2}(?:\.\d+)?\s?(?:"|''))?\s?[NS][\s,]*\d{1,3}\s?°\s?\d{1,2}(?:\.\d+)?\s?'?(?:\s?\d{1,2}(?:\.\d+)?\s?(?:"|''))?\s?[EW]\b"""
)
_PLUS_CODE = re2.compile(r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b")
_THREE_WORDS = re2.compile(r"(?i)///\s?[a-z]{3,}\.[a-z]{3,}\.[a-z]{3,}\b")
_NAMED_THREE_WORDS = re2.compile(r"(?i)\b(?:what3words|what three words|w3w)\b\W{0,4}(?:is\s)?([a-z]{3,}\.[a-z]{3,}\.[a-z]{3,})\b")
_SPOKEN_THREE_WORDS = re2.compile(rf"(?i)\b[a-z]{{3,}}{_SPOKEN_DOT}[a-z]{{3,}}{_SPOKEN_DOT}[a-z]{{3,}}\b")

_NEAR = 40
_IBAN_REMAINDER = 97


@dataclass(frozen=True, slots=True)
class ContactCues:
    """What the words of a pack say of what follows them, ready to be looked for. Built once."""

    no_mailbox: Any
    named_handle: Any
    plate: Any
    vehicle: Any
    branch: Any
    sort_code: Any
    account: Any
    after_sort_code: Any
    document: Any
    numeric_code: Any
    spelled_code: Any
    keyed: Any
    keypad: Any
    word_code: Any
    opens_nothing: Any

    @classmethod
    def of(cls, cues: Cues) -> "ContactCues":
        """The patterns of these words."""
        handle, plate, account, code = cues.handle, cues.plate, cues.account, cues.code
        link = rf"(?:'s|\s|[:=>-]|\b(?:{code.links})\b)"
        unit = "|".join(UNITS)
        return cls(
            no_mailbox=_pattern(cues.mail.no_mailboxes),
            named_handle=_pattern(rf"\b(?:{handle.networks})(?:\s+(?:{handle.links}))*(?:\s*([:=>])+)?\s*([a-z0-9_][\w.]{{2,28}}\w)"),
            plate=_pattern(rf"\b(?:{plate.cues})\b(?:\s|[:=#\-]|\b(?:{plate.links})\b){{1,8}}"),
            vehicle=_pattern(rf"\b(?:{plate.vehicles})\b"),
            branch=_pattern(rf"\b(?:{account.branches})\b(?:\s|[:#.=]|\b(?:{account.branch_links})\b){{0,4}}(\d{{3}}[- ]?\d{{3}})\b"),
            sort_code=_pattern(
                rf"\b(?:{account.sort_codes})\b(?:\s|[:#.=]|\b(?:{account.sort_code_links})\b){{0,4}}(\d{{2}}[- ]?\d{{2}}[- ]?\d{{2}})\b"
            ),
            account=_pattern(
                rf"\b(?:{account.accounts}|{account.holders})\b"
                rf"(?:\s|[:#.=]|\b(?:{account.links})\b){{1,6}}(\d(?:[ -]?\d){{5,13}})\b"
            ),
            after_sort_code=_pattern(
                rf"^[\s,;/]*(?:(?:{account.joins})\s+)?(?:{account.accounts})?"
                rf"[\s:#.]*(?:{account.numbers})?[\s:#.]*(\d(?:[ -]?\d){{5,9}})\b"
            ),
            document=_pattern(
                rf"\b(?:{account.documents})\b"
                rf"(?:\s|[:#.=]|\b(?:{account.document_links})\b){{1,6}}([a-z]{{0,2}} ?\d(?:[ -]?\d){{5,10}} ?(?:[a-z]\b)?)"
            ),
            numeric_code=_pattern(rf"(\w*)\s*\b({code.cues})\b{link}{{1,16}}([*#]?\d(?: ?\d){{2,9}}[*#]?)"),
            spelled_code=_pattern(rf"(\w*)\s*\b({code.cues})\b{link}{{1,16}}((?:{unit})(?:[ ,-]{{1,2}}(?:{unit}|hash|star)){{2,9}})\b"),
            # A hash or a star is pressed on a keypad; without one, the number may be that of the gate.
            keyed=_pattern(rf"\b(?:{code.keyed}){link}{{1,8}}([*#]\d{{3,8}}[*#]?|\d{{3,8}}[*#])"),
            keypad=_pattern(rf"\b(?:{code.keypads}){link}{{1,8}}([*#]?\d{{3,8}}[*#]?)"),
            word_code=_pattern(
                rf"\b(?:{code.words}|({code.bare_words}))(?:\s+(?:{code.word_links})|\s*[:=]|\s)\s*"
                r"""["']?([\w!#$%&*+-]{4,32})["']?"""
            ),
            opens_nothing=_pattern(code.opens_nothing),
        )


def _pattern(pattern: str) -> Any:
    return re2.compile(f"(?i){pattern}")


@dataclass(frozen=True, slots=True)
class _Spot:
    """A span of the folded text."""

    kind: FindingKind
    start: int
    end: int
    score: float


def find_contacts(folded: Folded, *, own: frozenset[str], cues: ContactCues) -> list[Finding]:
    """E-mail, links, handles, plates, accounts, access codes and coordinates, in text order, none overlapping.

    What is written in `own`, and pages of a site that is, is about ORGANISATION.
    """
    text = folded.text
    ours = frozenset(map(text_key, own)) - {""}
    taken = bytearray(len(text))
    findings: list[Finding] = []
    for spot in _all_spots(text, cues):
        if any(taken[spot.start : spot.end]):
            continue
        taken[spot.start : spot.end] = b"\x01" * (spot.end - spot.start)
        start, end = folded.span(spot.start, spot.end)
        about = About.ORGANISATION if _is_ours(text[spot.start : spot.end], spot.kind, ours) else About.UNKNOWN
        findings.append(Finding(spot.kind, start, end, spot.score, SOURCE, about))
    return sorted(findings, key=lambda finding: finding.start)


def _all_spots(text: str, cues: ContactCues) -> Iterator[_Spot]:
    """The surest first: what one has taken, the next leaves alone."""
    yield from _scheme_links(text)
    yield from _mail(text, cues)
    yield from _links(text)
    yield from _map_points(text)
    yield from _accounts(text, cues)
    yield from _access_codes(text, cues)
    yield from _plates(text, cues)
    yield from _handles(text, cues)


def _is_ours(value: str, kind: FindingKind, ours: frozenset[str]) -> bool:
    key = text_key(value)
    return key in ours or (kind is FindingKind.URL and any(key.startswith(f"{site} ") for site in ours))


def _spots(kind: FindingKind, pattern: Any, text: str, score: float, group: int = 0) -> Iterator[_Spot]:
    for match in pattern.finditer(text):
        yield _Spot(kind, match.start(group), match.end(group), score)


# Mail and links.


def _scheme_links(text: str) -> Iterator[_Spot]:
    for spot in _spots(FindingKind.URL, _LINK, text, 0.99) if "." in text or "://" in text else ():
        if any(map(str.isalnum, text[spot.start : spot.end].rpartition("//")[2])):
            yield _without_closing_marks(text, spot)


def _mail(text: str, cues: ContactCues) -> Iterator[_Spot]:
    if "@" not in text and not _says_dot(text):
        return
    yield from _spots(FindingKind.EMAIL, _MAIL, text, 0.99)
    for match in _SPACED_MAIL.finditer(text):
        # A letter that begins the next word is not the address's last.
        end = match.end() - 2 if text[match.end() : match.end() + 1].isalnum() else match.end()
        yield _Spot(FindingKind.EMAIL, match.start(), end, 0.9)
    yield from _spots(FindingKind.EMAIL, _MARKED_MAIL, text, 0.95)
    for match in _SPOKEN_MAIL.finditer(text):
        if cues.no_mailbox.fullmatch(match.group(1)) is None:
            yield _Spot(FindingKind.EMAIL, match.start(), match.end(), 0.9)


def _links(text: str) -> Iterator[_Spot]:
    for pattern in (_BARE_LINK, _LINK_WITH_PATH) if "." in text else ():
        for spot in _spots(FindingKind.URL, pattern, text, 0.95):
            before = text[spot.start - 1 : spot.start] if spot.start else ""
            after = text[spot.end : spot.end + 1]
            host = text[spot.start : spot.end].split("/")[0]
            if before not in ("@", ".", "/") and not after.isalnum() and not host.rpartition(".")[2].istitle():
                yield _without_closing_marks(text, spot)
    if _says_dot(text):
        yield from _spots(FindingKind.URL, _MARKED_LINK, text, 0.9)
        yield from _spots(FindingKind.URL, _SPOKEN_LINK, text, 0.9)


def _says_dot(text: str) -> bool:
    return "dot" in text.lower() or "(.)" in text or "[.]" in text or "(a" in text or "[a" in text


def _without_closing_marks(text: str, spot: _Spot) -> _Spot:
    end = spot.end
    while end > spot.start + 1:
        last = text[end - 1]
        opener = _CLOSERS.get(last)
        if last in ".,;:!?'\"*" or (opener and text.count(opener, spot.start, end) < text.count(last, spot.start, end)):
            end -= 1
        else:
            break
    return _Spot(spot.kind, spot.start, end, spot.score)


# Handles.


def _handles(text: str, cues: ContactCues) -> Iterator[_Spot]:
    for match in _HANDLE.finditer(text):
        before = text[match.start() - 1 : match.start()] if match.start() else " "
        if not before.isalnum() and before not in "@._/" and _is_account(match.group()[1:], text[match.end() : match.end() + 2]):
            yield _Spot(FindingKind.SOCIAL_HANDLE, match.start(), match.end(), 0.95)
    for match in cues.named_handle.finditer(text):
        name = match.group(2)
        telling = "_" in name or "." in name or any(map(str.isdigit, name))
        if any(map(str.isalpha, name)) and ".." not in name and (telling or match.group(1)):
            yield _Spot(FindingKind.SOCIAL_HANDLE, match.start(2), match.end(2), 0.85 if telling else 0.6)
    yield from _spots(FindingKind.SOCIAL_HANDLE, _REDDIT, text, 0.9, 1)
    for spot in _spots(FindingKind.SOCIAL_HANDLE, _USER_NAME, text, 0.6):
        if text[spot.end - 1].isdigit():
            yield spot


def _is_account(name: str, following: str) -> bool:
    """Whether what follows an @ is an account, and neither a time nor the first of a person's names."""
    if len(name) > _LONGEST_HANDLE or not any(map(str.isalpha, name)) or (name[0].isdigit() and name.lower().endswith(("am", "pm"))):
        return False
    return not (name.isalpha() and name.istitle() and following[:1] == " " and following[1:].isupper())


# Plates.


def _plates(text: str, cues: ContactCues) -> Iterator[_Spot]:
    for match in cues.plate.finditer(text):
        spot = _plate_at(text, match.end())
        if spot is not None:
            yield spot
    for match in _SPELLED_PLATE.finditer(text):
        letters = sum(word in _SPELLING for word in match.group().lower().replace(",", " ").replace(".", " ").split())
        if letters > 1 and _has_digit(match.group()):
            yield _Spot(FindingKind.VEHICLE_PLATE, match.start(), match.end(), 0.85)
    yield from _spots(FindingKind.VEHICLE_PLATE, _RARE_PLATE, text, 0.75)
    for spot in _spots(FindingKind.VEHICLE_PLATE, _PLATE, text, 0.8):
        if cues.vehicle.search(text[max(0, spot.start - _NEAR) : spot.end + _NEAR // 2]):
            yield spot


def _has_digit(spelled: str) -> bool:
    return any(map(str.isdigit, spelled)) or any(word.strip(",.") in UNITS for word in spelled.lower().split())


def _plate_at(text: str, start: int) -> _Spot | None:
    """A plate that begins at `start`: in one piece, in pieces, letter by letter, or spelled out."""
    plate, end = "", start
    capitals: bool | None = None
    window = text[start : start + 80]
    for match in _PLATE_TOKEN.finditer(window):
        token, gap = match.group(), window[end - start : match.start()]
        spelled = _SPELLING.get(token.lower()) or UNITS.get(token.lower(), "")
        if len(gap) > 3 or gap.strip(" -" + (",." if spelled else "")) or (plate and not gap):
            break
        if not spelled and token.isalpha():
            if len(token) > 3 or (capitals is not None and token.isupper() != capitals):
                break
            capitals = token.isupper()
        piece = spelled or token
        if len(plate) + len(piece) >= _PLATE_SIZES.stop:
            break
        plate += piece
        end = start + match.end()
    mixed = any(map(str.isdigit, plate)) and any(map(str.isalpha, plate))
    shortest = _PLATE_SIZES.start if capitals or plate.isupper() else _PLATE_SIZES.start + 1
    return _Spot(FindingKind.VEHICLE_PLATE, start, end, 0.9) if mixed and len(plate) >= shortest else None


# Accounts.


def _accounts(text: str, cues: ContactCues) -> Iterator[_Spot]:
    kind = FindingKind.ACCOUNT_NUMBER
    if not any(map(str.isdigit, text)):
        return
    yield from _spots(kind, cues.branch, text, 0.95, 1)
    for match in cues.sort_code.finditer(text):
        yield _Spot(kind, match.start(1), match.end(1), 0.95)
        following = cues.after_sort_code.search(text[match.end() : match.end() + _NEAR])
        if following is not None:
            yield _Spot(kind, match.end() + following.start(1), match.end() + following.end(1), 0.9)
    for match in _IBAN.finditer(text):
        if _is_iban(match.group().replace(" ", "")):
            yield _Spot(kind, match.start(), match.end(), 0.99)
    yield from _spots(kind, _CARD, text, 0.9)
    yield from _spots(kind, cues.account, text, 0.85, 1)
    yield from _spots(kind, cues.document, text, 0.85, 1)


def _is_iban(code: str) -> bool:
    moved = code[4:] + code[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % _IBAN_REMAINDER == 1


# Codes that open something.


def _access_codes(text: str, cues: ContactCues) -> Iterator[_Spot]:
    kind = FindingKind.ACCESS_CODE
    for pattern in (cues.numeric_code, cues.spelled_code):
        for match in pattern.finditer(text):
            if cues.opens_nothing.fullmatch(match.group(1)) is None:
                yield _Spot(kind, match.start(3), match.end(3), 0.9)
    yield from _spots(kind, cues.keyed, text, 0.85, 1)
    yield from _spots(kind, cues.keypad, text, 0.85, 1)
    has_link = _LINK.search(text) is not None or _BARE_LINK.search(text) is not None
    for match in cues.word_code.finditer(text):
        word = match.group(2)
        telling = any(map(str.isdigit, word))
        ends = text[match.end() :].lstrip(" ")[:1] in ("", ".", ",", "\n", "!", ";", ")")
        # "The word is out" opens nothing, unless it stands beside the link that it opens.
        bare = match.group(1) is not None
        if (telling and not bare) or (ends and (has_link or _says_so(match.group(), word)) and not (bare and not has_link)):
            yield _Spot(kind, match.start(2), match.end(2), 0.9 if telling else 0.6)


def _says_so(phrase: str, word: str) -> bool:
    """Whether a colon or a quotation mark stands between the cue and the word."""
    return any(mark in phrase.removesuffix(word) for mark in ":=\"'")


# Map points.


def _map_points(text: str) -> Iterator[_Spot]:
    kind = FindingKind.COORDINATES
    for match in _DECIMAL_POINT.finditer(text):
        if abs(float(match.group(1))) <= 90 and abs(float(match.group(3))) <= 180:
            yield _Spot(kind, match.start(), match.end(), 0.95)
    yield from _spots(kind, _DEGREES, text, 0.97)
    for spot in _spots(kind, _PLUS_CODE, text, 0.85):
        if any(map(str.isdigit, text[spot.start : spot.end])):
            yield spot
    yield from _spots(kind, _THREE_WORDS, text, 0.95)
    yield from _spots(kind, _NAMED_THREE_WORDS, text, 0.95, 1)
    for spot in _spots(kind, _SPOKEN_THREE_WORDS, text, 0.7) if _says_dot(text) else ():
        if not _SPOKEN_LINK.search(text[spot.start : spot.end]):
            yield spot
