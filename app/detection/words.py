"""A folded text as words that know how they are written and what stands before them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import re2

from app.detection.fold import Folded
from app.detection.gazetteer import key_of

# A letter or a joint at every character, never a choice between two, so the scan is linear.
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ADDRESS = re2.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+")
_GLUE = frozenset("_0123456789")
_ENDS = frozenset('.!?\n:;"•|…')
_SHOUTED = 0.6  # the share of capitals above which a capital says nothing
_HEADLINE = 0.6
_HEADLINE_WORDS = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word `[start, end)` of the folded text, without a possessive `'s`.

    `capital` is false in a text that is shouted. `first` says that a sentence begins here. `gap` is what
    stands between the word before and this one.
    """

    text: str
    key: str
    start: int
    end: int
    capital: bool
    first: bool
    possessive: bool
    gap: str


@dataclass(frozen=True, slots=True)
class Script:
    """The words of a text; `headline` says that nearly every word of it has a capital."""

    words: Sequence[Word]
    headline: bool


def read_words(folded: Folded) -> Script:
    """The words of a folded text, in order; pieces of web addresses, accounts and codes are left out."""
    text = folded.text
    letters = [character for character in text if character.isalpha()]
    shouted = len(letters) > 1 and sum(map(str.isupper, letters)) > _SHOUTED * len(letters)
    words = list(_words(text, shouted=shouted))
    capitals = sum(word.text[0].isupper() for word in words)
    return Script(words, headline=len(words) >= _HEADLINE_WORDS and capitals > _HEADLINE * len(words))


def _words(text: str, *, shouted: bool) -> Iterator[Word]:
    last = 0
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    for match in _WORD.finditer(text):
        written, start = match.group(), match.start()
        while addresses and addresses[0][1] <= start:
            del addresses[0]
        # Pieces of web addresses, accounts and codes are no words.
        in_address = bool(addresses) and addresses[0][0] <= start
        if in_address or text[max(0, start - 1) : start] in _GLUE or text[match.end() : match.end() + 1] in _GLUE:
            continue
        possessive = written[-2:].lower() == "'s" and len(written) > 2
        if possessive:
            written = written[:-2]
        gap = text[last:start]
        yield Word(
            text=written,
            key=key_of(written),
            start=start,
            end=start + len(written),
            capital=written[0].isupper() and not shouted,
            first=last == 0 or not _ENDS.isdisjoint(gap) or not gap.isascii(),
            possessive=possessive,
            gap=gap,
        )
        last = match.end()
