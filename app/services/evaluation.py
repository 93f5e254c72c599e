"""Measures a pack and its detection against judged cases: how a service tests its own pack.

A case says what must come out of a text. The two errors that matter more than all others are counted by
themselves: survivors or supporters silenced, and dangers missed.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from app.domain.analysis import Analysis
from app.domain.comment import Comment
from app.domain.decision import Action, Judgement, Urgency
from app.domain.finding import FindingKind
from app.services.ports import Analyzer

_DANGERS = frozenset({"immediate-danger", "refuge-confidentiality", "locating-a-person", "threat"})
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Case:
    """A comment and what is acceptable: actions (the preferred first), first citations, urgency and findings."""

    id: str
    category: str
    comment: Comment
    actions: tuple[Action, ...]
    cites_any: tuple[str, ...] = ()
    not_cites: tuple[str, ...] = ()
    urgency_at_least: Urgency = Urgency.ROUTINE
    findings: tuple[tuple[FindingKind, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case with what came out."""

    case: Case
    analysis: Analysis
    judgement: Judgement

    @property
    def right(self) -> bool:
        """Whether the action is acceptable."""
        return self.judgement.action in self.case.actions

    @property
    def cited_right(self) -> bool:
        """Whether the first citation is acceptable; nothing needs to be cited to keep."""
        if self.judgement.action is Action.KEEP or not self.case.cites_any:
            return True
        return bool(self.judgement.citations) and self.judgement.citations[0].guideline in self.case.cites_any

    @property
    def silenced(self) -> bool:
        """Whether words that should stay were removed."""
        return self.judgement.action is Action.REMOVE and Action.REMOVE not in self.case.actions and Action.KEEP in self.case.actions

    @property
    def danger(self) -> bool:
        """Whether the case is one that must be marked `now`."""
        return self.case.urgency_at_least is Urgency.NOW and bool(_DANGERS & set(self.case.cites_any))

    @property
    def wrong_reason(self) -> bool:
        """Whether a guideline is cited that must not be."""
        return any(citation.guideline in self.case.not_cites for citation in self.judgement.citations)


@dataclass(slots=True)
class Tally:
    """Counts over a set of outcomes."""

    cases: int = 0
    right: int = 0
    cited: int = 0
    cited_right: int = 0
    wrong_reason: int = 0
    keepable: int = 0
    silenced: int = 0
    dangers: int = 0
    dangers_now: int = 0
    reviewed: int = 0
    wrong_unreviewed: int = 0
    gold: Counter[FindingKind] = field(default_factory=Counter)
    found: Counter[FindingKind] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.cases += 1
        self.right += outcome.right
        if outcome.right and outcome.judgement.action is not Action.KEEP:
            self.cited += 1
            self.cited_right += outcome.cited_right
        self.wrong_reason += outcome.wrong_reason
        if Action.KEEP in outcome.case.actions and Action.REMOVE not in outcome.case.actions:
            self.keepable += 1
            self.silenced += outcome.silenced
        if outcome.danger:
            self.dangers += 1
            self.dangers_now += outcome.judgement.urgency is Urgency.NOW
        required = outcome.judgement.review.required
        self.reviewed += required
        self.wrong_unreviewed += not required and not outcome.right
        for kind, hit in _spans(outcome):
            self.gold[kind] += 1
            self.found[kind] += hit


def _spans(outcome: Outcome) -> Iterator[tuple[FindingKind, bool]]:
    """Each expected finding, and whether one of its kind overlaps it."""
    text = outcome.case.comment.text
    for kind, part in outcome.case.findings:
        start = text.find(part)
        end = start + len(part)
        yield kind, any(one.kind is kind and one.start < end and start < one.end for one in outcome.analysis.findings)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every outcome, with tallies over all of them and by category."""

    outcomes: tuple[Outcome, ...]
    total: Tally
    by_category: dict[str, Tally]


def evaluate(
    cases: Sequence[Case],
    *,
    analyzer: Analyzer,
    judge: Callable[[Comment, Analysis], Judgement],
    progress: Callable[[int], None] = lambda _: None,
) -> Evaluation:
    """Analyse and judge every case. `progress` is told how many more are done."""
    outcomes: list[Outcome] = []
    for start in range(0, len(cases), _BATCH):
        batch = cases[start : start + _BATCH]
        analyses = analyzer.analyze_many([case.comment for case in batch])
        outcomes.extend(
            Outcome(case=case, analysis=analysis, judgement=judge(case.comment, analysis))
            for case, analysis in zip(batch, analyses, strict=True)
        )
        progress(len(batch))
    total = Tally()
    by_category: dict[str, Tally] = defaultdict(Tally)
    for outcome in outcomes:
        total.add(outcome)
        by_category[outcome.case.category].add(outcome)
    return Evaluation(outcomes=tuple(outcomes), total=total, by_category=dict(sorted(by_category.items())))
