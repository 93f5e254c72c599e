"""What a text does, told from patterns: signs in the words, weighed and added up.

A sign is there or not. Each label has a base and a weight for every sign that speaks for or against it;
they add up in log-odds, so that the score is a probability and every part of it can be read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

import re2
from pydantic import BaseModel, ConfigDict, model_validator

from app.detection.wording import Wording, expand
from app.domain.analysis import Label
from app.domain.comment import Kind
from app.domain.finding import Finding

_FARTHEST = 30.0  # beyond this the exponential says nothing new


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sign(_Shape):
    """Patterns of which one must be there, or a combination of other signs; never both.

    `all`, `any` and `none` name signs or facts (`found:phone_number`, `kind:draft`, `quoted:insult`).
    A sign may only name signs that stand before it.
    """

    say: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> "Sign":
        if bool(self.say) == bool(self.all or self.any):
            raise ValueError("give either say, or all and any")
        return self


class Weights(_Shape):
    """How a label adds up. `own` counts signs in the author's words, `quoted` in words that they repeat.

    `facts` counts findings (`found:phone_number`, `found:person_name/full_name`, `found:email@other`),
    kinds of text (`kind:draft`) and claims (`claim:own`, `claim:quoted`). `phrases` counts one to three
    words of the author's. `decisive` gives a least score to a sign in the author's own words, whatever
    else speaks, and whatever a trained reader says.
    """

    base: float
    own: Mapping[str, float] = {}
    quoted: Mapping[str, float] = {}
    facts: Mapping[str, float] = {}
    phrases: Mapping[str, float] = {}
    decisive: Mapping[str, float] = {}


class SignsFile(_Shape):
    """`lexicons/signs.yaml`."""

    fragments: Mapping[str, str] = {}
    signs: Mapping[str, Sign]


class WeightsFile(_Shape):
    """`lexicons/labels.yaml`."""

    labels: Mapping[Label, Weights]


@dataclass(frozen=True, slots=True)
class Scores:
    """Every label's score, and the least that decisive signs give whatever a trained reader says."""

    labels: Mapping[Label, float]
    decisive: Mapping[Label, float]


class LabelLexicon:
    """Signs and weights, ready to read."""

    def __init__(self, signs: object, weights: object) -> None:
        """From the plain values of `signs.yaml` and `labels.yaml`. Raises ValueError where they do not fit."""
        file = SignsFile.model_validate(signs)
        self._signs = file.signs
        self._weights = WeightsFile.model_validate(weights).labels
        self._patterns = {name: _compile(sign.say, file.fragments) for name, sign in file.signs.items() if sign.say}
        self._phrases: dict[str, list[tuple[Label, float]]] = {}
        for label, one in self._weights.items():
            unknown = {*one.own, *one.quoted, *one.decisive} - set(self._signs)
            if unknown:
                raise ValueError(f"labels.yaml: {label}: there is no sign called {', '.join(sorted(unknown))}")
            for phrase, weight in one.phrases.items():
                self._phrases.setdefault(phrase, []).append((label, weight))

    def score(self, wordings: Sequence[Wording], facts: frozenset[str]) -> Scores:
        """The scores of a text from its views and pieces; what one of them shows is there."""
        strongest = dict.fromkeys(self._weights, -_FARTHEST)
        decisive: dict[Label, float] = {}
        for wording in wordings:
            signs = self.signs(wording, facts)
            phrases = self._sum_phrases(wording)
            for label, weights in self._weights.items():
                strongest[label] = max(strongest[label], _sum(weights, signs, facts) + phrases.get(label, 0.0))
                for name, least in weights.decisive.items():
                    if name in signs:
                        decisive[label] = max(least, decisive.get(label, 0.0))
        scores = {label: max(probability(value), decisive.get(label, 0.0)) for label, value in strongest.items()}
        return Scores(labels=scores, decisive=decisive)

    def signs(self, wording: Wording, facts: frozenset[str]) -> frozenset[str]:
        """The signs of one piece: by their names, and as `quoted:name` where repeated words show them."""
        seen: set[str] = set()
        for name, sign in self._signs.items():
            if sign.say:
                pattern = self._patterns[name]
                if pattern.search(wording.own) is not None:
                    seen.add(name)
                if pattern.search(wording.quoted) is not None:
                    seen.add(f"quoted:{name}")
            elif _combined(sign, seen, facts):
                seen.add(name)
        return frozenset(seen)

    def _sum_phrases(self, wording: Wording) -> dict[Label, float]:
        words = wording.own.decode().split()
        there = {" ".join(words[start : start + length]) for length in (1, 2, 3) for start in range(len(words) - length + 1)}
        sums: dict[Label, float] = {}
        # Sorted, because a sum of floats depends on it.
        for phrase in sorted(there & self._phrases.keys()):
            for label, weight in self._phrases[phrase]:
                sums[label] = sums.get(label, 0.0) + weight
        return sums


def facts_of(findings: Sequence[Finding], kind: Kind) -> Iterator[str]:
    """What a lexicon may count beside words: the kind of text, and findings by kind, form and owner."""
    yield f"kind:{kind.value}"
    for finding in findings:
        yield f"found:{finding.kind.value}"
        yield f"found:{finding.kind.value}/{finding.form.value}"
        yield f"found:{finding.kind.value}@{finding.about.value}"


def _combined(sign: Sign, seen: set[str], facts: frozenset[str]) -> bool:
    def there(name: str) -> bool:
        return name in seen or name in facts

    return all(map(there, sign.all)) and (not sign.any or any(map(there, sign.any))) and not any(map(there, sign.none))


def _sum(weights: Weights, signs: frozenset[str], facts: frozenset[str]) -> float:
    return (
        weights.base
        + sum(weight for name, weight in weights.own.items() if name in signs)
        + sum(weight for name, weight in weights.quoted.items() if f"quoted:{name}" in signs)
        + sum(weight for name, weight in weights.facts.items() if name in facts)
    )


def _compile(patterns: Iterable[str], fragments: Mapping[str, str]) -> Any:
    either = "|".join(expand(pattern, fragments) for pattern in patterns)
    # Bytes, so that a text is encoded once and not once for every sign.
    return re2.compile(f" (?:{either}) ".encode())


def probability(odds: float) -> float:
    """The probability of log-odds; beyond 30 on either side nothing new is said."""
    return 1 / (1 + exp(-max(-_FARTHEST, min(_FARTHEST, odds))))
