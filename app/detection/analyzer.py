"""The analyser: a text comes in, facts about it go out. It says nothing of what to do.

Fold, find, settle, ask whose, weigh the labels, match the claim, tell the language: one straight line, one
text at a time, so that no text can change what is said of another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import TypeVar

from app.detection.claims import ClaimMatcher
from app.detection.finders import Finders
from app.detection.fold import Folded, fold, unmask
from app.detection.labels import LabelLexicon, Scores, facts_of
from app.detection.language import LanguageTeller
from app.detection.merge import add_tags, heed, settle
from app.detection.reader import Reader, Reading
from app.detection.register import Register, build_register
from app.detection.whose import Whose
from app.detection.wording import Listener
from app.domain.analysis import Analysis, ClaimMatch, Label, ModelStamp
from app.domain.comment import Comment
from app.domain.finding import Finding
from app.errors import PolicyError
from app.policy.pack import Pack

K = TypeVar("K", bound=str)
PATTERNS = "patterns"
_ANNOUNCED = 0.95  # the score of what the pack itself knows
_LEAST = 0.0005  # a score that rounds to nothing is left out
_DIGITS = 3


class TextAnalyzer:
    """Reads texts by patterns, and by a trained reader where one is there."""

    def __init__(
        self,
        *,
        stamp: ModelStamp,
        reader: Reader | None,
        register: Register,
        finders: Finders,
        whose: Whose,
        listener: Listener,
        labels: LabelLexicon,
        claims: ClaimMatcher,
        languages: Mapping[str, LanguageTeller],
        default_page: str,
        today: Callable[[], date],
    ) -> None:
        self._stamp = stamp
        self._reader = reader
        self._register = register
        self._finders = finders
        self._whose = whose
        self._listener = listener
        self._labels = labels
        self._claims = claims
        self._languages = languages
        self._default_page = default_page
        self._today = today

    @property
    def stamp(self) -> ModelStamp:
        """The trained reader's stamp; without one, `patterns` and the version of the pack that holds them."""
        return self._stamp

    @property
    def patterns_only(self) -> bool:
        """Whether no trained reader is there."""
        return self._reader is None

    def analyze_many(self, comments: Sequence[Comment]) -> list[Analysis]:
        """One analysis a comment, in order. Offsets are those of the text as sent."""
        return [self._analyze(comment) for comment in comments]

    def _analyze(self, comment: Comment) -> Analysis:
        gentle = fold(comment.text)
        deep = unmask(gentle)
        views = (gentle,) if deep.text == gentle.text else (gentle, deep)
        readings = self._read(views, comment)
        findings = self._find(gentle, readings, comment)
        scores, claim = self._weigh(views, readings, findings, comment)
        page = comment.page if comment.page in self._languages else self._default_page
        return Analysis(
            findings=tuple(findings),
            labels=MappingProxyType({label: round(score, _DIGITS) for label, score in scores.items() if score >= _LEAST}),
            claim=claim,
            language=self._languages[page].tell(gentle.text, hint=comment.language),
        )

    def _read(self, views: Sequence[Folded], comment: Comment) -> list[Reading]:
        if self._reader is None:
            return []
        return self._reader.read_many([view.text for view in views], [comment.kind] * len(views))

    def _find(self, folded: Folded, readings: Sequence[Reading], comment: Comment) -> list[Finding]:
        findings = settle(self._finders.find(folded, comment))
        if readings:
            read = [self._placed(finding, folded) for finding in readings[0].findings]
            findings = settle(heed(findings, read, form_of=lambda finding: self._finders.form_of(finding, folded.original)))
        findings = add_tags(findings, comment.mentions, folded.original)
        return self._whose.attribute(findings, folded, author=comment.author, today=self._today())

    def _placed(self, finding: Finding, folded: Folded) -> Finding:
        start, end = folded.span(finding.start, finding.end)
        return replace(finding, start=start, end=end)

    def _weigh(
        self, views: Sequence[Folded], readings: Sequence[Reading], findings: Sequence[Finding], comment: Comment
    ) -> tuple[dict[Label, float], ClaimMatch | None]:
        """The labels' scores and the claim; the stronger of two views counts."""
        wordings = [wording for view in views for wording in self._listener.listen(view, findings)]
        own = _strongest([self._claims.liken(wording.own) for wording in wordings])
        quoted = any(self._claims.liken(wording.quoted) for wording in wordings)
        facts = {*facts_of(findings, comment.kind)}
        facts.update(("claim:own",) if own else (), ("claim:quoted",) if quoted else ())
        scores = self._labels.score(wordings, frozenset(facts))
        labels = _joined(scores, readings)
        if self._register.names_event(views[0].text):
            labels[Label.PUBLIC_EVENT] = max(_ANNOUNCED, labels.get(Label.PUBLIC_EVENT, 0.0))
        return labels, self._claims.settle(_strongest([reading.claims for reading in readings]) or own, labels)


def _joined(scores: Scores, readings: Sequence[Reading]) -> dict[Label, float]:
    """The patterns' scores; where a reader gives a label its own, that one, but no less than a decisive sign."""
    read = _strongest([reading.labels for reading in readings])
    return {**scores.labels, **{label: max(score, scores.decisive.get(label, 0.0)) for label, score in read.items()}}


def _strongest(readings: Iterable[Mapping[K, float]]) -> dict[K, float]:
    strongest: dict[K, float] = {}
    for reading in readings:
        for key, score in reading.items():
            strongest[key] = max(score, strongest.get(key, 0.0))
    return strongest


def build_analyzer(pack: Pack, *, reader: Reader | None = None, today: Callable[[], date] = date.today) -> TextAnalyzer:
    """The analyser of a pack. Raises PolicyError when a lexicon is missing or does not fit.

    `today` tells whether a recorded consent still holds.
    """
    register = build_register(pack)
    try:
        listener = Listener(pack.lexicons["speech"])
        return TextAnalyzer(
            stamp=ModelStamp(name=PATTERNS, version=pack.stamp.version) if reader is None else reader.stamp,
            reader=reader,
            register=register,
            finders=Finders(pack, register),
            whose=Whose(pack.lexicons["whose"], register),
            listener=listener,
            labels=LabelLexicon(pack.lexicons["signs"], pack.lexicons["labels"]),
            claims=ClaimMatcher(pack.claims, pack.lexicons["claims"], listener),
            languages={name: LanguageTeller(frozenset(page.languages)) for name, page in pack.settings.pages.items()},
            default_page=pack.settings.default_page,
            today=today,
        )
    except KeyError as error:
        raise PolicyError(f"The pack has no lexicons/{error.args[0]}.yaml.") from error
    except ValueError as error:
        raise PolicyError(f"A lexicon of the pack cannot be used: {error}") from error
