"""Places where somebody could be met: towns, landmarks, schools, workplaces; no countries and no states."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import re2

from app.detection.fold import Folded
from app.detection.gazetteer import Gazetteer
from app.detection.words import Script, Word
from app.domain.finding import Finding, FindingKind, Form

_LONGEST = 4  # words of the name of a town, or of what a place is called by
_CUE_WORDS = 4
_SCHOOL_REACH = 8  # words on both sides in which a school is spoken of


@dataclass(frozen=True, slots=True)
class _Place:
    """Words `[first, last)` of the text; `tail` code points more belong to it, as the number of a room."""

    first: int
    last: int
    form: Form
    score: float
    tail: int = 0


class PlaceFinder:
    """Finds places with the words of a gazetteer. Built once; it keeps nothing of what it reads."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        words = gazetteer.places
        self._gazetteer = gazetteer
        self._before_any = frozenset(words.before_any)
        self._before = self._before_any | frozenset(words.before_known)
        self._motion = frozenset(words.motion)
        self._facilities = frozenset(words.facilities)
        self._services = frozenset(words.service_facilities)
        self._not_landmarks = frozenset(words.not_landmarks)
        self._descriptions = frozenset(words.descriptions)
        self._cues = frozenset(words.landmark_cues)
        self._near_cues = frozenset(words.near_cues)
        self._chains = frozenset(words.chains)
        self._schools = frozenset(words.schools)
        self._school_words = frozenset(words.school_words)
        self._work_cues = frozenset(words.work_cues)
        self._articles = frozenset(words.articles)
        self._saints = frozenset(words.saints)
        self._rooms = frozenset(words.rooms)
        phrases = (*self._chains, *self._rooms, *self._descriptions, *gazetteer.towns, *self._saints, "tafe")
        self._beginnings = frozenset(phrase.split()[0].removesuffix("'s") for phrase in phrases)
        self._capitalised = frozenset(gazetteer.words.capitalised)
        self._not_surnames = frozenset(gazetteer.names.not_surnames)
        self._states = frozenset((*gazetteer.streets.states, "north", "south", "east", "west", "i"))
        self._street_types = frozenset((*gazetteer.streets.types, *gazetteer.streets.short_types))

    def find(self, folded: Folded, script: Script) -> list[Finding]:
        """Places in order; offsets of the original text. `script` is `read_words(folded)`."""
        rules: tuple[Callable[[Script, int, str], _Place | None], ...] = (
            self._school,
            self._saint,
            self._facility,
            self._workplace,
            self._chain,
            self._room,
            self._town,
            self._unknown,
        )
        places: list[_Place] = []
        at = 0
        while at < len(script.words):
            found = None
            if script.words[at].capital or script.words[at].key in self._beginnings:
                found = next((place for rule in rules if (place := rule(script, at, folded.text)) is not None), None)
            if found is not None:
                places.append(found)
            at = at + 1 if found is None else found.last
        return [_finding(place, script.words, folded) for place in places]

    # Rules: what begins at this word?

    def _school(self, script: Script, at: int, _text: str) -> _Place | None:
        """As in "Currumbin Primary", "St Aidan's College", "TAFE Gilles Plains"."""
        words = script.words
        run = self._capital_run(script, at)
        for size in range(min(run, _LONGEST), 0, -1):
            end = self._phrase_end(words, at + size, self._schools)
            written = "" if end is None else " ".join(word.text for word in words[at + size : end])
            if end is not None and (written[0].isupper() or "school" in written or written == "college"):
                return _Place(at, end, Form.SCHOOL, 0.8)
        if words[at].key == "tafe" and at + 1 < len(words) and (end := self._known_town(words, at + 1)) is not None:
            return _Place(at, end, Form.SCHOOL, 0.75)
        return None

    def _facility(self, script: Script, at: int, _text: str) -> _Place | None:
        """As in "Fitzroy pool", "Hyde Park", and after "behind the" or "in the" also "scout hall"."""
        words = script.words
        run = self._capital_run(script, at)
        for size in range(min(run, 3), 0, -1):
            end = self._phrase_end(words, at + size, self._facilities)
            if end is not None and self._is_landmark(words, at, at + size, end):
                return _Place(at, end, Form.LANDMARK, 0.8 if self._cue_before(words, at, self._cues) else 0.65)
        if words[at].key in self._descriptions and self._cue_before(words, at, self._cues) and not words[at].possessive:
            end = self._phrase_end(words, at + 1, self._facilities)
            if end is not None and " ".join(word.key for word in words[at:end]) not in self._not_landmarks:
                return _Place(at, end, Form.LANDMARK, 0.6)
        return None

    def _is_landmark(self, words: Sequence[Word], first: int, kind: int, end: int) -> bool:
        what = " ".join(word.key for word in words[kind:end])
        if f"{words[kind - 1].key} {what}" in self._not_landmarks or words[kind - 1].possessive:
            return False
        name = " ".join(word.key for word in words[first:kind])
        if what == "park" and words[first].key in self._gazetteer.forenames and not self._cue_before(words, first, self._cues):
            return False
        if what in self._services:
            return name in self._gazetteer.towns
        return not (end < len(words) and words[end].gap == " " and words[end].capital and words[end].key in self._street_types)

    def _chain(self, script: Script, at: int, _text: str) -> _Place | None:
        """As in "the Shell at Beenleigh", "behind the Coles", "Maccas Kilburn"."""
        words = script.words
        end = self._phrase_end(words, at, self._chains, here=True)
        if end is None:
            return None
        town = self._known_town(words, end) if end < len(words) and words[end].gap == " " else None
        if town is not None:
            return _Place(at, town, Form.LANDMARK, 0.8)
        following = words[end].key if end < len(words) else ""
        located = (
            following in {"at", "in", "on"}
            and end + 1 < len(words)
            and (words[end + 1].capital or words[end + 1].key in self._gazetteer.towns)
        )
        beside = self._cue_before(words, at, self._near_cues)
        if beside or (located and self._cue_before(words, at, self._cues)):
            return _Place(at, end, Form.LANDMARK, 0.7)
        return None

    def _saint(self, script: Script, at: int, _text: str) -> _Place | None:
        """As in "St Brigid's": a school where a school is spoken of, else a landmark."""
        words = script.words
        if words[at].key not in self._saints or at + 1 == len(words) or not words[at + 1].capital or words[at + 1].gap not in {" ", ". "}:
            return None
        saint = words[at + 1]
        if not (saint.possessive or saint.key.endswith("s")) or saint.key in self._gazetteer.common:
            return None
        around = {word.key for word in words[max(0, at - _SCHOOL_REACH) : at + _SCHOOL_REACH]}
        form = Form.LANDMARK if around.isdisjoint(self._school_words) else Form.SCHOOL
        end = self._phrase_end(words, at + 2, self._facilities)
        return _Place(at, end or at + 2, form, 0.7, tail=2 if saint.possessive and end is None else 0)

    def _room(self, script: Script, at: int, text: str) -> _Place | None:
        """As in "courtroom 4"."""
        end = self._phrase_end(script.words, at, self._rooms, here=True)
        if end is None:
            return None
        number = re2.match(r" \d{1,3}\b", text[script.words[end - 1].end : script.words[end - 1].end + 5])
        return None if number is None else _Place(at, end, Form.LANDMARK, 0.7, tail=int(number.end()))

    def _workplace(self, script: Script, at: int, _text: str) -> _Place | None:
        """A name with a capital after "works at" or "on the checkouts at"."""
        run = self._capital_run(script, at)
        if not run or not self._cue_before(script.words, at, self._work_cues):
            return None
        name = " ".join(word.key for word in script.words[at : at + run])
        if name in self._gazetteer.towns or name in self._gazetteer.never_places:
            return None
        return _Place(at, at + run, Form.WORKPLACE, 0.7)

    def _town(self, script: Script, at: int, _text: str) -> _Place | None:
        """A town that the gazetteer knows; one that is also a word or a name of people wants "in" or "near" before it."""
        words = script.words
        end = self._known_town(words, at)
        if end is None or words[at].gap.endswith(("@", "#")):
            return None
        key = " ".join(word.key for word in words[at:end])
        written = all(word.text[0].isupper() for word in words[at:end])
        following = words[end] if end < len(words) and words[end].gap == " " and words[end].capital else None
        before = words[at - 1] if at else None
        led = (
            before is not None
            and words[at].gap == " "
            and (before.key in self._before_any or (before.key in self._before and self._moves(words, at)))
        )
        if end == at + 1 and key in self._capitalised:
            return None
        if following is not None and self._makes_body(following, led=led):
            return None
        single = end == at + 1 and (key in self._gazetteer.common or key in self._gazetteer.forenames)
        ambiguous = single or key in self._gazetteer.ambiguous_towns
        if written and not words[at].capital:
            written = False
        form = Form.BROAD_PLACE if key in self._gazetteer.broad else Form.TOWN
        if written and not ambiguous:
            return _Place(at, end, form, 0.9 if led else 0.8)
        if written and led:
            person = key in self._gazetteer.forenames and following is not None
            return None if person else _Place(at, end, form, 0.7)
        if led and not ambiguous and before is not None and before.key != "to":
            return _Place(at, end, form, 0.7)
        return _Place(at, end, form, 0.65) if led and not ambiguous else None

    def _makes_body(self, following: Word, *, led: bool) -> bool:
        """Whether this capital after a town makes a body or a street of it: "Mildura Lions"; "Geelong West" is a town."""
        if following.key in self._street_types:
            return True
        plain = following.key in self._not_surnames or following.key in self._gazetteer.common
        return following.key not in self._states and (not led or plain)

    def _unknown(self, script: Script, at: int, _text: str) -> _Place | None:
        """A capital that no list knows, after "in", "from" or "moved to"."""
        words = script.words
        word = words[at]
        if at == 0 or word.gap != " " or script.headline or not word.capital or word.possessive:
            return None
        before = words[at - 1]
        if before.key not in self._before_any and not (before.key == "to" and self._moves(words, at)):
            return None
        run = self._capital_run(script, at)
        if not run or word.key in self._gazetteer.common or word.key in self._gazetteer.forenames or word.key in self._chains:
            return None
        last = words[at + run - 1]
        written = {word.key, " ".join(one.key for one in words[at : at + run])}
        if last.possessive or not written.isdisjoint(self._gazetteer.never_places) or last.key in self._not_surnames - self._facilities:
            return None
        country = at + run < len(words) and f"{last.key} {words[at + run].key}" in self._gazetteer.never_places
        if country or word.text.isupper():
            return None
        return _Place(at, at + run, Form.TOWN, 0.6)

    # What stands where

    def _capital_run(self, script: Script, at: int) -> int:
        """How many words from here have a capital, none of them a day, a country or the plain start of a sentence."""
        words = script.words
        if script.headline or not words[at].capital or (words[at].first and words[at].key in self._gazetteer.common):
            return 0
        size = 0
        while at + size < len(words) and size < _LONGEST:
            word = words[at + size]
            if (
                not word.capital
                or len(word.text) == 1
                or (size and word.gap != " ")
                or self._is_contraction(word)
                or word.key in self._capitalised
                or word.key in self._gazetteer.never_places
            ):
                break
            size += 1
            if word.possessive and size > 1:
                break
        return size

    def _is_contraction(self, word: Word) -> bool:
        stem, apostrophe, _ = word.key.partition("'")
        return bool(apostrophe) and (stem in self._gazetteer.common or stem.removesuffix("n") in self._gazetteer.common or stem == "i")

    def _known_town(self, words: Sequence[Word], at: int) -> int | None:
        """The end of the longest town that begins at this word."""
        end = at
        while end < len(words) and end - at < _LONGEST and (end == at or words[end].gap in {" ", "-"}):
            end += 1
        for last in range(end, at, -1):
            key = " ".join(word.key for word in words[at:last])
            if key in self._gazetteer.towns and not any(word.possessive for word in words[at : last - 1]):
                return last
        return None

    def _phrase_end(self, words: Sequence[Word], at: int, phrases: frozenset[str], *, here: bool = False) -> int | None:
        """The end of the longest of these phrases at this word; `here` allows it to begin the text."""
        if at >= len(words) or (not here and words[at].gap != " "):
            return None
        for last in range(min(len(words), at + 3), at, -1):
            if any(word.gap not in {" ", "-"} for word in words[at + 1 : last]):
                continue
            written = " ".join(word.key for word in words[at:last])
            if written in phrases or (words[last - 1].possessive and f"{written}'s" in phrases):
                return last
        return None

    def _cue_before(self, words: Sequence[Word], at: int, cues: frozenset[str]) -> bool:
        """Whether one of these phrases stands right before, an article between them or not."""
        if at and words[at].gap not in {" ", ", "}:
            return False
        end = at - 1 if at and words[at - 1].key in self._articles else at
        return any(" ".join(word.key for word in words[first:end]) in cues for first in range(max(0, end - _CUE_WORDS), end))

    def _moves(self, words: Sequence[Word], at: int) -> bool:
        return any(word.key in self._motion for word in words[max(0, at - 3) : at - 1])


def _finding(place: _Place, words: Sequence[Word], folded: Folded) -> Finding:
    start, end = folded.span(words[place.first].start, words[place.last - 1].end + place.tail)
    return Finding(FindingKind.LOCATION, start, end, place.score, "places", form=place.form)
