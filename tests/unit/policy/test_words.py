"""Every word of the default pack that somebody reads: short, kind, and complete."""

import re
from itertools import product

import pytest

from app.domain.comment import Kind
from app.domain.decision import Action, Citation, Urgency
from app.policy.engine import Policy
from app.policy.schema import GUIDELINE_IDS

from .facts import RULES
from .reading import grade, prose

YEAR_SEVEN = 7.5

TEMPLATES = sorted(
    path.relative_to(RULES / "templates").as_posix().removesuffix(".j2")
    for path in (RULES / "templates").rglob("*.j2")
    if not path.name.startswith(("_", "moderator"))
)
KINDS = {kind.value: kind for kind in Kind}


def words(policy: Policy, name: str, *, review: bool = True, claim: str | None = "dv_once") -> str:
    """A template as its reader gets it."""
    _, _, template = name.partition("/")
    topic, _, rest = template.partition("/")
    action, _, kind = rest.partition(".")
    guideline = policy.pack.guideline(topic if topic in GUIDELINE_IDS else "personal-information")
    because = guideline.cases[0].because.replace("{details}", "a phone number")
    return policy.catalogue.words(
        name,
        kind=KINDS.get(kind, Kind.COMMENT),
        page=policy.pack.settings.pages["main"],
        action=Action.REMOVE if action in ("remove", "private", "discreet") else Action.RESPOND,
        urgency=Urgency.SOON,
        review=review,
        citations=(Citation(guideline=guideline.id, title=guideline.title, because=because),),
        claim=policy.pack.claims[claim] if claim else None,
    )


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_easy_to_read(policy: Policy, name: str) -> None:
    assert grade(prose(words(policy, name))) <= YEAR_SEVEN


def test_corrections_are_easy_to_read(policy: Policy) -> None:
    hard = {claim.id: grade(claim.correction) for claim in policy.pack.claims.values() if grade(claim.correction) > YEAR_SEVEN}

    assert hard == {}


def test_guidelines_are_easy_to_read(policy: Policy) -> None:
    hard = [guideline.id for guideline in policy.pack.guidelines if grade(f"{guideline.rule} {guideline.why}") > YEAR_SEVEN]

    assert hard == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_kind_and_whole(policy: Policy, name: str) -> None:
    text = words(policy, name)

    cold = r"violat|breach|offen[cs]e|offend|guilty|must not|forbidden|prohibit|banned|illegal|inappropriate|victim|your abuser|client"
    assert not re.search(cold, prose(text), re.IGNORECASE)
    assert "{" not in text
    assert not re.search(r"\S  +\S", text)
    assert "\n\n\n" not in text


@pytest.mark.parametrize("name", [name for name in TEMPLATES if "discreet" not in name])
def test_a_template_names_the_guideline_with_its_link(policy: Policy, name: str) -> None:
    assert re.search(r'Our guideline "[^"]+": https://page\.example\.org/guidelines#[a-z-]+', words(policy, name))


@pytest.mark.parametrize("name", [name for name in TEMPLATES if re.search(r"/(remove|private|discreet)$", name)])
def test_a_removal_says_that_a_person_will_look_again_or_is_looking(policy: Policy, name: str) -> None:
    text = words(policy, name)

    assert re.search(r"hidden|took it off the page", text)
    assert re.search(r"A person .*(look|check)", text)


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.endswith("/remove") and "refuge" not in name])
def test_a_removal_says_how_to_post_again(policy: Policy, name: str) -> None:
    assert re.search(r"post again|tell it again", words(policy, name))


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.endswith("/remove")])
def test_only_what_waits_for_a_person_says_so(policy: Policy, name: str) -> None:
    assert "held for a person to check" not in words(policy, name, review=False)


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.endswith(".resident_post")])
def test_a_resident_is_never_told_not_to(policy: Policy, name: str) -> None:
    text = words(policy, name)

    assert not re.search(r"(?i)please do not|you cannot|not allowed|take it down", prose(text))


@pytest.mark.parametrize("name", [name for name in TEMPLATES if re.search("immediate-danger|support-seeking/respond|resident_post", name)])
def test_where_somebody_may_be_in_danger_the_emergency_number_is_given(policy: Policy, name: str) -> None:
    if name != "en/inaccuracy/respond.resident_post":
        assert "000" in words(policy, name)


def test_every_outcome_has_words_of_its_own(policy: Policy) -> None:
    for guideline, kind in product(policy.pack.guidelines, Kind):
        for case, action in product(guideline.cases, (Action.RESPOND, Action.REMOVE)):
            template = case.template or f"{guideline.id}/{action.value}"
            assert policy.catalogue.resolve(template, action=action, kind=kind, language="en")
