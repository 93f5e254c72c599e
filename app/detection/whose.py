"""Whose detail it is, told from the words around it. What cannot be told stays unknown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import re2
from pydantic import BaseModel, ConfigDict

from app.detection.fold import Folded
from app.detection.register import Register
from app.domain.comment import Author
from app.domain.finding import About, Finding, FindingKind, Form

_BEFORE = 60  # code points that are read before a finding, and after it
_AFTER = 40
_PERSONAL = frozenset({FindingKind.PERSON_NAME, FindingKind.SOCIAL_HANDLE})


class Surroundings(BaseModel):
    """RE2 patterns, over small letters without apostrophes, that stand before or after a finding.

    `kinds` are the kinds of finding that they speak for; all of them where it is left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: About
    kinds: frozenset[FindingKind] = frozenset(FindingKind)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class WhoseFile(BaseModel):
    """`lexicons/whose.yaml`. The pattern that stands nearest to the finding counts; among equals the first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fragments: Mapping[str, str] = {}
    surroundings: tuple[Surroundings, ...]


class Whose:
    """Sets `about` of findings, from the register first and from the words around them next."""

    def __init__(self, raw: object, register: Register) -> None:
        file = WhoseFile.model_validate(raw)
        self._register = register
        self._before = [(one, _compile(one.before, file.fragments)) for one in file.surroundings if one.before]
        self._after = [(one, _compile(one.after, file.fragments)) for one in file.surroundings if one.after]

    def attribute(self, findings: Iterable[Finding], folded: Folded, *, author: Author, today: date) -> list[Finding]:
        """The findings, each with whose it is. What a finder or the register knows is not guessed again."""
        line = folded.text.lower().replace("\n", " ")
        places = _places(folded)
        attributed: list[Finding] = []
        for finding in findings:
            text = folded.original[finding.start : finding.end]
            about = self._register.about(finding, text, today=today)
            if about is None and finding.about is About.UNKNOWN:
                about = self._from_words(finding, text, line, places, author)
            attributed.append(finding if about is None else replace(finding, about=about))
        return attributed

    def _from_words(self, finding: Finding, text: str, line: str, places: Sequence[int], author: Author) -> About | None:
        if finding.kind is FindingKind.PERSON_NAME and finding.form is not Form.TAG and _same(text, author.name):
            return About.AUTHOR
        start, end = places[finding.start], places[finding.end]
        before = _plain(line[max(0, start - _BEFORE) : start]) + " "
        after = " " + _plain(line[end : end + _AFTER]) + " "
        nearest: tuple[int, About] | None = None
        for one, pattern in self._before:
            if finding.kind in one.kinds:
                for match in pattern.finditer(before):
                    if nearest is None or match.end() > nearest[0]:
                        nearest = (match.end(), one.about)
        if nearest is not None:
            return nearest[1]
        return next((one.about for one, pattern in self._after if finding.kind in one.kinds and pattern.match(after)), None)


def _places(folded: Folded) -> list[int]:
    """For every offset of the original, the offset of the folded text that stands there."""
    places = [len(folded.text)] * (len(folded.original) + 1)
    for index in range(len(folded.text) - 1, -1, -1):
        places[folded.span(index, index + 1)[0]] = index
    following = len(folded.text)
    for index in range(len(places) - 1, -1, -1):
        following = min(following, places[index])
        places[index] = following
    return places


def _plain(text: str) -> str:
    return " ".join(text.replace("'", "").split())


def _same(one: str, other: str) -> bool:
    return bool(other) and one.casefold().split() == other.casefold().split()


def _compile(patterns: Iterable[str], fragments: Mapping[str, str]) -> Any:
    either = "|".join(patterns)
    for name, words in fragments.items():
        either = either.replace(f"{{{name}}}", f"(?:{words})")
    return re2.compile(rf"(?:^|[^\w])(?:{either})")
