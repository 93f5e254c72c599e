"""Facts for policy tests: no detection, no model, only values."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from app.domain.analysis import Analysis, ClaimMatch, Label, Language
from app.domain.comment import Author, Comment, Goal, Kind, Mention, Relation
from app.domain.decision import Judgement
from app.domain.finding import About, Finding, FindingKind, Form
from app.policy.engine import Policy, decide

RULES = Path(__file__).parents[3] / "rules"
PUBLIC_URL = "https://page.example.org"

# A Thursday at noon in Melbourne: somebody is there.
STAFFED = datetime(2026, 1, 1, 1, tzinfo=UTC)
# The Saturday after: nobody is.
WEEKEND = datetime(2026, 1, 3, 1, tzinfo=UTC)


def finding(kind: str, form: str = "plain", about: str = "unknown", *, start: int = 0, end: int = 1) -> Finding:
    """A certain finding."""
    return Finding(kind=FindingKind(kind), start=start, end=end, score=1.0, source="test", about=About(about), form=Form(form))


def analysis(
    labels: Mapping[str, float] | None = None,
    *,
    findings: Sequence[Finding] = (),
    claim: str | None = None,
    covered: bool = True,
    tag: str = "en",
    **more: float,
) -> Analysis:
    """An analysis with these label scores, given as a mapping or one by one."""
    return Analysis(
        findings=tuple(findings),
        labels=MappingProxyType({Label(name): score for name, score in {**(labels or {}), **more}.items()}),
        claim=ClaimMatch(id=claim, score=1.0) if claim else None,
        language=Language(tag=tag, covered=covered),
    )


def comment(
    text: str = "-", *, kind: str = "comment", goal: str | None = None, page: str = "", author: str = "public", tagged: bool = False
) -> Comment:
    """A comment as a sender would give it."""
    return Comment(
        text=text,
        kind=Kind(kind),
        page=page,
        page_goal=Goal(goal) if goal else None,
        author=Author(relation=Relation(author)),
        mentions=(Mention(id="u1", name="x", start=0, end=1),) if tagged else (),
    )


def judge(
    policy: Policy,
    facts: Analysis,
    *,
    of: Comment | None = None,
    now: datetime = STAFFED,
    patterns_only: bool = False,
) -> Judgement:
    """What the policy makes of the facts."""
    return decide(policy, of or comment(), facts, now=now, patterns_only=patterns_only)


def cited(judgement: Judgement) -> list[str]:
    """The guidelines of a judgement, strongest first."""
    return [citation.guideline for citation in judgement.citations]


def edit(root: Path, file: str, old: str, new: str) -> None:
    """Change one place of a pack's file; the place must be there, or the test tests nothing."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has changed; this test looks for a place that is gone"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
