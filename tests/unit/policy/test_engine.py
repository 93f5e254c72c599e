"""What the default pack decides, and how the engine settles what guidelines disagree about."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.decision import Action
from app.policy.assemble import load_policy
from app.policy.engine import Policy, page_of, staffed

from .facts import PUBLIC_URL, STAFFED, WEEKEND, analysis, cited, comment, edit, finding, judge

PHONE = finding("phone_number", about="other")
OWN_PHONE = finding("phone_number", about="author")
FULL_NAME = finding("person_name", "full_name", "other")
FIRST_NAME = finding("person_name", "first_name")
TOWN = finding("location", "town", start=2, end=3)
ADDRESS = finding("street_address", "numbered_street")


@pytest.mark.parametrize(
    ("labels", "found", "action", "first", "urgency"),
    [
        pytest.param({}, [], "keep", None, "routine", id="nothing found"),
        pytest.param({"profanity": 1.0}, [], "keep", None, "routine", id="swearing at nobody"),
        pytest.param({"solidarity": 1.0}, [], "keep", None, "routine", id="kind words"),
        pytest.param({"immediate_danger": 1.0}, [], "respond", "immediate-danger", "now", id="danger"),
        pytest.param({"immediate_danger": 1.0}, [ADDRESS], "remove", "immediate-danger", "now", id="danger with an address"),
        pytest.param({"immediate_danger": 1.0, "abuser_near": 1.0}, [], "remove", "immediate-danger", "now", id="abuser near"),
        pytest.param({"self_harm": 1.0}, [], "respond", "immediate-danger", "now", id="end of life"),
        pytest.param({"threat": 1.0, "self_harm": 1.0}, [], "remove", "threat", "now", id="threat to both"),
        pytest.param({"refuge_location": 1.0}, [], "remove", "refuge-confidentiality", "now", id="refuge"),
        pytest.param({"locating": 1.0, "help_seeking": 1.0}, [], "remove", "locating-a-person", "now", id="looking for somebody"),
        pytest.param(
            {"official_appeal": 1.0, "locating": 1.0},
            [finding("phone_number", about="unknown")],
            "respond",
            "locating-a-person",
            "soon",
            id="police appeal",
        ),
        pytest.param(
            {"official_appeal": 1.0, "locating": 1.0}, [OWN_PHONE], "remove", "locating-a-person", "now", id="a false police appeal"
        ),
        pytest.param({"spam": 1.0}, [PHONE], "remove", "personal-information", "soon", id="another's number in an advert"),
        pytest.param({"self_harm": 1.0, "abuser_near": 1.0}, [], "remove", "immediate-danger", "now", id="despair that somebody reads"),
        pytest.param({"self_harm": 1.0}, [OWN_PHONE], "remove", "immediate-danger", "now", id="despair with a number"),
        pytest.param(
            {"threat": 0.7, "self_harm": 0.9, "disclosure": 1.0}, [], "remove", "threat", "now", id="a plan to kill oneself and another"
        ),
        pytest.param({"threat": 0.95, "counter_speech": 1.0}, [], "remove", "threat", "now", id="a sure threat beside a quotation"),
        pytest.param(
            {"disclosure": 1.0, "private_event": 1.0}, [TOWN], "remove", "private-events", "soon", id="a story with the group's place"
        ),
        pytest.param({}, [PHONE], "remove", "personal-information", "soon", id="a number"),
        pytest.param({"business_contact": 1.0}, [PHONE], "keep", None, "routine", id="a tradesperson's number"),
        pytest.param({}, [finding("phone_number", about="public")], "keep", None, "routine", id="a helpline"),
        pytest.param({}, [FULL_NAME], "keep", None, "routine", id="a name alone"),
        pytest.param({"names_abuser": 1.0}, [FULL_NAME], "remove", "personal-information", "soon", id="a name and a deed"),
        pytest.param({"disclosure": 1.0}, [], "keep", "survivor-story", "routine", id="a story"),
        pytest.param({"disclosure": 1.0}, [TOWN], "respond", "survivor-story", "routine", id="a story with a town"),
        pytest.param({"disclosure": 1.0}, [OWN_PHONE], "remove", "survivor-story", "soon", id="a story with a number"),
        pytest.param({"disclosure": 1.0, "names_abuser": 1.0}, [FULL_NAME], "remove", "survivor-story", "soon", id="a story that names"),
        pytest.param({"disclosure": 1.0, "help_seeking": 1.0}, [], "respond", "survivor-story", "soon", id="a story that asks"),
        pytest.param({"disclosure": 1.0, "threat": 0.6, "hate": 0.6}, [], "keep", "survivor-story", "routine", id="a story that quotes"),
        pytest.param({"survivor_identified": 1.0}, [FULL_NAME], "remove", "survivor-identity", "soon", id="somebody else's story"),
        pytest.param({"private_event": 1.0}, [], "remove", "private-events", "soon", id="a private event"),
        pytest.param({"private_event": 0.6, "public_event": 1.0}, [], "keep", None, "routine", id="a march"),
        pytest.param({"staff_details": 1.0}, [FULL_NAME], "respond", "staff-consent", "routine", id="a worker's name"),
        pytest.param({"staff_details": 0.6, "solidarity": 1.0}, [FIRST_NAME], "keep", None, "routine", id="plain thanks"),
        pytest.param({"threat": 1.0}, [], "remove", "threat", "now", id="threat"),
        pytest.param({"personal_attack": 1.0}, [FULL_NAME], "remove", "tagged-attack", "soon", id="attack by name"),
        pytest.param({"personal_attack": 1.0}, [], "remove", "personal-attack", "routine", id="attack"),
        pytest.param({"personal_attack": 0.6, "criticism": 1.0}, [], "keep", None, "routine", id="criticism"),
        pytest.param({"hate": 1.0}, [], "remove", "hate", "routine", id="hate"),
        pytest.param({"hate": 1.0, "counter_speech": 1.0}, [], "keep", None, "routine", id="counter-speech"),
        pytest.param({"intended_harm": 1.0, "spam": 1.0}, [], "remove", "intended-harm", "soon", id="spyware"),
        pytest.param({"inaccuracy": 1.0}, [], "respond", "inaccuracy", "routine", id="a wrong claim"),
        pytest.param({"opposing_view": 1.0}, [], "respond", "opposing-view", "routine", id="another opinion"),
        pytest.param({"help_seeking": 1.0}, [], "respond", "support-seeking", "soon", id="asks for help"),
        pytest.param({"spam": 1.0}, [], "remove", "spam", "routine", id="spam"),
    ],
)
def test_a_comment_gets_the_action_and_the_reason_that_the_guidelines_give(
    policy: Policy, labels: dict[str, float], found: list[Any], action: str, first: str | None, urgency: str
) -> None:
    judgement = judge(policy, analysis(labels, findings=found))

    assert (judgement.action, next(iter(cited(judgement)), None), judgement.urgency) == (action, first, urgency)


@pytest.mark.parametrize(
    ("label", "goal", "action"),
    [
        ("opposing_view", "dialogue", "respond"),
        ("opposing_view", "voice", "remove"),
        ("opposing_view", "services", "remove"),
        ("inaccuracy", "dialogue", "respond"),
        ("inaccuracy", "voice", "remove"),
        ("inaccuracy", "services", "respond"),
        ("criticism", "dialogue", "keep"),
        ("criticism", "voice", "keep"),
        ("criticism", "services", "keep"),
        ("threat", "dialogue", "remove"),
        ("threat", "voice", "remove"),
        ("threat", "services", "remove"),
    ],
)
def test_the_goal_of_a_page_changes_what_is_merely_unwelcome(policy: Policy, label: str, goal: str, action: str) -> None:
    assert judge(policy, analysis({label: 1.0}), of=comment(goal=goal)).action == action


@pytest.mark.parametrize(
    ("kind", "labels", "found", "action", "first"),
    [
        ("draft", {"refuge_location": 1.0}, [], "respond", "refuge-confidentiality"),
        ("draft", {"off_scope": 1.0}, [], "respond", "content-scope"),
        ("comment", {"off_scope": 1.0}, [], "keep", None),
        ("draft", {"staff_details": 1.0}, [FULL_NAME], "respond", "staff-consent"),
        ("draft", {}, [PHONE], "respond", "personal-information"),
        ("draft", {"own_activity": 1.0}, [PHONE], "keep", None),
        ("worker_post", {"follow_survivor": 1.0}, [], "respond", "following"),
        ("worker_post", {"follow_survivor": 1.0, "intended_harm": 1.0}, [], "remove", "following"),
        ("follow_request", {}, [], "respond", "following"),
        ("follow_request", {"partner": 1.0}, [], "keep", "following"),
        ("follow_request", {"spam": 1.0}, [], "remove", "following"),
        ("resident_post", {"refuge_location": 1.0}, [], "respond", "refuge-confidentiality"),
        ("resident_post", {}, [], "keep", None),
    ],
)
def test_each_kind_of_text_is_asked_its_own_question(
    policy: Policy, kind: str, labels: dict[str, float], found: list[Any], action: str, first: str | None
) -> None:
    judgement = judge(policy, analysis(labels, findings=found), of=comment(kind=kind))

    assert (judgement.action, next(iter(cited(judgement)), None)) == (action, first)


@pytest.mark.parametrize(
    "label",
    ["threat", "hate", "personal_attack", "spam", "locating", "refuge_location", "survivor_identified", "private_event", "intended_harm"],
)
def test_a_resident_only_ever_gets_advice(policy: Policy, label: str) -> None:
    judgement = judge(policy, analysis({label: 1.0}, findings=[PHONE, FULL_NAME]), of=comment(kind="resident_post"))

    assert judgement.action is Action.RESPOND
    assert "You may" in judgement.explanation.author or "Thank you" in judgement.explanation.author


def test_urgency_still_applies_to_a_resident(policy: Policy) -> None:
    assert judge(policy, analysis(refuge_location=1.0), of=comment(kind="resident_post")).urgency == "now"


def test_citations_come_strongest_first(policy: Policy) -> None:
    judgement = judge(policy, analysis(findings=[PHONE], threat=1.0, hate=1.0, refuge_location=1.0))

    assert cited(judgement) == ["refuge-confidentiality", "threat", "personal-information", "hate"]


def test_the_highest_urgency_of_all_counts(policy: Policy) -> None:
    judgement = judge(policy, analysis(findings=[FULL_NAME, PHONE], disclosure=1.0, immediate_danger=1.0, abuser_near=1.0))

    assert judgement.urgency == "now"


def test_when_guidelines_disagree_the_safer_one_wins_and_it_says_so(policy: Policy) -> None:
    judgement = judge(policy, analysis(findings=[FULL_NAME], immediate_danger=1.0, survivor_identified=1.0))

    assert judgement.action is Action.REMOVE
    assert cited(judgement) == ["survivor-identity", "immediate-danger"]
    assert policy.pack.settings.review_words.conflict in judgement.review.reasons
    assert judgement.urgency == "now"


def test_agreement_is_no_conflict(policy: Policy) -> None:
    judgement = judge(policy, analysis(threat=1.0, hate=1.0))

    assert policy.pack.settings.review_words.conflict not in judgement.review.reasons


def test_a_guideline_that_stands_for_another_takes_its_place(policy: Policy) -> None:
    assert cited(judge(policy, analysis(hate=1.0, opposing_view=1.0))) == ["hate"]
    assert cited(judge(policy, analysis(findings=[OWN_PHONE], disclosure=1.0, survivor_identified=1.0))) == ["survivor-story"]


def test_a_story_outranks_the_guidelines_that_it_would_break(policy: Policy) -> None:
    tagged = judge(policy, analysis(disclosure=1.0, personal_attack=1.0), of=comment(tagged=True))

    assert (cited(tagged)[0], tagged.action) == ("survivor-story", Action.REMOVE)


@pytest.mark.parametrize(
    ("labels", "found", "reason"),
    [
        ({"disclosure": 1.0}, [OWN_PHONE], "a survivor's own words would be hidden"),
        ({"hate": 1.0}, [], "a removal for somebody's safety is checked by a person"),
        ({"inaccuracy": 1.0}, [], "this correction has not been approved by the service yet"),
    ],
)
def test_a_person_looks_where_the_pack_asks_for_one(policy: Policy, labels: dict[str, float], found: list[Any], reason: str) -> None:
    judgement = judge(policy, analysis(labels, findings=found))

    assert judgement.review.required
    assert reason in judgement.review.reasons


def test_what_is_plainly_kept_or_plain_spam_needs_nobody(policy: Policy) -> None:
    assert not judge(policy, analysis()).review.required
    assert not judge(policy, analysis(spam=1.0)).review.required


@pytest.mark.parametrize(
    ("labels", "uncertain"),
    [
        ({"threat": 0.45}, True),
        ({"threat": 0.55}, True),
        ({"threat": 0.3}, False),
        ({"threat": 0.95}, False),
        ({"spam": 0.5}, True),
        ({"solidarity": 0.5}, False),
        ({"hate": 0.55, "threat": 1.0}, False),
        ({"hate": 1.0, "counter_speech": 0.45}, True),
    ],
)
def test_a_label_near_a_threshold_asks_for_a_person_when_the_action_hangs_on_it(
    policy: Policy, labels: dict[str, float], uncertain: bool
) -> None:
    reasons = judge(policy, analysis(labels)).review.reasons

    assert (policy.pack.settings.review_words.uncertain in reasons) is uncertain


def test_a_language_that_is_not_covered_goes_to_a_person(policy: Policy) -> None:
    assert policy.pack.settings.review_words.language in judge(policy, analysis(covered=False, tag="fi")).review.reasons


@pytest.mark.parametrize(("labels", "asked"), [({"spam": 1.0}, True), ({}, False)])
def test_patterns_alone_remove_nothing_without_a_person(policy: Policy, labels: dict[str, float], asked: bool) -> None:
    assert judge(policy, analysis(labels), patterns_only=True).review.required is asked


@pytest.mark.parametrize(
    ("labels", "now", "held"),
    [
        pytest.param({"threat": 1.0}, STAFFED, True, id="a safety removal always waits hidden"),
        pytest.param({"threat": 1.0}, WEEKEND, True, id="also when nobody is there"),
        pytest.param({"immediate_danger": 1.0}, STAFFED, False, id="danger stays up while somebody is there"),
        pytest.param({"immediate_danger": 1.0}, WEEKEND, True, id="danger waits hidden when nobody is there"),
        pytest.param({"inaccuracy": 1.0}, WEEKEND, False, id="what is not about safety stays up"),
        pytest.param({"spam": 1.0}, WEEKEND, False, id="what needs nobody does not wait"),
        pytest.param({}, WEEKEND, False, id="what is kept is not held"),
    ],
)
def test_what_waits_hidden(policy: Policy, labels: dict[str, float], now: datetime, held: bool) -> None:
    assert judge(policy, analysis(labels), now=now).held is held


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(datetime(2026, 1, 7, 21, 59, tzinfo=UTC), False, id="summer, a minute before nine"),
        pytest.param(datetime(2026, 1, 7, 22, 0, tzinfo=UTC), True, id="summer, nine"),
        pytest.param(datetime(2026, 7, 7, 22, 30, tzinfo=UTC), False, id="winter, half past eight"),
        pytest.param(datetime(2026, 7, 7, 23, 0, tzinfo=UTC), True, id="winter, nine"),
        pytest.param(datetime(2026, 7, 8, 6, 59, tzinfo=UTC), True, id="winter, a minute before five"),
        pytest.param(datetime(2026, 7, 8, 7, 0, tzinfo=UTC), False, id="winter, five"),
        pytest.param(datetime(2026, 1, 3, 1, tzinfo=UTC), False, id="Saturday noon"),
        pytest.param(datetime(2026, 1, 4, 22, 30, tzinfo=UTC), True, id="Sunday by the world's clock, Monday there"),
    ],
)
def test_staffed_hours_are_the_page_s_own_by_summer_and_winter_time(policy: Policy, moment: datetime, expected: bool) -> None:
    assert staffed(page_of(policy, comment()), moment) is expected


def test_hours_may_go_past_midnight_and_no_hours_mean_always(pack_copy: Path) -> None:
    edit(pack_copy, "pack.yaml", "mon: 09:00-17:00", "mon: 22:00-06:00")
    page = page_of(load_policy(pack_copy, public_url=PUBLIC_URL), comment())
    always = page.model_copy(update={"moderation": page.moderation.model_copy(update={"staffed_hours": {}})})

    assert staffed(page, datetime(2026, 7, 6, 13, tzinfo=UTC))  # Monday 23:00
    assert not staffed(page, datetime(2026, 7, 6, 2, tzinfo=UTC))  # Monday 12:00
    assert staffed(always, WEEKEND)


def test_a_page_that_is_not_known_is_the_default_page(policy: Policy) -> None:
    assert page_of(policy, comment(page="another")) == page_of(policy, comment())


def test_a_page_that_discourages_stories_answers_and_never_removes(pack_copy: Path) -> None:
    edit(pack_copy, "pack.yaml", "survivor_stories: welcome", "survivor_stories: discourage")
    judgement = judge(load_policy(pack_copy, public_url=PUBLIC_URL), analysis(disclosure=1.0))

    assert (judgement.action, judgement.explanation.template) == (Action.RESPOND, "survivor-story/discouraged")


def test_an_approved_correction_needs_nobody(pack_copy: Path) -> None:
    edit(pack_copy, "claims.yaml", "  variants:", "  approved: true\n  variants:")
    judgement = judge(load_policy(pack_copy, public_url=PUBLIC_URL), analysis(claim="dv_mutual", inaccuracy=1.0))

    assert (judgement.action, judgement.review.required) == (Action.RESPOND, False)


def test_because_names_kinds_of_details(policy: Policy) -> None:
    judgement = judge(policy, analysis(findings=[PHONE, ADDRESS, PHONE]))

    assert judgement.citations[0].because == "it shows a phone number and an address of a private person"


def test_the_same_facts_give_the_same_judgement(policy: Policy) -> None:
    facts = analysis(findings=[PHONE, FULL_NAME], threat=0.6, disclosure=0.4)

    assert judge(policy, facts) == judge(policy, replace(facts))
