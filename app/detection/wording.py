"""A text as a list of plain words, with the author's own words apart from those that they repeat.

Who says a thing matters more than what is said: the same words are an attack in one mouth and a
survivor's story in another. What stands in quotation marks, and what follows "he said", is not the
author's own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import re2
from pydantic import BaseModel, ConfigDict

from app.detection.fold import Folded
from app.domain.finding import Finding

# One class or the other at every character, so the scan is linear.
_TOKEN = re.compile(r"[\w*$@&'’]+|\n|[^\w\s]")
_STOPS = frozenset(".!?\n")
_PAUSES = {";": ",", ":": ",", "(": ",", ")": ",", "–": ",", "—": ",", "…": "."}
_QUOTE = "<quote>"
_BARE_QUOTE = 2  # so few words in quotation marks are doubted, not repeated


class SpeechFile(BaseModel):
    """`lexicons/speech.yaml`. `reporting` are RE2 patterns after which somebody else's words follow.

    `reported_words` is how far such words reach when nothing ends the sentence. `resumes` are words
    that give the author the floor again. `piece_words` is the longest piece that is read at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    spellings: Mapping[str, str]
    fragments: Mapping[str, str] = {}
    reporting: tuple[str, ...]
    resumes: tuple[str, ...]
    reported_words: int
    piece_words: int


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a text, one space apart and at both ends, in UTF-8 as RE2 reads it fastest.

    `own` is what the author says, with `<quote>` where they repeat somebody; `quoted` is what they
    repeat. A finding is one word that names its kind, `<phone_number>`.
    """

    own: bytes
    quoted: bytes

    @property
    def whole(self) -> bytes:
        """Own words, then the repeated ones."""
        return self.own + b"/" + self.quoted


@dataclass(slots=True)
class _Word:
    text: str
    own: bool = True


class Listener:
    """Tells the author's own words from those that they repeat."""

    def __init__(self, raw: object) -> None:
        file = SpeechFile.model_validate(raw)
        self._spellings = dict(file.spellings)
        self._resumes = frozenset(file.resumes)
        self._reach = file.reported_words
        self._longest = file.piece_words
        either = "|".join(expand(pattern, file.fragments) for pattern in file.reporting)
        self._reporting = re2.compile(f" (?:{either})( )")

    def listen(self, folded: Folded, findings: Sequence[Finding]) -> list[Wording]:
        """The wording of a view of a text, in pieces; findings are in order, in offsets of the original.

        A long text is cut into pieces so that one bad sentence is as plain in it as it is alone.
        There is always one piece at least.
        """
        words = list(self._words(folded, findings))
        self._mark_quotations(words)
        self._mark_reports(words)
        words = [word for word in words if word.text not in "\"'"]
        return [Wording(own=_line(_own(piece)), quoted=_line(_repeated(piece))) for piece in self._pieces(words)]

    def _pieces(self, words: list[_Word]) -> Iterator[list[_Word]]:
        start = 0
        while len(words) - start > self._longest:
            end = start + self._longest
            stop = next((index for index in range(end - 1, start + self._longest // 2, -1) if words[index].text in _STOPS), end - 1)
            yield words[start : stop + 1]
            start = stop + 1
        yield words[start:]

    def _words(self, folded: Folded, findings: Sequence[Finding]) -> Iterator[_Word]:
        spans = iter(findings)
        span = next(spans, None)
        placed = False
        for match in _TOKEN.finditer(folded.text):
            start, _ = folded.span(match.start(), match.end())
            while span is not None and span.end <= start:
                span, placed = next(spans, None), False
            if span is not None and span.start <= start:
                if not placed:
                    placed = True
                    yield _Word(f"<{span.kind.value}>")
                continue
            yield from (_Word(text) for text in self._spell(match.group()))

    def _spell(self, token: str) -> Iterator[str]:
        if len(token) == 1 and not token.isalnum():
            yield _PAUSES.get(token, token)
            return
        # Apostrophes are typed or not, so none are kept; one at an edge may be a quotation mark.
        word = token.lower().replace("’", "'")
        if word.startswith("'"):
            yield "'"
        plain = word.replace("'", "").strip("_&@")
        if plain:
            yield from self._spellings.get(plain, plain).split()
        if word.endswith("'") and len(word) > 1:
            yield "'"

    def _mark_quotations(self, words: list[_Word]) -> None:
        for mark in "\"'":
            places = [index for index, word in enumerate(words) if word.text == mark]
            for start, end in zip(places[::2], places[1::2], strict=False):
                if end - start - 1 > _BARE_QUOTE or self._reported_before(words, start):
                    for word in words[start + 1 : end]:
                        word.own = False
            if len(places) % 2 and mark == '"':
                self._mark_until_stop(words, places[-1] + 1)

    def _reported_before(self, words: list[_Word], place: int) -> bool:
        before = " " + " ".join(word.text for word in words[max(0, place - 6) : place]) + " "
        return any(match.end() == len(before) for match in self._reporting.finditer(before))

    def _mark_reports(self, words: list[_Word]) -> None:
        starts: dict[int, int] = {}
        line = " "
        for index, word in enumerate(words):
            starts[len(line)] = index
            line += word.text + " "
        for match in self._reporting.finditer(line):
            place = starts.get(match.end())
            # Quotation marks say themselves how far the repeated words go.
            if place is not None and words[place].text not in "\"'":
                self._mark_until_stop(words, place)

    def _mark_until_stop(self, words: list[_Word], start: int) -> None:
        for index in range(start, min(len(words), start + self._reach)):
            text = words[index].text
            following = words[index + 1].text if index + 1 < len(words) else ""
            if text in _STOPS or f"{text} {following}" in self._resumes:
                return
            words[index].own = False


def _own(words: Iterable[_Word]) -> Iterator[str]:
    for own, run in groupby(words, key=lambda word: word.own):
        yield from (word.text for word in run) if own else (_QUOTE,)


def _repeated(words: Iterable[_Word]) -> Iterator[str]:
    for own, run in groupby(words, key=lambda word: word.own):
        yield from ("/",) if own else (word.text for word in run)


def _line(words: Iterable[str]) -> bytes:
    # A lone surrogate cannot be sent as UTF-8, and no pattern looks for one.
    return f" {' '.join(words)} ".encode("utf-8", "replace")


def expand(pattern: str, fragments: Mapping[str, str]) -> str:
    """RE2 for a pattern of a lexicon: `{name}` is a fragment, ` ... ` up to four words of one sentence."""
    for name, words in fragments.items():
        pattern = pattern.replace(f"{{{name}}}", f"(?:{words})")
    return pattern.replace(" ... ", " (?:[^ .?!\\n/]+ ){0,4}")
