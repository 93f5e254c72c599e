"""The words that the finders of names, places and addresses know: read from the pack once, looked up many times."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _split_words(value: object) -> object:
    return value.split() if isinstance(value, str) else value


def _split_names(value: object) -> object:
    return [name.strip() for name in value.split("|") if name.strip()] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_split_words)]
Names = Annotated[tuple[str, ...], BeforeValidator(_split_names)]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WordsFile(_File):
    """`lexicons/words.yaml`: words that name nobody, however they are written."""

    common: Words
    capitalised: Words


class NamesFile(_File):
    """`lexicons/names.yaml`."""

    ambiguous: Words
    placelike: Words
    titles: Words
    titles_lower: Words
    titles_short: Words
    relations: Words
    greetings: Words
    greetings_known: Words
    sign_offs: Words
    called_nouns: Words
    possessives: Words
    determiners: Words
    announcing: Words
    question_words: Words
    i_am: Words
    to_be: Words
    i_am_subjects: Words
    asked_where: Words
    after_asked: Words
    deeds: Words
    belongings: Words
    human_deeds: Words
    speaking: Words
    particles: Words
    follows_name: Words
    not_surnames: Words
    place_prefixes: Words
    not_people: Names
    forenames: Words
    surnames: Words


class PlacesFile(_File):
    """`lexicons/places.yaml`."""

    before_any: Words
    before_known: Words
    motion: Words
    never: Names
    facilities: Names
    descriptions: Names
    articles: Words
    landmark_cues: Names
    chains: Names
    rooms: Names
    near_cues: Names
    service_facilities: Names
    not_landmarks: Names
    saints: Words
    schools: Names
    school_words: Names
    work_cues: Names
    ambiguous: Names
    broad: Names
    towns_abroad: Names
    towns_australia: Names


class StreetsFile(_File):
    """`lexicons/streets.yaml`."""

    types: Names
    short_types: Names
    weak_types: Names
    lone_types: Names
    town_endings: Names
    units: Names
    buildings: Names
    not_names: Names
    not_streets: Names
    cues: Names
    number_words: Names
    states: Names


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """What is known of words and names. Keys are `key_of` a name: small letters, no accents."""

    words: WordsFile
    names: NamesFile
    places: PlacesFile
    streets: StreetsFile
    common: frozenset[str]
    forenames: frozenset[str]
    ambiguous_forenames: frozenset[str]
    surnames: frozenset[str]
    towns: frozenset[str]
    ambiguous_towns: frozenset[str]
    broad: frozenset[str]
    never_places: frozenset[str]


def key_of(name: str) -> str:
    """A name in small letters, without accents, with straight apostrophes: `Ōtaki` and `otaki` are the same."""
    lower = name.lower().replace("’", "'")
    if lower.isascii():
        return lower
    return "".join(character for character in unicodedata.normalize("NFD", lower) if not unicodedata.combining(character))


def build_gazetteer(lexicons: Mapping[str, object]) -> Gazetteer:
    """The gazetteer of a pack's lexicons. Raises KeyError for a missing file, ValueError for one that does not fit."""
    words = WordsFile.model_validate(lexicons["words"])
    names = NamesFile.model_validate(lexicons["names"])
    places = PlacesFile.model_validate(lexicons["places"])
    streets = StreetsFile.model_validate(lexicons["streets"])
    return Gazetteer(
        words=words,
        names=names,
        places=places,
        streets=streets,
        common=_keys((*words.common, *words.capitalised)),
        forenames=_keys(names.forenames),
        ambiguous_forenames=_keys((*names.ambiguous, *names.placelike)),
        surnames=_keys(names.surnames),
        towns=_shortened(_keys((*places.towns_australia, *places.towns_abroad, *places.broad))),
        ambiguous_towns=_keys(places.ambiguous),
        broad=_keys(places.broad),
        never_places=_keys(places.never),
    )


def _shortened(towns: frozenset[str]) -> frozenset[str]:
    """The towns, with "mt isa" beside "mount isa"."""
    return towns | {f"mt {town.removeprefix('mount ')}" for town in towns if town.startswith("mount ")}


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(key_of(name) for name in names)
