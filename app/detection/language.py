"""Which language a text is in, and whether detection can read it.

The identifier's model comes inside its package: nothing is fetched. Short texts full of slang look like
any language, so a text counts as foreign only where the words are enough and the answer is clear.
"""

import re
import unicodedata
from functools import cache

import re2
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from app.domain.analysis import Language

_NOT_WORDS = re2.compile(r"https?://\S+|\S+@\S+|[@#]\w+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LEAST_WORDS = 4
_LEAST_LETTERS = 4  # of another script, some of which write no spaces
_MOSTLY = 0.5  # the share of letters of another script that makes a text foreign
_SURE = 0.6
_NEGLIGIBLE = 0.1
# Codes of the identifier for "no language" and for Nigerian Pidgin, which takes English slang for itself.
_NO_ANSWER = frozenset({"zxx", "pcm"})


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


class LanguageTeller:
    """Tells languages; `covered` are the BCP 47 tags that detection was made for."""

    def __init__(self, covered: frozenset[str]) -> None:
        self._covered = frozenset(_primary(tag) for tag in covered)
        self._identifier = _identifier()

    def tell(self, text: str, *, hint: str = "") -> Language:
        """The language of the text. Where the text cannot tell, `hint` (a BCP 47 tag from the sender) does.

        `covered` is false only for a text that is clearly in a language that detection was not made for.
        """
        plain = _NOT_WORDS.sub(" ", text)
        foreign_script = _is_foreign_script(plain)
        if not foreign_script and len(_WORD.findall(plain)) < _LEAST_WORDS:
            return self._by_hint(hint)
        ranking: list[tuple[str, float]] = self._identifier.rank(plain)
        best, sureness = ranking[0]
        if best in self._covered and not foreign_script:
            return Language(tag=best, covered=True)
        covered = sum(probability for tag, probability in ranking if tag in self._covered)
        if best not in _NO_ANSWER and best not in self._covered and (foreign_script or (sureness >= _SURE and covered < _NEGLIGIBLE)):
            return Language(tag=best, covered=False)
        return Language(covered=False) if foreign_script and best not in self._covered else self._by_hint(hint)

    def _by_hint(self, hint: str) -> Language:
        primary = _primary(hint)
        if not primary or primary == "und":
            return Language()
        return Language(tag=hint, covered=primary in self._covered)


def _primary(tag: str) -> str:
    return tag.strip().replace("_", "-").partition("-")[0].lower()


def _is_foreign_script(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    foreign = sum(not character.isascii() and not unicodedata.name(character, "").startswith("LATIN") for character in letters)
    return foreign >= _LEAST_LETTERS and foreign > _MOSTLY * len(letters)
