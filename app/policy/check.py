"""Checks a whole pack the way its owner would: does it load, does it hold together, does it do as its examples say?

What would stop the service is an error; what would surprise its owner is a warning; what the pack's own
examples ask for and do not get is a failure. Nothing here prints, and no message repeats an example's text.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from jinja2 import meta

from app.domain.analysis import Analysis, Label
from app.domain.comment import Author, Comment, Kind, Mention
from app.domain.decision import Action, Citation, Judgement, Urgency
from app.errors import PolicyError
from app.policy.assemble import catalogue_of, with_thresholds
from app.policy.conditions import All, AnyOf, Condition, KindIs
from app.policy.engine import Policy, decide
from app.policy.explain import AUTHOR_VARIABLES, MODERATOR, MODERATOR_VARIABLES
from app.policy.floor import breaches
from app.policy.loader import PackProblems, Problem, load_pack
from app.policy.pack import Pack
from app.policy.schema import GUIDELINE_IDS, Case, Example, Expectation, Guideline

ENOUGH_EXAMPLES = 8
TOO_BROAD = 0.25

# Examples ask what is decided, which no clock may change.
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Reads(Protocol):
    """Whatever reads texts: all that examples need of detection."""

    @property
    def patterns_only(self) -> bool:
        """Whether no trained reader is there."""
        ...

    def analyze_many(self, comments: Sequence[Comment]) -> list[Analysis]:
        """One analysis a comment, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. `failures` are examples that got another decision than they ask for.

    `misses` are those of them that the pack itself calls known misses. `skipped` counts examples that only
    a trained reader can be asked for, where none is there.
    """

    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    failures: tuple[Problem, ...] = ()
    misses: tuple[Problem, ...] = ()
    run: int = 0
    skipped: int = 0

    @property
    def passed(self) -> int:
        """How many examples got the decision that they ask for."""
        return self.run - self.failed - len(self.misses)

    @property
    def failed(self) -> int:
        """How many did not, known misses left out."""
        return len(self.failures)

    @property
    def ok(self) -> bool:
        """Whether the pack may be used: warnings alone do not stop it."""
        return not self.errors and not self.failures


@dataclass(frozen=True, slots=True)
class _Tried:
    """An example with where it stands and what the pack made of it."""

    topic: str
    line: int
    number: int
    example: Example
    judgement: Judgement

    @property
    def own(self) -> frozenset[str]:
        """The guidelines that this example is about."""
        return frozenset({self.topic, *self.example.expect.cites})


def check_pack(root: Path, *, analyzer: Reads | None, public_url: str, likely: Mapping[Label, float] | None = None) -> Report:
    """Check the pack in `root`; with an analyzer its examples are run as well. Never raises for what a pack holds.

    `likely` are the thresholds of the trained reader, as in `load_policy`.
    """
    try:
        pack = with_thresholds(load_pack(root), likely or {})
        problems = list(_loose_ends(pack))
        if problems:
            return Report(errors=tuple(problems))
        policy = Policy(pack=pack, catalogue=catalogue_of(pack, public_url=public_url))
    except PackProblems as broken:
        return Report(errors=tuple(broken.problems))
    except PolicyError as broken:
        return Report(errors=(Problem("pack.yaml", 1, "", broken.detail),))
    errors = [*_template_errors(policy)]
    if errors:
        return Report(errors=tuple(errors))
    tried, skipped = _try_examples(policy, analyzer) if analyzer else ([], 0)
    known = [one for one in tried if one.example.known_miss]
    return Report(
        errors=tuple(breaches(policy)),
        warnings=(*_warnings(policy), *_too_broad(policy, tried)),
        failures=tuple(_failures([one for one in tried if not one.example.known_miss])),
        misses=tuple(_failures(known)),
        run=len(tried),
        skipped=skipped,
    )


def comment_of(example: Example) -> Comment:
    """The comment that an example describes. A tag's span is where its name stands in the text, with its `@`."""
    mentions = []
    for number, name in enumerate(example.tags):
        start = example.comment.find(name)
        if start > 0 and example.comment[start - 1] == "@":
            mentions.append(Mention(id=f"tag-{number}", name=name, start=start - 1, end=start + len(name)))
        elif start >= 0:
            mentions.append(Mention(id=f"tag-{number}", name=name, start=start, end=start + len(name)))
    return Comment(
        text=example.comment,
        kind=example.kind,
        page=example.page,
        page_goal=example.goal,
        author=Author(relation=example.author),
        mentions=tuple(mentions),
    )


def _loose_ends(pack: Pack) -> Iterator[Problem]:
    """What each file alone cannot know, and would stop a decision at run time."""
    settings = pack.settings
    for name, page in settings.pages.items():
        if page.country not in pack.countries:
            yield Problem("helplines.yaml", 1, page.country, f"the page {name} is in this country, and it has no helplines")
        try:
            ZoneInfo(page.moderation.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            yield Problem("pack.yaml", 1, f"pages.{name}.moderation.timezone", "not a time zone; write one as in Australia/Melbourne")
    for word in ("other", "and"):
        if word not in settings.detail_words:
            yield Problem("pack.yaml", 1, f"detail_words.{word}", "is missing")
    for protection in settings.protections:
        for guideline in set(protection.shields_from) - set(GUIDELINE_IDS):
            yield Problem("pack.yaml", 1, f"protections.{protection.id}.shields_from", f"{guideline} is not a guideline")
    for topic, examples in pack.examples.items():
        for number, example in enumerate(examples):
            unknown = {*example.expect.cites, *example.expect.not_cites} - set(GUIDELINE_IDS)
            for guideline in sorted(unknown):
                line = _lines(pack.root / "examples" / f"{topic}.yaml")[number]
                yield Problem(f"examples/{topic}.yaml", line, f"{number}.expect", f"{guideline} is not a guideline")


def _template_errors(policy: Policy) -> Iterator[Problem]:
    """Templates that are missing, mention what there is not, or cannot be filled in."""
    catalogue = policy.catalogue
    own = catalogue.names(catalogue.language)
    for needed in (MODERATOR, "ordinary/respond", "ordinary/remove"):
        if needed not in own:
            yield Problem(f"templates/{catalogue.language}/{needed}.j2", 1, "", "the template is missing; every pack needs it")
    unknown = list(_unknown_variables(policy))
    yield from unknown or _unfillable(policy)


def _unknown_variables(policy: Policy) -> Iterator[Problem]:
    for name, source in policy.catalogue.sources.items():
        known = MODERATOR_VARIABLES if name.endswith(f"/{MODERATOR}") else AUTHOR_VARIABLES
        for variable in sorted(meta.find_undeclared_variables(policy.catalogue.environment.parse(source)) - known):
            line = next((number for number, text in enumerate(source.splitlines(), 1) if variable in text), 1)
            names = ", ".join(sorted(known))
            yield Problem(f"templates/{name}.j2", line, variable, f"there is no such variable here; one of: {names}")


def _unfillable(policy: Policy) -> Iterator[Problem]:
    """Every template for authors is filled in once with and once without a matched claim."""
    catalogue, pack = policy.catalogue, policy.pack
    page = pack.settings.pages[pack.settings.default_page]
    first = pack.guidelines[0]
    citations = (Citation(guideline=first.id, title=first.title, because="an example"),)
    for language in catalogue.languages():
        for name in catalogue.names(language):
            if name == MODERATOR:
                continue
            for claim in (None, *list(pack.claims.values())[:1]):
                kind = next((kind for kind in Kind if name.endswith(f".{kind.value}")), Kind.COMMENT)
                try:
                    catalogue.words(
                        f"{language}/{name}",
                        kind=kind,
                        page=page,
                        action=Action.RESPOND,
                        urgency=Urgency.ROUTINE,
                        review=claim is None,
                        citations=citations,
                        claim=claim,
                    )
                except PolicyError as error:
                    yield Problem(f"templates/{language}/{name}.j2", 1, "", error.detail)
                    break


def _warnings(policy: Policy) -> Iterator[Problem]:
    pack = policy.pack
    for guideline in pack.guidelines:
        file = f"guidelines/{guideline.id}.yaml"
        for key in ("title", "rule", "why"):
            if not getattr(guideline, key).strip():
                yield Problem(file, 1, key, "is empty; authors and moderators read it")
        count = len(pack.examples.get(guideline.id, ()))
        if count < ENOUGH_EXAMPLES:
            yield Problem(
                f"examples/{guideline.id}.yaml", 1, "", f"has {count} examples; {ENOUGH_EXAMPLES} or more show both sides of its border"
            )
        yield from _wordless(policy, guideline)
    yield from _rank_collisions(pack)
    for name, thresholds in pack.settings.thresholds.items():
        if not thresholds.possible <= thresholds.likely <= thresholds.sure:
            yield Problem("pack.yaml", 1, f"thresholds.{name}", "possible, likely and sure should not fall")
    for number, event in enumerate(pack.settings.public_events):
        if any(len(word.strip()) < 2 for word in event.words):
            yield Problem("pack.yaml", 1, f"public_events.{number}.words", "a word of one letter is in nearly every text")


def _wordless(policy: Policy, guideline: Guideline) -> Iterator[Problem]:
    """Actions of a guideline for which nobody has written words of its own."""
    language = policy.catalogue.language
    missing: dict[str, None] = {}
    for case in guideline.cases:
        for kind, action in _outcomes(guideline, case):
            template = case.template or f"{guideline.id}/{action.value}"
            found = policy.catalogue.resolve(template, action=action, kind=kind, language=language)
            if found == f"{language}/ordinary/{action.value}":
                missing.setdefault(template)
    for template in missing:
        yield Problem(f"templates/{language}/{template}.j2", 1, "", "is missing; authors get the words of `ordinary` instead")


def _outcomes(guideline: Guideline, case: Case) -> Iterator[tuple[Kind, Action]]:
    """Every kind of text with every action but `keep` that the case can end in."""
    actions = {case.action} if isinstance(case.action, Action) else set(case.action.values())
    for kind in sorted(_kinds(case.when) & guideline.kinds):
        for action in sorted(actions - {Action.KEEP}):
            advised = kind is Kind.RESIDENT_POST and action is Action.REMOVE
            yield kind, Action.RESPOND if advised else action


def _kinds(condition: Condition) -> frozenset[Kind]:
    """The kinds of text for which a condition can hold; all of them where it does not say."""
    match condition:
        case KindIs():
            return condition.kind
        case All():
            return frozenset(Kind).intersection(*map(_kinds, condition.all))
        case AnyOf():
            return frozenset[Kind]().union(*map(_kinds, condition.any))
        case _:
            return frozenset(Kind)


def _rank_collisions(pack: Pack) -> Iterator[Problem]:
    """Ranks that a case of one guideline shares with another guideline: which is stronger is then an accident."""
    holders: dict[int, set[str]] = defaultdict(set)
    for position, guideline in enumerate(pack.guidelines):
        for case in guideline.cases:
            holders[10 * position if case.rank is None else case.rank].add(guideline.id)
    for guideline in pack.guidelines:
        for case in guideline.cases:
            if case.rank is not None and len(holders[case.rank]) > 1:
                others = ", ".join(sorted(holders[case.rank] - {guideline.id}))
                yield Problem(f"guidelines/{guideline.id}.yaml", 1, f"cases.{case.id}.rank", f"{case.rank} is also the rank of {others}")


def _too_broad(policy: Policy, tried: Sequence[_Tried]) -> Iterator[Problem]:
    """Guidelines that apply to texts that say nothing, or to many examples of other guidelines."""
    empty: set[str] = set()
    # A request to follow is always answered; every other text may say nothing at all.
    for kind in set(Kind) - {Kind.FOLLOW_REQUEST}:
        judgement = decide(policy, Comment(text="-", kind=kind), Analysis(), now=_NOON)
        empty.update(citation.guideline for citation in judgement.citations)
    others = Counter(guideline.id for guideline in policy.pack.guidelines for one in tried if guideline.id not in one.own)
    caught = Counter(citation.guideline for one in tried for citation in one.judgement.citations if citation.guideline not in one.own)
    for guideline in policy.pack.guidelines:
        file = f"guidelines/{guideline.id}.yaml"
        if guideline.id in empty:
            yield Problem(file, 1, "cases", "is too broad: it applies to a text in which nothing was found")
        elif others[guideline.id] and caught[guideline.id] / others[guideline.id] > TOO_BROAD:
            share = f"{caught[guideline.id]} of {others[guideline.id]}"
            yield Problem(file, 1, "cases", f"is too broad: it applies to {share} examples that are not its own")


def _try_examples(policy: Policy, analyzer: Reads) -> tuple[list[_Tried], int]:
    """Every example that this analyzer can be asked for, judged; and how many it cannot."""
    asked: list[tuple[str, int, int, Example]] = []
    skipped = 0
    for topic, examples in policy.pack.examples.items():
        lines = _lines(policy.pack.root / "examples" / f"{topic}.yaml")
        for number, (line, example) in enumerate(zip(lines, examples, strict=True)):
            if example.needs_model and analyzer.patterns_only:
                skipped += 1
            else:
                asked.append((topic, line, number, example))
    comments = [comment_of(example) for *_, example in asked]
    analyses = analyzer.analyze_many(comments)
    tried = [
        _Tried(topic, line, number, example, decide(policy, comment, analysis, now=_NOON, patterns_only=analyzer.patterns_only))
        for (topic, line, number, example), comment, analysis in zip(asked, comments, analyses, strict=True)
    ]
    return tried, skipped


def _lines(path: Path) -> list[int]:
    """The line, from 1, on which each example of a file begins."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    return [item.start_mark.line + 1 for item in node.value] if isinstance(node, yaml.SequenceNode) else []


def _failures(tried: Sequence[_Tried]) -> Iterator[Problem]:
    for one in tried:
        differences = list(_differences(one.example.expect, one.judgement))
        if differences:
            yield Problem(f"examples/{one.topic}.yaml", one.line, str(one.number), "; ".join(differences))


def _differences(expect: Expectation, judgement: Judgement) -> Iterator[str]:
    """What was expected and what came, thing by thing. Nothing needs to be cited to keep."""
    cited = [citation.guideline for citation in judgement.citations]
    if judgement.action not in expect.action:
        reason = f" ({cited[0]})" if cited else ""
        yield f"expected {' or '.join(expect.action)}, came {judgement.action}{reason}"
    elif expect.cites and judgement.action is not Action.KEEP and (not cited or cited[0] not in expect.cites):
        yield f"expected the reason {' or '.join(expect.cites)}, came {cited[0] if cited else 'none'}"
    wrong = [guideline for guideline in cited if guideline in expect.not_cites]
    if wrong:
        yield f"expected no word of {', '.join(wrong)}, and it is cited"
    if judgement.urgency.rank < expect.urgency_at_least.rank:
        yield f"expected urgency {expect.urgency_at_least} or more, came {judgement.urgency}"
    if expect.review is not None and judgement.review.required is not expect.review:
        yield f"expected {'a' if expect.review else 'no'} review, came {'one' if judgement.review.required else 'none'}"
