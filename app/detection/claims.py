"""Which false claim of the fact base a text asserts, if any.

Two ways lead to a claim: a pattern of the lexicon, or a sentence that is close to the claim or one of its
variants. What is closer to a sentence that must not match is none. Words that the author only repeats are
not theirs, and a claim that is taken up to be answered is not asserted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log
from typing import Any

import re2
from pydantic import BaseModel, ConfigDict

from app.detection.fold import fold
from app.detection.wording import Listener, expand
from app.domain.analysis import ClaimMatch, Label
from app.policy.schema import Claim

_STOPS = (" . ", " ! ", " ? ", " \n ", " / ")
_WINDOW = 30  # words; a sentence without a stop is read in pieces of this length
_COVER = 0.6  # how much it counts that the variant is covered, against how much else the sentence says


class ClaimsFile(BaseModel):
    """`lexicons/claims.yaml`. `doubts` is the part of a match that is left when the text does something else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    alike: float
    pattern: float
    word: float
    least: float
    doubts: Mapping[Label, float]
    empty: frozenset[str]
    endings: tuple[str, ...]
    fragments: Mapping[str, str] = {}
    claims: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class _Known:
    claim: str
    words: frozenset[str]
    wanted: bool  # False for a sentence that must not match


class ClaimMatcher:
    """Finds the claim that a text asserts."""

    def __init__(self, claims: Mapping[str, Claim], raw: object, listener: Listener) -> None:
        self._file = ClaimsFile.model_validate(raw)
        self._known = tuple(self._learn(claims, listener))
        uses = Counter(word for known in self._known for word in known.words)
        most = log(1 + len(self._known))
        self._weight = {word: most - log(uses[word]) for word in uses}
        self._unknown = most
        self._saying: dict[str, list[_Known]] = {}
        for known in self._known:
            for word in known.words:
                self._saying.setdefault(word, []).append(known)
        self._patterns: dict[str, Any] = {
            claim: re2.compile(f" (?:{'|'.join(expand(pattern, self._file.fragments) for pattern in patterns)}) ".encode())
            for claim, patterns in self._file.claims.items()
            if claim in claims
        }

    def liken(self, line: bytes) -> dict[str, float]:
        """How much a wording sounds like each claim, whoever says it; claims that it is not like are left out."""
        likeness: dict[str, float] = {}
        for claim, pattern in self._patterns.items():
            # The more of a text sounds like a claim, the surer it is; a tie between claims is rare then.
            said = sum(len(match.group().split()) for match in pattern.finditer(line))
            if said:
                likeness[claim] = min(1.0, self._file.pattern + self._file.word * said)
        for words in self._sentences(line.decode()):
            near: dict[str, float] = {}
            far: dict[str, float] = {}
            for known in {known for word in words for known in self._saying.get(word, ())}:
                alike = self._alike(words, known.words)
                side = near if known.wanted else far
                side[known.claim] = max(alike, side.get(known.claim, 0.0))
            for claim, alike in near.items():
                if far.get(claim, 0.0) > alike:
                    likeness.pop(claim, None)
                elif alike >= self._file.alike:
                    # Both ways at once are worth more than either.
                    likeness[claim] = min(1.0, alike + likeness.get(claim, 0.0) / 2)
        return likeness

    def settle(self, likeness: Mapping[str, float], labels: Mapping[Label, float]) -> ClaimMatch | None:
        """The claim that stands once doubts are taken off; None when none does."""
        if not likeness:
            return None
        left = 1.0
        for label, part in self._file.doubts.items():
            left *= 1 - (1 - part) * labels.get(label, 0.0)
        # More than one claim may be alike; their names settle a tie, so that every process says the same.
        claim = min(likeness, key=lambda name: (-likeness[name], name))
        # Words alone are often innocent, so the label must not speak against them.
        score = likeness[claim] * left * labels.get(Label.INACCURACY, 0.0) ** 0.5
        return ClaimMatch(id=claim, score=round(score, 4)) if score >= self._file.least else None

    def _learn(self, claims: Mapping[str, Claim], listener: Listener) -> Iterator[_Known]:
        for claim in claims.values():
            texts = [(part, True) for part in (*claim.claim.split(" / "), *claim.variants)]
            texts += [(text, False) for text in claim.must_not_match]
            for text, wanted in texts:
                words = self._stems(word for piece in listener.listen(fold(text), ()) for word in piece.whole.decode().split())
                if words:
                    yield _Known(claim.id, words, wanted)

    def _sentences(self, line: str) -> Iterator[frozenset[str]]:
        for stop in _STOPS:
            line = line.replace(stop, " \0 ")
        for sentence in dict.fromkeys(line.split("\0")):
            words = sentence.split()
            for start in range(0, len(words), _WINDOW):
                stems = self._stems(words[start : start + _WINDOW])
                if stems:
                    yield stems

    def _stems(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(_stem(word, self._file.endings) for word in words if word not in self._file.empty and word.isalnum())

    def _alike(self, words: frozenset[str], known: frozenset[str]) -> float:
        common = words & known
        if not common:
            return 0.0
        shared = self._sum(common)
        covered, said = shared / self._sum(known), shared / self._sum(words)
        return float(covered**_COVER * said ** (1 - _COVER))

    def _sum(self, words: Iterable[str]) -> float:
        # An exact sum, so that the order of a set changes nothing.
        return fsum(self._weight.get(word, self._unknown) for word in words)


def _stem(word: str, endings: Sequence[str]) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
