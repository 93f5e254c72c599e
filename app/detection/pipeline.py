"""The spaCy pipeline: a tokenizer for English, and nothing that was trained.

`Doc` stays inside detection; what leaves it are domain values.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import get_words_and_spaces

# spaCy peels a word's prefixes and suffixes one at a time and looks at the whole word each time, so
# a word without end would take quadratic time. Nobody's name is this long.
_LONGEST_WORD = 120
_ENDLESS = re.compile(rf"\S{{{_LONGEST_WORD + 1}}}")
_PIECES = re.compile(rf"\w{{1,{_LONGEST_WORD}}}|[^\w\s]")


class Pipeline:
    """Makes spaCy docs whose tokens cover exactly the text that was given."""

    def __init__(self) -> None:
        self._nlp: Language = spacy.blank("en")

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Words first seen inside are forgotten afterwards: a service that runs for months must not hoard them."""
        with self._nlp.memory_zone():
            yield

    def read(self, text: str) -> Doc:
        """The doc of a text; good until the batch ends."""
        if _ENDLESS.search(text) is None:
            return self._nlp.make_doc(text)
        words, spaces = get_words_and_spaces(_PIECES.findall(text), text)
        return Doc(self._nlp.vocab, words=words, spaces=spaces)
