"""Names of services, companies and clubs, by spaCy's matchers: known names, and capitalised words that end as such names do."""

from typing import Any

from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans

from app.detection.fold import Folded
from app.domain.finding import About, Finding, FindingKind

SOURCE = "organisations"
_KNOWN, _SHAPED = 0.9, 0.7
_LONGEST = 6  # words of a name before its last


class OrganisationsFile(BaseModel):
    """`lexicons/organisations.yaml`: last words of names, words that may join, and whole names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: tuple[str, ...]
    joining: tuple[str, ...]
    known: tuple[str, ...]


class OrganisationFinder:
    """Finds names of organisations in a Doc over the folded text."""

    def __init__(self, nlp: Language, raw: object, *, helplines: tuple[str, ...], own: tuple[str, ...]) -> None:
        file = OrganisationsFile.model_validate(raw)
        self._phrases = PhraseMatcher(nlp.vocab, attr="LOWER")
        # Tokenised alone, since a name's tokens are the same wherever it stands.
        self._phrases.add("known", [nlp.make_doc(name) for name in (*file.known, *helplines)])
        if own:
            self._phrases.add("own", [nlp.make_doc(name) for name in own])
        capital: dict[str, Any] = {"IS_TITLE": True, "LOWER": {"NOT_IN": list(file.joining)}}
        joining: dict[str, Any] = {"LOWER": {"IN": list(file.joining)}, "OP": "?"}
        self._shapes = Matcher(nlp.vocab)
        kind = {"LOWER": {"IN": list(file.kinds)}, "IS_TITLE": True}
        self._shapes.add(
            "shaped", [[*([capital, joining, joining] * words), kind] for words in range(1, _LONGEST // 2 + 1)], greedy="LONGEST"
        )

    def find(self, doc: Doc, folded: Folded) -> list[Finding]:
        """Findings in text order, in offsets of the original."""
        own = doc.vocab.strings["own"]
        phrases = self._phrases(doc, as_spans=True)
        shapes = self._shapes(doc, as_spans=True)
        findings = []
        for span in filter_spans([*phrases, *shapes]):
            start, end = folded.span(span.start_char, span.end_char)
            score = _SHAPED if span.label == doc.vocab.strings["shaped"] else _KNOWN
            about = About.ORGANISATION if span.label == own else About.UNKNOWN
            findings.append(Finding(FindingKind.ORGANISATION, start, end, score, SOURCE, about=about))
        return findings
