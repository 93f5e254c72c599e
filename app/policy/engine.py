"""The engine: a policy and an analysis go in, a judgement comes out. It never looks at the text.

Every guideline is asked once. Those that apply and that no protection shields from are put in the
pack's order; the first is the reason for the action. When a safety guideline further down asks for a
safer action, the safer one is taken, it is cited first, and the judgement says that they disagreed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from app.domain.analysis import Analysis, Label
from app.domain.comment import Comment, Goal, Kind
from app.domain.decision import Action, Citation, Judgement, Review, Urgency
from app.domain.finding import FindingKind
from app.policy.conditions import Facts, Level, Thresholds
from app.policy.explain import Catalogue
from app.policy.pack import Pack
from app.policy.schema import Case, Guideline, Page, Weekday

# Safer first: hiding a detail protects more than answering, and answering more than silence.
_SAFEST = (Action.REMOVE, Action.RESPOND, Action.KEEP)
_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Applied:
    """A guideline that applies to a text, by one of its cases."""

    guideline: Guideline
    case: Case
    rank: int


@dataclass(frozen=True, slots=True)
class Policy:
    """A loaded pack with the words to explain it: all that `decide` needs."""

    pack: Pack
    catalogue: Catalogue

    @property
    def thresholds(self) -> Mapping[Label, Thresholds]:
        """Every label with its thresholds."""
        return self.pack.thresholds


def page_of(policy: Policy, comment: Comment) -> Page:
    """The page that the comment was left on; the default page where none was named.

    A page that the pack does not know is treated as the default page: a comment is never lost over it.
    """
    pages = policy.pack.settings.pages
    return pages.get(comment.page, pages[policy.pack.settings.default_page])


def decide(policy: Policy, comment: Comment, analysis: Analysis, *, now: datetime, patterns_only: bool = False) -> Judgement:
    """Judge one analysis. `now` is an aware time: staffed hours depend on it.

    `patterns_only` says that no model read the text, which a person should know before something is removed.
    """
    page = page_of(policy, comment)
    facts = _facts(policy, page, comment, analysis)
    applied = _applied(policy, facts)
    action, applied, conflict = _settle(applied, facts.goal)
    urgency = max((one.case.urgency for one in applied), key=lambda it: it.rank, default=Urgency.ROUTINE)
    action = _advice_only(comment, action)
    reasons = tuple(dict.fromkeys(_review_reasons(policy, facts, applied, action, conflict=conflict, patterns_only=patterns_only)))
    review = Review(required=bool(reasons), reasons=reasons)
    citations = tuple(_citation(policy, one, analysis) for one in applied)
    explanation = policy.catalogue.explain(
        comment=comment,
        analysis=analysis,
        page=page,
        action=action,
        urgency=urgency,
        review=review,
        citations=citations,
        template=_template(applied, action),
    )
    safety = bool(applied) and applied[0].guideline.safety
    return Judgement(
        action=action,
        urgency=urgency,
        review=review,
        citations=citations,
        explanation=explanation,
        held=_held(page, review, action, safety=safety, now=now),
        policy=policy.pack.stamp,
    )


def _facts(policy: Policy, page: Page, comment: Comment, analysis: Analysis) -> Facts:
    return Facts(
        comment=comment,
        analysis=analysis,
        goal=comment.page_goal or page.goal,
        stories=page.survivor_stories,
        thresholds=policy.thresholds,
        identifying=policy.pack.settings.identifying,
    )


def _applied(policy: Policy, facts: Facts) -> tuple[Applied, ...]:
    """Every guideline that applies, strongest first, less those that a protection or a stronger one sets aside."""
    shielded = {
        guideline
        for protection in policy.pack.settings.protections
        if protection.when.holds(facts)
        for guideline in protection.shields_from
    }
    found = []
    for position, guideline in enumerate(policy.pack.guidelines):
        if facts.comment.kind not in guideline.kinds or guideline.id in shielded:
            continue
        case = next((case for case in guideline.cases if case.when.holds(facts)), None)
        if case is not None:
            rank = 10 * position if case.rank is None else case.rank
            found.append(Applied(guideline=guideline, case=case, rank=rank))
    found.sort(key=lambda one: one.rank)
    standing: list[Applied] = []
    set_aside: set[str] = set()
    for one in found:
        if one.guideline.id not in set_aside:
            standing.append(one)
            set_aside.update(one.case.instead_of)
    return tuple(standing)


def _settle(applied: tuple[Applied, ...], goal: Goal) -> tuple[Action, tuple[Applied, ...], bool]:
    """The action, the guidelines with its reason first, and whether they disagreed."""
    if not applied:
        return Action.KEEP, applied, False
    first = applied[0].case.action_for(goal)
    for action in _SAFEST[: _SAFEST.index(first)]:
        safer = next((one for one in applied if one.guideline.safety and one.case.action_for(goal) is action), None)
        if safer is not None:
            return action, (safer, *(one for one in applied if one is not safer)), True
    return first, applied, False


def _advice_only(comment: Comment, action: Action) -> Action:
    """A resident is never forbidden to write: what would be removed becomes advice."""
    if comment.kind is Kind.RESIDENT_POST and action is Action.REMOVE:
        return Action.RESPOND
    return action


def _action(policy: Policy, facts: Facts) -> Action:
    return _advice_only(facts.comment, _settle(_applied(policy, facts), facts.goal)[0])


def _uncertain(policy: Policy, facts: Facts, action: Action) -> bool:
    """Whether reading one doubtful label the other way would change the action."""
    doubt = policy.pack.settings.doubt
    labels = facts.analysis.labels
    for label, score in labels.items():
        for level in Level:
            threshold = facts.threshold(label, level)
            if not 0 < abs(score - threshold) + 1e-9 < doubt:
                continue
            other = threshold if score < threshold else threshold - 1e-6
            turned = MappingProxyType({**labels, label: other})
            if _action(policy, replace(facts, analysis=replace(facts.analysis, labels=turned))) is not action:
                return True
    return False


def _review_reasons(
    policy: Policy, facts: Facts, applied: tuple[Applied, ...], action: Action, *, conflict: bool, patterns_only: bool
) -> Iterable[str]:
    words = policy.pack.settings.review_words
    for one in applied:
        if one.case.review:
            yield one.case.review
    safety = bool(applied) and applied[0].guideline.safety
    for rule in policy.pack.settings.reviews:
        if action in rule.actions and rule.safety in (None, safety) and (rule.when is None or rule.when.holds(facts)):
            yield rule.reason
    if conflict:
        yield words.conflict
    if not facts.analysis.language.covered:
        yield words.language
    if applied and applied[0].guideline.id == "inaccuracy":
        claim = policy.pack.claims.get(facts.analysis.claim.id) if facts.analysis.claim else None
        if claim is None or not claim.approved:
            yield words.correction
    if _uncertain(policy, facts, action):
        yield words.uncertain
    if patterns_only and action is not Action.KEEP:
        yield words.patterns_only


def _citation(policy: Policy, one: Applied, analysis: Analysis) -> Citation:
    because = one.case.because
    if "{details}" in because:
        because = because.replace("{details}", details_in_words(policy, analysis))
    return Citation(guideline=one.guideline.id, title=one.guideline.title, because=because)


def details_in_words(policy: Policy, analysis: Analysis) -> str:
    """The kinds of findings as a phrase ("a phone number and a name"), never their text."""
    words = policy.pack.settings.detail_words
    kinds: dict[FindingKind, None] = dict.fromkeys(finding.kind for finding in analysis.findings)
    phrases = [words.get(kind.value, words["other"]) for kind in kinds] or [words["other"]]
    return phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + words["and"] + phrases[-1]


def _template(applied: tuple[Applied, ...], action: Action) -> str:
    if not applied:
        return f"ordinary/{action.value}"
    first = applied[0]
    return first.case.template or f"{first.guideline.id}/{action.value}"


def _held(page: Page, review: Review, action: Action, *, safety: bool, now: datetime) -> bool:
    """Whether the text stays hidden while it waits.

    What is to be removed waits hidden when it touches safety. Nobody is there outside staffed hours, so
    then every safety decision that needs a person waits hidden.
    """
    if not review.required or not safety or action is Action.KEEP:
        return False
    return action is Action.REMOVE or not staffed(page, now)


def staffed(page: Page, now: datetime) -> bool:
    """Whether somebody looks after the page at this moment. A page without hours is never unattended."""
    hours = page.moderation.staffed_hours
    if not hours:
        return True
    local = now.astimezone(ZoneInfo(page.moderation.timezone))
    today = hours.get(_WEEKDAYS[local.weekday()])
    return today is not None and today.hold(local.time())
