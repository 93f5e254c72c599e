"""Ways in which people dodge filters or simply type: applied to a share of the texts, offsets kept."""

import random
from collections.abc import Callable

from models.recipe.examples import Span

_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}

Rewritten = tuple[str, tuple[Span, ...]]


def _rewrite(text: str, spans: tuple[Span, ...], change: Callable[[str], str], *, names_too: bool = False) -> Rewritten:
    """Replace each character by `change(character)`, those inside spans only with `names_too`, and move the spans along."""
    kept = set() if names_too else {index for span in spans for index in range(span.start, span.end)}
    offsets = [0]
    pieces = []
    for index, character in enumerate(text):
        piece = character if index in kept else change(character)
        pieces.append(piece)
        offsets.append(offsets[-1] + len(piece))
    return "".join(pieces), tuple(Span(offsets[span.start], offsets[span.end], span.kind) for span in spans)


def without_punctuation(text: str, spans: tuple[Span, ...], rng: random.Random) -> Rewritten:
    """As typed in a hurry: full stops, commas and apostrophes left out, in names too."""
    dropped = set(rng.sample(".,'’!?", k=3))
    return _rewrite(text, spans, lambda character: "" if character in dropped else character, names_too=True)


def leet(text: str, spans: tuple[Span, ...], rng: random.Random) -> Rewritten:
    """Letters replaced by look-alike digits here and there, outside spans."""

    def change(character: str) -> str:
        likes = _LEET.get(character.lower())
        return rng.choice(likes) if likes and rng.random() < 0.25 else character

    return _rewrite(text, spans, change)


def misspelt(text: str, spans: tuple[Span, ...], rng: random.Random) -> Rewritten:
    """A letter dropped or doubled now and then, outside spans."""

    def change(character: str) -> str:
        if not character.isalpha() or rng.random() > 0.03:
            return character
        return "" if rng.random() < 0.5 else character * 2

    return _rewrite(text, spans, change)


def asterisks(text: str, spans: tuple[Span, ...], rng: random.Random) -> Rewritten:
    """Vowels starred out, outside spans."""
    return _rewrite(text, spans, lambda character: "*" if character in "aeiou" and rng.random() < 0.08 else character)


def augment(text: str, spans: tuple[Span, ...], rng: random.Random) -> Rewritten:
    """The text as it is, mostly; otherwise in one of the ways above."""
    chance = rng.random()
    if chance < 0.06:
        return without_punctuation(text, spans, rng)
    if chance < 0.09:
        return leet(text, spans, rng)
    if chance < 0.15:
        return misspelt(text, spans, rng)
    if chance < 0.17:
        return asterisks(text, spans, rng)
    return text, spans
