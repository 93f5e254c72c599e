"""The analyser: a text comes in, facts about it go out. It says nothing of what to do.

Fold, find, settle, ask whose, weigh the labels, match the claim, tell the language: one straight line, one
text at a time, so that no text can change what is said of another.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import log
from types import MappingProxyType
from typing import TypeVar

from app.detection.claims import ClaimMatcher
from app.detection.finders import Finders
from app.detection.fold import Folded, fold, unmask
from app.detection.labels import LabelLexicon, Scores, facts_of, probability
from app.detection.language import LanguageTeller
from app.detection.merge import add_tags, heed, settle
from app.detection.organisations import OrganisationFinder
from app.detection.pipeline import Known, Pipeline
from app.detection.reader import Reader, Reading
from app.detection.register import Register, build_register
from app.detection.whose import Whose
from app.detection.wording import Listener
from app.domain.analysis import Analysis, Label, ModelStamp
from app.domain.comment import Comment
from app.domain.finding import Finding
from app.errors import PolicyError
from app.policy.pack import Pack

K = TypeVar("K", bound=str)
PATTERNS = "patterns"
_ANNOUNCED = 0.95  # the score of what the pack itself knows
_LEAST = 0.0005  # a score that rounds to nothing is left out
_DIGITS = 3
_SUREST = 6.0


class SpacyAnalyzer:
    """Reads texts by patterns, and by a trained reader where one is there, as steps of one spaCy pipeline."""

    def __init__(
        self,
        *,
        stamp: ModelStamp,
        reader: Reader | None,
        register: Register,
        pipeline: Pipeline,
        finders: Finders,
        organisations: OrganisationFinder,
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
        self._pipeline = pipeline
        self._finders = finders
        self._organisations = organisations
        self._whose = whose
        self._listener = listener
        self._labels = labels
        self._claims = claims
        self._languages = languages
        self._default_page = default_page
        self._today = today
        pipeline.add("reader", self._read)
        pipeline.add("findings", self._find)
        pipeline.add("labels", self._weigh)

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
        with self._pipeline.batch():
            return [self._analyze(comment) for comment in comments]

    def _analyze(self, comment: Comment) -> Analysis:
        gentle = fold(comment.text)
        deep = unmask(gentle)
        known = self._pipeline.read(comment, (gentle,) if deep.text == gentle.text else (gentle, deep))
        page = comment.page if comment.page in self._languages else self._default_page
        return Analysis(
            findings=tuple(known.findings),
            labels=MappingProxyType({label: round(score, _DIGITS) for label, score in known.labels.items() if score >= _LEAST}),
            claim=known.claim,
            language=self._languages[page].tell(gentle.text, hint=comment.language),
        )

    def _read(self, known: Known) -> None:
        if self._reader is not None:
            known.readings = self._reader.read_many([view.text for view in known.views], [known.comment.kind] * len(known.views))

    def _find(self, known: Known) -> None:
        comment, folded = known.comment, known.gentle
        findings = settle([*self._finders.find(folded, comment), *self._organisations.find(known.doc, folded)])
        if known.readings:
            read = [self._placed(finding, folded) for finding in known.readings[0].findings]
            findings = settle(heed(findings, read, form_of=lambda finding: self._finders.form_of(finding, folded.original)))
        findings = add_tags(findings, comment.mentions, folded.original)
        known.findings = self._whose.attribute(findings, folded, author=comment.author, today=self._today())

    def _placed(self, finding: Finding, folded: Folded) -> Finding:
        start, end = folded.span(finding.start, finding.end)
        return replace(finding, start=start, end=end)

    def _weigh(self, known: Known) -> None:
        """The labels' scores and the claim; the stronger of two views counts."""
        wordings = [wording for view in known.views for wording in self._listener.listen(view, known.findings)]
        own = _strongest([self._claims.liken(wording.own) for wording in wordings])
        quoted = any(self._claims.liken(wording.quoted) for wording in wordings)
        facts = {*facts_of(known.findings, known.comment.kind)}
        facts.update(("claim:own",) if own else (), ("claim:quoted",) if quoted else ())
        scores = self._labels.score(wordings, frozenset(facts))
        known.labels = _joined(scores, known.readings, self._reader.pattern_weights if self._reader else {})
        if self._register.names_event(known.gentle.text):
            known.labels[Label.PUBLIC_EVENT] = max(_ANNOUNCED, known.labels.get(Label.PUBLIC_EVENT, 0.0))
        known.claim = self._claims.settle(_strongest([own, *(reading.claims for reading in known.readings)]), known.labels)


def _joined(scores: Scores, readings: Sequence[Reading], weights: Mapping[Label, float]) -> dict[Label, float]:
    """The patterns' scores; where a reader gives a label its own, both in log-odds, as the reader weighs them.

    A decisive sign gives a label its least score whatever a reader says.
    """
    joined = dict(scores.labels)
    for label, read in _strongest([reading.labels for reading in readings]).items():
        weight = weights.get(label, 0.0)
        odds = log_odds(read) + weight * log_odds(scores.labels[label]) if weight and label in scores.labels else log_odds(read)
        joined[label] = max(probability(odds), scores.decisive.get(label, 0.0))
    return joined


def log_odds(score: float) -> float:
    """The log-odds of a score; what is nearly 0 or 1 is held at 6, so that neither side can drown the other."""
    return max(-_SUREST, min(_SUREST, log(max(score, 1e-9) / max(1 - score, 1e-9))))


def _strongest(readings: Iterable[Mapping[K, float]]) -> dict[K, float]:
    strongest: dict[K, float] = {}
    for reading in readings:
        for key, score in reading.items():
            strongest[key] = max(score, strongest.get(key, 0.0))
    return strongest


def build_analyzer(pack: Pack, *, reader: Reader | None = None, today: Callable[[], date] = date.today) -> SpacyAnalyzer:
    """The analyser of a pack. Raises PolicyError when a lexicon is missing or does not fit.

    `today` tells whether a recorded consent still holds.
    """
    register = build_register(pack)
    pipeline = Pipeline()
    ours = pack.settings.organisation
    helplines = tuple({line.name: None for country in pack.countries.values() for line in country.helplines})
    try:
        listener = Listener(pack.lexicons["speech"])
        return SpacyAnalyzer(
            stamp=ModelStamp(name=PATTERNS, version=pack.stamp.version) if reader is None else reader.stamp,
            reader=reader,
            register=register,
            pipeline=pipeline,
            finders=Finders(pack, register),
            organisations=OrganisationFinder(pipeline.nlp, pack.lexicons["organisations"], helplines=helplines, own=ours.names),
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
