"""The safety floor: what every pack must still do, however a service words or tunes it.

The floor is behaviour, not text. It is a list of facts (`safety_floor.yaml`, beside this file and outside
the pack) with the least that must follow from them under every goal. A pack is refused when it answers any
of them with less, whichever of its conditions, thresholds, protections or ranks did it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from pydantic import TypeAdapter

from app.domain.analysis import Analysis, Label
from app.domain.comment import Comment, Goal, Kind
from app.domain.decision import Action, Urgency
from app.domain.finding import About, Finding, FindingKind, Form
from app.policy.conditions import Model
from app.policy.engine import Policy, decide
from app.policy.loader import Problem

_FLOOR = Path(__file__).with_name("safety_floor.yaml")
_STRENGTH = {Action.KEEP: 0, Action.RESPOND: 1, Action.REMOVE: 2}


class ProbeFinding(Model):
    """A finding of a probe; where it stands in a text does not matter."""

    kind: FindingKind
    form: Form = Form.PLAIN
    about: About = About.UNKNOWN


class Probe(Model):
    """Facts, and the least that a pack must make of them.

    `never` is the other side of the floor: an action that must not be taken, so that no pack can be
    tuned to silence survivors.
    """

    guideline: str
    facts: str
    kind: Kind = Kind.COMMENT
    labels: dict[Label, float] = {}
    findings: tuple[ProbeFinding, ...] = ()
    at_least: Action = Action.KEEP
    urgency: Urgency = Urgency.ROUTINE
    review: bool = False
    never: Action | None = None


@dataclass(frozen=True, slots=True)
class _Fallen:
    probe: Probe
    goal: Goal
    message: str


@cache
def probes() -> tuple[Probe, ...]:
    """The probes of the floor."""
    return tuple(TypeAdapter(list[Probe]).validate_python(yaml.safe_load(_FLOOR.read_text(encoding="utf-8"))))


def breaches(policy: Policy) -> list[Problem]:
    """Where the policy falls under the floor; empty when it may be used."""
    fallen: dict[tuple[str, str], _Fallen] = {}
    for probe in probes():
        for goal in Goal:
            message = _falls(policy, probe, goal)
            if message:
                fallen.setdefault((probe.guideline, probe.facts), _Fallen(probe, goal, message))
    return [
        Problem(
            f"guidelines/{one.probe.guideline}.yaml",
            1,
            one.probe.guideline,
            f"this pack weakens a safety guideline: for {one.probe.facts} on a page with the goal {one.goal} it {one.message}",
        )
        for one in fallen.values()
    ]


def _falls(policy: Policy, probe: Probe, goal: Goal) -> str:
    # Distinct one-letter spans: how many details there are matters, what they say does not.
    text = "".join(chr(ord("a") + index) for index in range(len(probe.findings))) or "-"
    comment = Comment(text=text, kind=probe.kind, page_goal=goal)
    findings = tuple(
        Finding(kind=one.kind, start=index, end=index + 1, score=1.0, source="floor", about=one.about, form=one.form)
        for index, one in enumerate(probe.findings)
    )
    analysis = Analysis(findings=findings, labels=MappingProxyType(dict(probe.labels)))
    judgement = decide(policy, comment, analysis, now=datetime(2026, 1, 1, tzinfo=UTC))
    if probe.never is judgement.action:
        return f"answers {judgement.action}, which it must never do"
    if _STRENGTH[judgement.action] < _STRENGTH[probe.at_least]:
        return f"answers {judgement.action}, and the least is {probe.at_least}"
    if judgement.urgency.rank < probe.urgency.rank:
        return f"gives urgency {judgement.urgency}, and the least is {probe.urgency}"
    if probe.review and not judgement.review.required:
        return "lets it pass without a person, and a person must look"
    return ""
