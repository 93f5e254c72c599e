"""Names of people, by what is written around them and by lists of forenames.

A false name hides a survivor's story, so a name in small letters is found only where the words around
it say that a person is meant, and a capital counts for little where a sentence begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.detection.fold import Folded
from app.detection.gazetteer import Gazetteer
from app.detection.words import Script, Word
from app.domain.finding import Finding, FindingKind, Form

_JOINS = (" ", ": ", ", ", " - ", ":", ". ", ",\n", "\n")
_CONTRACTION = 3  # the length of "'ve", apostrophe and all
_INTRODUCED = 0.75  # the score from which a name is known for the rest of the text
_LONGEST = 4  # words of a name


@dataclass(frozen=True, slots=True)
class _Name:
    """Words `[first, last)` of the text."""

    first: int
    last: int
    form: Form
    score: float


class NameFinder:
    """Finds names with the words of a gazetteer. Built once; it keeps nothing of what it reads."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        words = gazetteer.names
        self._gazetteer = gazetteer
        self._titles = frozenset(words.titles)
        self._small_titles = frozenset(words.titles_lower)
        self._relations = frozenset(words.relations)
        self._greetings = frozenset(words.greetings)
        self._greetings_known = frozenset(words.greetings_known)
        self._sign_offs = frozenset(words.sign_offs)
        self._called = frozenset(words.called_nouns)
        self._possessives = frozenset(words.possessives)
        self._asked = frozenset(words.asked_where)
        self._after_asked = frozenset(words.after_asked)
        self._deeds = frozenset(words.deeds)
        self._belongings = frozenset(words.belongings)
        self._human_deeds = frozenset(words.human_deeds)
        self._sure_deeds = frozenset((*words.human_deeds, *words.speaking))
        self._words_too = frozenset(words.ambiguous)
        self._placelike = frozenset(words.placelike)
        self._short_titles = frozenset(words.titles_short)
        self._announcing = frozenset(words.announcing)
        self._determiners = frozenset(words.determiners)
        self._questions = frozenset(words.question_words)
        self._i_am = frozenset(words.i_am)
        self._to_be = frozenset(words.to_be)
        self._subjects = frozenset(words.i_am_subjects)
        self._particles = frozenset(words.particles)
        self._follows = frozenset(words.follows_name)
        self._not_surnames = frozenset(words.not_surnames)
        self._place_prefixes = frozenset(words.place_prefixes)
        self._not_people = frozenset(words.not_people)
        self._capitalised = frozenset(gazetteer.words.capitalised)
        self._place_words = frozenset(gazetteer.places.before_any)
        self._chains = frozenset(gazetteer.places.chains)

    def find(self, folded: Folded, script: Script) -> list[Finding]:
        """Names in order, titles left out of the span; offsets of the original text. `script` is `read_words(folded)`."""
        return [_finding(name, script.words, folded) for name in self._names(script)]

    def _names(self, script: Script) -> list[_Name]:
        words = script.words
        names: list[_Name] = []
        at = 0
        while at < len(words):
            name = self._name_at(script, at, names[-1] if names else None)
            if name is not None and not self._is_nobody(words[name.first : name.last]):
                names.append(name)
            at = at + 1 if name is None else name.last
        return sorted((*names, *self._repeats(words, names)), key=lambda name: name.first)

    def _name_at(self, script: Script, at: int, last: _Name | None) -> _Name | None:
        words = script.words
        plain = not words[at].capital and not (at and words[at - 1].key in self._announcing)
        if plain and words[at].key not in self._gazetteer.forenames and words[at].key not in self._titles:
            return None
        return (
            self._titled(script, at)
            or self._tagged(script, at)
            or self._introduced(script, at)
            or self._joined(script, at, last)
            or self._known(script, at)
            or self._unknown_pair(script, at)
            or self._unknown_single(script, at)
        )

    # What is written around a name

    def _titled(self, script: Script, at: int) -> _Name | None:
        """As in "Mrs Okafor", "Aunty Bev", "mr farrow": the title itself stays outside."""
        words = script.words
        title = words[at]
        if title.key not in self._titles or at + 1 == len(words) or title.possessive:
            return None
        word = words[at + 1]
        if word.gap != " " and not (word.gap == ". " and title.key in self._short_titles):
            return None
        if word.key in self._titles and word.capital:
            return None
        if word.capital:
            fits = self._may_be_person(word) and (self._is_uncommon(word) or self._is_forename(word))
            # "my boss Fr Gary" has a title, "sister Act" has not: a title in small letters wants a known name or none known to be else.
            fits = fits and (title.capital or word.key not in self._gazetteer.towns)
        else:
            fits = title.key in self._small_titles and (self._is_plain_forename(word) or (title.key == "mr" and self._is_uncommon(word)))
        if not fits:
            return None
        form = Form.TAG if title.gap.endswith("@") else Form.TITLED_NAME
        return _Name(at + 1, self._end(script, at + 1), form, 0.9 if word.capital else 0.75)

    def _tagged(self, script: Script, at: int) -> _Name | None:
        """As in "@First Last"; a handle such as `@kingdave88` or `@TheNews` is no name."""
        word = script.words[at]
        if not word.gap.endswith("@") or not word.capital or word.gap[-2:-1].isalnum():
            return None
        if (
            any(character.isupper() for character in word.text[1:])
            and not word.text.startswith(("Mc", "Mac", "O'", "De"))
            and "-" not in word.text
        ):
            return None
        end = self._end(script, at)
        if end == at + 1 and not (self._is_forename(word) or self._is_uncommon(word)):
            return None
        return _Name(at, end, Form.TAG, 0.9 if end > at + 1 or self._is_forename(word) else 0.6)

    def _introduced(self, script: Script, at: int) -> _Name | None:
        """A name that the words before it announce: "her name is", "my ex", "hi", "love from"."""
        words = script.words
        word = words[at]
        if at == 0 or (word.gap not in _JOINS and not _is_dash(word.gap)) or not self._may_be_person(word):
            return None
        before, earlier = words[at - 1], words[at - 2] if at > 1 else None
        follows = word.gap in {" ", ": "}
        strong = follows and _is_naming(before, earlier, self._called)
        small = self._is_plain_forename(word) or (strong and not word.capital and self._is_uncommon(word) and len(word.text) > 2)
        if strong and (small or (word.capital and (self._is_uncommon(word) or self._is_forename(word)))):
            return self._name(script, at, 0.9)
        if word.gap == " " and not before.possessive and before.key in self._relations:
            owned = earlier is not None and earlier.key in self._possessives
            if word.capital and self._is_person_like(word):
                return self._name(script, at, 0.85)
            if owned and self._is_plain_forename(word):
                return self._name(script, at, 0.75)
        if (
            before.key in self._greetings
            and word.gap in {" ", ", "}
            and (self._is_plain_forename(word) or (word.capital and self._is_person_like(word)))
        ):
            return self._name(script, at, 0.8)
        if before.key in self._greetings_known and word.gap == " " and self._is_plain_forename(word) and (word.capital or before.first):
            return self._name(script, at, 0.8)
        if before.key in self._asked and earlier is not None and earlier.key in self._questions and self._is_plain_forename(word):
            return self._name(script, at, 0.75)
        following = words[at + 1].key if at + 1 < len(words) else ""
        if before.key in self._questions and following in self._after_asked and self._is_plain_forename(word):
            return self._name(script, at, 0.75)
        if (
            self._says_i_am(before, earlier)
            and following in {"here", "from"}
            and (self._is_plain_forename(word) or (word.capital and self._is_person_like(word)))
        ):
            return self._name(script, at, 0.8)
        return self._signed(script, at)

    def _signed(self, script: Script, at: int) -> _Name | None:
        """A signature: the last word or two of the text after a sign-off, a dash or a line of its own."""
        words = script.words
        word, before = words[at], words[at - 1]
        end = self._end(script, at)
        if end != len(words) or (before.key not in self._sign_offs and not _is_dash(word.gap)):
            return None
        if word.capital and self._is_person_like(word) and (before.key != "from" or word.gap != " " or self._is_plain_forename(word)):
            return self._name(script, at, 0.8)
        return self._name(script, at, 0.65) if word.gap != " " and self._is_plain_forename(word) else None

    def _joined(self, script: Script, at: int, last: _Name | None) -> _Name | None:
        """A name in a list that has begun: "Tahlia and Jorja", "Dulcie, Hine, Rana"."""
        words = script.words
        word = words[at]
        if last is None or not word.capital or script.headline or not self._is_person_like(word) or word.key in self._gazetteer.towns:
            return None
        comma = last.last == at and word.gap in {", ", " & ", " + ", "/", " / "}
        spelled = last.last == at - 1 and words[at - 1].key in {"and", "n", "or"} and word.gap == " " and words[at - 1].gap in {" ", ", "}
        if not comma and not spelled:
            return None
        if comma and not self._is_forename(word) and word.gap == ", ":
            return None
        return self._name(script, at, 0.75)

    # What the lists know

    def _known(self, script: Script, at: int) -> _Name | None:
        """A capital on a known forename, where nothing makes it a place, a firm or a plain word."""
        words = script.words
        word = words[at]
        if not word.capital or not self._is_forename(word) or not self._may_be_person(word):
            return None
        if (word.text.isupper() and len(word.text) < 4) or self._stands_in_place(words, at):
            return None
        end = self._end(script, at)
        if end > at + 1:
            sure = not self._is_ambiguous(word) or words[end - 1].key in self._gazetteer.surnames or self._is_uncommon(words[end - 1])
            return _Name(at, end, Form.FULL_NAME, 0.9 if not self._is_ambiguous(word) else 0.75) if sure else None
        if not self._is_ambiguous(word):
            return _Name(at, end, Form.FIRST_NAME, 0.8 if word.first else 0.85)
        if script.headline or word.text.isupper():
            return None
        town = word.key in self._gazetteer.towns
        following = words[at + 1] if at + 1 < len(words) else None
        # "Hope is all I have": only what people alone do tells a name from a word.
        deeds = self._sure_deeds if word.key in self._words_too or word.key in self._gazetteer.common else self._deeds
        acts = following is not None and following.gap == " " and following.key in deeds and not following.capital
        if word.first:
            addressed = following is not None and following.gap == ", " and following.key.startswith("you")
            return _Name(at, end, Form.FIRST_NAME, 0.6) if (acts or addressed) and not town else None
        return _Name(at, end, Form.FIRST_NAME, 0.65) if not town or acts else None

    def _unknown_pair(self, script: Script, at: int) -> _Name | None:
        """Two or three capitals that are no words, places or firms: "Fatemeh Rostami"."""
        words = script.words
        word = words[at]
        if script.headline or at + 1 == len(words) or not self._looks_like_name(word) or self._stands_in_place(words, at):
            return None
        if word.key in self._place_prefixes:
            return None
        if at > 0 and words[at - 1].key in self._place_words and word.gap == " ":
            return None
        end = self._end(script, at)
        if end == at + 1 or not any(self._looks_like_name(one) or one.key in self._gazetteer.surnames for one in words[at + 1 : end]):
            return None
        if (
            any(one.key in self._gazetteer.towns for one in words[at:end])
            or " ".join(one.key for one in words[at:end]) in self._gazetteer.towns
        ):
            return None
        return _Name(at, end, Form.FULL_NAME, 0.75 if words[end - 1].key in self._gazetteer.surnames else 0.6)

    def _unknown_single(self, script: Script, at: int) -> _Name | None:
        """One capital that no list knows, where what follows is said of people only: "Babajide hit me"."""
        words = script.words
        word = words[at]
        if script.headline or at + 1 == len(words) or not self._looks_like_name(word) or self._stands_in_place(words, at):
            return None
        following, gap = words[at + 1], words[at + 1].gap
        after = words[at + 2].key if at + 2 < len(words) else ""
        if word.possessive:
            person = following.key in self._belongings
        else:
            person = gap == " " and (following.key in self._human_deeds or (following.key in {"and", "n"} and after in {"her", "his"}))
            person = person or (at > 0 and words[at - 1].key == "where" and following.key in self._after_asked)
        return _Name(at, at + 1, Form.FIRST_NAME, 0.6) if person else None

    def _repeats(self, words: Sequence[Word], names: Sequence[_Name]) -> Iterator[_Name]:
        """The same name again, by a capital alone, once the text has introduced it."""
        sure = [name for name in names if name.score >= _INTRODUCED or name.form is Form.FULL_NAME]
        known = {words[name.first].key for name in sure if words[name.first].capital}
        known -= self._gazetteer.common
        covered = {at for name in names for at in range(name.first, name.last)}
        for at, word in enumerate(words):
            if at not in covered and word.capital and word.key in known:
                yield _Name(at, at + 1, Form.FIRST_NAME, 0.7)

    # How a word looks

    def _name(self, script: Script, at: int, score: float) -> _Name:
        end = self._end(script, at)
        return _Name(at, end, Form.FULL_NAME if end > at + 1 else Form.FIRST_NAME, score)

    def _end(self, script: Script, at: int) -> int:
        """Where the name that begins with this word ends: surnames, particles and initials belong to it."""
        words = script.words
        end = at + 1
        while end < len(words) and end - at < _LONGEST and not words[end - 1].possessive:
            word = words[end]
            if word.gap not in {" ", ". "} or (word.gap == ". " and len(words[end - 1].text) > 1):
                break
            if not word.capital:
                small_surname = not words[at].capital and end == at + 1 and word.key in self._gazetteer.surnames and self._is_uncommon(word)
                particle = word.key in self._particles and end + 1 < len(words) and words[end + 1].capital and words[end + 1].gap == " "
                if small_surname:
                    return end + 1
                if not particle or not words[at].capital:
                    break
                end += 2
                continue
            if not self._may_be_surname(word, headline=script.headline):
                break
            end += 1
        return end

    def _may_be_surname(self, word: Word, *, headline: bool) -> bool:
        if word.key in self._follows or word.key in self._not_surnames or word.key in self._titles:
            return False
        if word.key in self._capitalised:
            return False
        if word.text.isupper() and len(word.text) > 1:
            return False
        return word.key not in self._gazetteer.common or (not headline and not word.first) or word.key in self._gazetteer.surnames

    def _may_be_person(self, word: Word) -> bool:
        stem = word.key.partition("'")[0].removesuffix("n") if word.key.endswith("n't") else word.key.partition("'")[0]
        if stem != word.key and len(word.key) - len(stem) <= _CONTRACTION and (stem in self._follows or stem in self._gazetteer.common):
            return False
        return word.key not in self._capitalised and word.key not in self._follows and word.key not in self._not_surnames

    def _is_uncommon(self, word: Word) -> bool:
        return word.key not in self._gazetteer.common and len(word.text) > 1

    def _is_forename(self, word: Word) -> bool:
        forenames = self._gazetteer.forenames
        return word.key in forenames or ("-" in word.key and word.key.split("-")[0] in forenames)

    def _is_ambiguous(self, word: Word) -> bool:
        return word.key in self._gazetteer.ambiguous_forenames or word.key in self._gazetteer.common or word.key in self._gazetteer.towns

    def _is_plain_forename(self, word: Word) -> bool:
        """A forename that is nothing else, however it is written."""
        return self._is_forename(word) and not self._is_ambiguous(word) and word.key not in self._capitalised

    def _is_person_like(self, word: Word) -> bool:
        if not self._may_be_person(word):
            return False
        if self._is_forename(word):
            return True
        if word.key in self._chains or word.key in self._gazetteer.never_places:
            return False
        return self._is_uncommon(word) and word.key not in self._gazetteer.towns and not (word.text.isupper() and len(word.text) > 1)

    def _looks_like_name(self, word: Word) -> bool:
        """A capital word of small letters that is no known word, town, firm or country."""
        return (
            word.capital
            and len(word.text) > 2
            and (word.text[1:].islower() or "'" in word.text or "-" in word.text or word.text.startswith(("Mc", "Mac")))
            and self._is_uncommon(word)
            and self._may_be_person(word)
            and word.key not in self._gazetteer.towns
            and word.key not in self._gazetteer.never_places
            and word.key not in self._chains
        )

    def _stands_in_place(self, words: Sequence[Word], at: int) -> bool:
        """Whether the words on both sides make a place or a firm of this one: "St Kevin's", "Victoria Street"."""
        word = words[at]
        if at > 0 and word.gap == " ":
            before = words[at - 1]
            if before.key in self._place_prefixes and (before.capital or before.key in self._determiners):
                return not (before.key == "the" and at + 1 < len(words) and self._looks_like_name(words[at + 1]))
            if before.key in self._place_words and (word.key in self._gazetteer.towns or word.key in self._placelike):
                return True
        if at + 1 == len(words):
            return False
        following = words[at + 1]
        return following.gap == " " and following.capital and following.key in self._not_surnames

    def _says_i_am(self, before: Word, earlier: Word | None) -> bool:
        if before.key in self._i_am or (before.key == "it" and before.possessive):
            return True
        return before.key in self._to_be and earlier is not None and earlier.key in self._subjects

    def _is_nobody(self, words: Sequence[Word]) -> bool:
        written = " ".join(word.key for word in words)
        place = written in self._gazetteer.towns or written in self._gazetteer.never_places
        return written in self._not_people or (len(words) > 1 and place)


def _is_dash(gap: str) -> bool:
    """Whether a dash or a line of its own sets off what follows, as it does a signature."""
    return "\n" in gap or gap.strip() in {"-", "–", "—", "~"}


def _is_naming(before: Word, earlier: Word | None, called: frozenset[str]) -> bool:
    if before.key == "named" or (before.key in {"name", "names"} and before.possessive):
        return True
    if earlier is None:
        return False
    if before.key in {"is", "was"}:
        return earlier.key in {"name", "names"}
    return before.key == "called" and earlier.key in called


def _is_camel(written: str) -> bool:
    """Whether capitals stand inside, as in the name of an account; "McKay" and "O'Dea" are people."""
    inner = any(character.isupper() for character in written[1:])
    return inner and "-" not in written and not written.startswith(("Mc", "Mac", "O'", "De"))


def _finding(name: _Name, words: Sequence[Word], folded: Folded) -> Finding:
    start, end = folded.span(words[name.first].start, words[name.last - 1].end)
    return Finding(FindingKind.PERSON_NAME, start, end, name.score, "names", form=name.form)
