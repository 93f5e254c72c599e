"""No pack may do less for somebody's safety, whichever of its many screws was turned."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.policy.assemble import load_policy
from app.policy.engine import Policy
from app.policy.floor import breaches, probes
from app.policy.loader import PackProblems
from app.policy.schema import SAFETY_GUIDELINE_IDS

from .facts import PUBLIC_URL, edit

Mutation = Callable[[Path], None]


def _edit(file: str, old: str, new: str) -> Mutation:
    return lambda root: edit(root, file, old, new)


def _rewrite(file: str, old: str, new: str) -> Mutation:
    """Every place of the file."""

    def change(root: Path) -> None:
        path = root / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def _shield(guideline: str, when: str) -> Mutation:
    """A new protection that is far too kind."""
    return _edit(
        "pack.yaml", "protections:\n", f"protections:\n  - id: new\n    why: so\n    when: {when}\n    shields_from: [{guideline}]\n"
    )


def _guideline(name: str, old: str, new: str) -> Mutation:
    return _rewrite(f"guidelines/{name}.yaml", old, new)


WEAKENED: dict[str, tuple[str, Mutation]] = {
    "threat kept": ("threat", _guideline("threat", "action: remove", "action: keep")),
    "threat answered in public": ("threat", _guideline("threat", "action: remove", "action: respond")),
    "threat removed on some pages only": (
        "threat",
        _guideline("threat", "action: remove", "action: {dialogue: keep, voice: remove, services: remove}"),
    ),
    "threat not urgent": ("threat", _guideline("threat", "urgency: now", "urgency: routine")),
    "threat narrowed": ("threat", _guideline("threat", "when: {label: threat}", "when: {all: [{label: threat}, {label: profanity}]}")),
    "threat for drafts only": ("threat", _edit("guidelines/threat.yaml", "cases:", "kinds: [draft]\ncases:")),
    "threat without cases": ("threat", lambda root: _truncate(root / "guidelines/threat.yaml")),
    "threat out of reach": (
        "threat",
        _edit("pack.yaml", "thresholds:\n", "thresholds:\n  threat: {possible: 1, likely: 1, sure: 1}\n"),
    ),
    "threat shielded": ("threat", _shield("threat", "{not: {label: spam}}")),
    "threat shielded on pages for voice": ("threat", _shield("threat", "{goal: voice}")),
    "threat set aside": (
        "threat",
        _edit(
            "guidelines/spam.yaml",
            "  - id: spam\n    when: {label: spam}\n    action: remove",
            "  - id: spam\n    when: {not: {label: spam}}\n    action: keep\n    rank: -9\n    instead_of: [threat]",
        ),
    ),
    "danger kept": ("immediate-danger", _guideline("immediate-danger", "action: respond", "action: keep")),
    "danger not urgent": ("immediate-danger", _guideline("immediate-danger", "urgency: now", "urgency: soon")),
    "danger without a person": (
        "immediate-danger",
        _guideline("immediate-danger", "    review: somebody may be in danger now\n", ""),
    ),
    "danger in public where the abuser reads along": (
        "immediate-danger",
        _edit("guidelines/immediate-danger.yaml", "action: remove", "action: respond"),
    ),
    "refuge kept for kind words": ("refuge-confidentiality", _shield("refuge-confidentiality", "{label: solidarity}")),
    "refuge only where a number is": (
        "refuge-confidentiality",
        _edit(
            "guidelines/refuge-confidentiality.yaml",
            "  - id: place\n    when: {label: refuge_location}",
            "  - id: place\n    when: {finding: {kinds: [phone_number]}}",
        ),
    ),
    "locating kept out of love": ("locating-a-person", _shield("locating-a-person", "{label: solidarity}")),
    "locating without a person": (
        "locating-a-person",
        _edit("guidelines/locating-a-person.yaml", "urgency: now", "urgency: routine"),
    ),
    "numbers of others kept": (
        "personal-information",
        _guideline("personal-information", "kinds: [phone_number, email,", "kinds: [email,"),
    ),
    "addresses of others kept": (
        "personal-information",
        _guideline("personal-information", "forms: [numbered_street, post_box, plain]", "forms: [post_box]"),
    ),
    "details of others kept": (
        "personal-information",
        _edit(
            "pack.yaml",
            "protections:\n",
            "protections:\n  - {id: all, why: so, when: {kind: comment}, shields_from: [personal-information]}\n",
        ),
    ),
    "stories removed": ("survivor-story", _guideline("survivor-story", "action: keep", "action: remove")),
    "a survivor's number left standing": (
        "survivor-story",
        _edit(
            "guidelines/survivor-story.yaml",
            "cases:",
            "cases:\n  - {id: all, when: {label: disclosure}, action: keep, because: so, instead_of: [personal-information]}",
        ),
    ),
    "counter-speech removed": ("survivor-story", _edit("pack.yaml", "- label: counter_speech\n", "- label: spam\n")),
    "swearing removed": (
        "survivor-story",
        _edit(
            "guidelines/personal-attack.yaml",
            "when: {label: personal_attack}",
            "when: {any: [{label: personal_attack}, {label: profanity}]}",
        ),
    ),
    "survivors named": ("survivor-identity", _guideline("survivor-identity", "action: remove", "action: keep")),
    "events kept": ("private-events", _guideline("private-events", "action: remove", "action: respond")),
    "roster kept": ("staff-consent", _guideline("staff-consent", "action: respond", "action: keep")),
    "attacks by name not urgent": ("tagged-attack", _guideline("tagged-attack", "urgency: soon", "urgency: routine")),
    "attacks kept": ("personal-attack", _guideline("personal-attack", "action: remove", "action: keep")),
    "hate answered": ("hate", _guideline("hate", "action: remove", "action: respond")),
    "harm kept": ("intended-harm", _guideline("intended-harm", "action: remove", "action: keep")),
}


def _truncate(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("cases:")] + "cases: []\n", encoding="utf-8")


@pytest.mark.parametrize("name", WEAKENED)
def test_a_weakened_pack_is_refused_and_the_guideline_is_named(bare_copy: Path, name: str) -> None:
    guideline, mutate = WEAKENED[name]
    mutate(bare_copy)

    with pytest.raises(PackProblems) as caught:
        load_policy(bare_copy, public_url=PUBLIC_URL)

    assert guideline in {problem.key for problem in caught.value.problems}
    assert "weakens a safety guideline" in caught.value.detail


def test_the_default_pack_stands_on_the_floor(policy: Policy) -> None:
    assert breaches(policy) == []


def test_every_safety_guideline_has_a_probe() -> None:
    assert {probe.guideline for probe in probes()} == SAFETY_GUIDELINE_IDS


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param("guidelines/spam.yaml", "action: remove", "action: keep", id="spam kept"),
        pytest.param(
            "guidelines/opposing-view.yaml",
            "{dialogue: respond, voice: remove, services: remove}",
            "keep",
            id="opposing views kept everywhere",
        ),
        pytest.param("guidelines/hate.yaml", "title: No hate against groups of people", "title: Everybody is welcome", id="another title"),
        pytest.param(
            "guidelines/personal-attack.yaml",
            "    because: it attacks a person",
            "    urgency: now\n    because: it attacks a person",
            id="stricter",
        ),
        pytest.param("pack.yaml", "goal: dialogue", "goal: voice", id="another goal"),
        pytest.param("pack.yaml", "survivor_stories: welcome", "survivor_stories: discourage", id="stories elsewhere"),
    ],
)
def test_what_is_the_owner_s_own_choice_is_not_refused(bare_copy: Path, file: str, old: str, new: str) -> None:
    edit(bare_copy, file, old, new)

    load_policy(bare_copy, public_url=PUBLIC_URL)
