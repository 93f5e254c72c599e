"""The spaCy pipeline: a Doc over the folded text carries everything that is known of it, step by step.

The steps write what they find on the Doc; only domain values leave detection. One pipeline belongs to one
thread: spaCy's vocabulary is shared by all Docs, and a memory zone frees what one batch added to it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import get_words_and_spaces

from app.detection.fold import Folded
from app.detection.reader import Reading
from app.domain.analysis import ClaimMatch, Label
from app.domain.comment import Comment
from app.domain.finding import Finding

Step = Callable[["Known"], None]
_KNOWN = "known"
# spaCy knows components by a name for the whole process, and each analyser has steps of its own.
_NUMBER = count(1)
# spaCy peels a word's prefixes and suffixes one at a time and looks at the whole word each time, so
# a word without end would take quadratic time. Nobody's name is this long.
_LONGEST_WORD = 120
_ENDLESS = re.compile(rf"\S{{{_LONGEST_WORD + 1}}}")
_PIECES = re.compile(rf"\w{{1,{_LONGEST_WORD}}}|[^\w\s]")


@dataclass(slots=True)
class Known:
    """What is known of one text so far. `views` are the folded text and, where it differs, the unmasked one."""

    comment: Comment
    views: tuple[Folded, ...]
    doc: Doc
    readings: list[Reading] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    labels: dict[Label, float] = field(default_factory=dict)
    claim: ClaimMatch | None = None

    @property
    def gentle(self) -> Folded:
        """The view that the Doc is over."""
        return self.views[0]


class Pipeline:
    """The steps as components behind spaCy's English tokenizer, in the order given."""

    def __init__(self) -> None:
        self.nlp = spacy.blank("en")
        self.nlp.max_length = 2_000_000

    def add(self, name: str, step: Step) -> None:
        """Add a step as the last component."""

        def component(doc: Doc) -> Doc:
            step(doc.user_data[_KNOWN])
            return doc

        factory = f"porchlight_{name}_{next(_NUMBER)}"
        Language.component(factory, func=component)
        self.nlp.add_pipe(factory, name=name)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Within this, texts are read; what they added to the vocabulary is freed at its end."""
        with self.nlp.memory_zone():
            yield

    def doc(self, text: str) -> Doc:
        """The text as tokens that cover exactly it, before any step."""
        if _ENDLESS.search(text) is None:
            return self.nlp.make_doc(text)
        words, spaces = get_words_and_spaces(_PIECES.findall(text), text)
        return Doc(self.nlp.vocab, words=words, spaces=spaces)

    def read(self, comment: Comment, views: Sequence[Folded]) -> Known:
        """Everything that the steps find in one text."""
        doc = self.doc(views[0].text)
        known = Known(comment=comment, views=tuple(views), doc=doc)
        doc.user_data[_KNOWN] = known
        self.nlp(doc)
        return known
