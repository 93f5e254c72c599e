"""What authors and moderators read: whole, kind, in their language, and silent about what it protects."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.analysis import Analysis, Label
from app.domain.comment import Author, Comment, Goal, Kind, Mention, Parent
from app.domain.decision import Action
from app.domain.finding import About, Finding, FindingKind, Form
from app.errors import PolicyError
from app.policy.assemble import load_policy
from app.policy.engine import Policy

from .facts import PUBLIC_URL, analysis, comment, edit, finding, judge

PHONE = finding("phone_number", about="other")
OWN_PHONE = finding("phone_number", about="author")


def author_reads(policy: Policy, facts: Analysis, **of: Any) -> str:
    return judge(policy, facts, of=comment(**of)).explanation.author


@pytest.mark.parametrize(
    ("labels", "found", "kind", "template"),
    [
        ({"spam": 1.0}, [], "comment", "spam/remove"),
        ({"spam": 1.0}, [], "draft", "ordinary/respond.draft"),
        ({"disclosure": 1.0, "help_seeking": 1.0}, [], "comment", "survivor-story/respond"),
        ({"disclosure": 1.0}, [OWN_PHONE], "resident_post", "survivor-story/respond.resident_post"),
        ({"refuge_location": 1.0}, [], "worker_post", "refuge-confidentiality/remove.worker_post"),
        ({"immediate_danger": 1.0, "abuser_near": 1.0}, [], "comment", "immediate-danger/discreet"),
        ({"staff_details": 1.0}, [], "draft", "staff-consent/respond.draft"),
        ({"hate": 1.0}, [], "follow_request", "ordinary/remove.follow_request"),
    ],
)
def test_each_reader_gets_their_own_words(policy: Policy, labels: dict[str, float], found: list[Finding], kind: str, template: str) -> None:
    assert judge(policy, analysis(labels, findings=found), of=comment(kind=kind)).explanation.template == template


def test_what_is_kept_needs_no_words_for_the_author(policy: Policy) -> None:
    explanation = judge(policy, analysis(disclosure=1.0)).explanation

    assert (explanation.author, explanation.template) == ("", "")
    assert explanation.moderator.startswith("Keep this")


def test_the_moderator_reads_what_why_and_what_to_do(policy: Policy) -> None:
    assert judge(policy, analysis(findings=[PHONE])).explanation.moderator == (
        "Hide this and keep it as a record today: it shows a phone number of a private person"
        ' ("Private details stay private").'
        " Please check it first, because a removal for somebody's safety is checked by a person."
    )


def test_a_removal_says_what_which_why_and_how_to_go_on(policy: Policy) -> None:
    text = author_reads(policy, analysis(findings=[PHONE]))

    for part in (
        "We have hidden your comment",
        "held for a person to check",
        '"Private details stay private": https://page.example.org/guidelines#personal-information',
        "post again",
        "Reply to this message",
    ):
        assert part in text


def test_every_cited_guideline_is_linked(policy: Policy) -> None:
    text = author_reads(policy, analysis(threat=1.0, hate=1.0))

    assert "guidelines#threat" in text
    assert "guidelines#hate" in text


@pytest.mark.parametrize(
    ("country", "number", "helpline"),
    [
        ("AU", "000", "1800 737 732"),
        ("NZ", "111", "0800 733 843"),
        ("GB", "999", "0808 2000 247"),
        ("IE", "112 or 999", "1800 341 900"),
        ("US", "911", "1-800-799-7233"),
        ("CA", "911", "1-866-863-0511"),
    ],
)
def test_danger_is_answered_with_the_numbers_of_the_page_s_country_first(pack_copy: Path, country: str, number: str, helpline: str) -> None:
    edit(pack_copy, "pack.yaml", "country: AU", f"country: {country}")
    text = author_reads(load_policy(pack_copy, public_url=PUBLIC_URL), analysis(immediate_danger=1.0))

    assert text.startswith(f"In danger now? Ring {number}.")
    assert helpline in text


@pytest.mark.parametrize("label", ["help_seeking", "disclosure"])
def test_who_asks_for_help_gets_numbers_and_no_advice(policy: Policy, label: str) -> None:
    text = author_reads(policy, analysis({label: 1.0, "help_seeking": 1.0}))

    assert "000" in text
    assert "1800 737 732" in text
    assert "Anybody can read this page" in text


def test_where_the_abuser_may_read_along_the_words_give_nothing_away(policy: Policy) -> None:
    text = author_reads(policy, analysis(immediate_danger=1.0, abuser_near=1.0)).lower()

    for word in ("danger", "abuse", "violence", "safe", "hurt", "afraid", "helpline"):
        assert word not in text
    assert "000" in text


@pytest.mark.parametrize("labels", [{"refuge_location": 1.0}, {"locating": 1.0}, {"survivor_identified": 1.0}])
def test_nobody_learns_from_the_answer_whether_it_was_right(policy: Policy, labels: dict[str, float]) -> None:
    text = author_reads(policy, analysis(labels)).lower()

    for word in ("client", "our refuge", "the refuge is", "she is", "is here", "stays with us", "is a survivor", "really"):
        assert word not in text


def test_a_wrong_claim_is_answered_with_the_fact_and_its_source(policy: Policy) -> None:
    claim = policy.pack.claims["dv_once"]
    text = author_reads(policy, analysis(inaccuracy=1.0, claim="dv_once"))

    for part in (claim.correction, claim.source.organisation, claim.source.title, claim.source.url):
        assert part in text
    assert claim.claim not in text


def test_a_wrong_claim_that_the_pack_does_not_know_gets_no_made_up_fact(policy: Policy) -> None:
    assert "Please ask us" in author_reads(policy, analysis(inaccuracy=1.0))


def _write(root: Path, name: str, text: str) -> None:
    path = root / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_another_language_is_used_file_by_file(pack_copy: Path) -> None:
    _write(pack_copy, "de/spam/remove.j2", "Wir haben das verborgen. {{ guidelines[0].url }}")
    _write(pack_copy, "de/ordinary/remove.j2", "Wir haben etwas verborgen.")
    policy = load_policy(pack_copy, public_url=PUBLIC_URL)

    german = judge(policy, analysis(spam=1.0, tag="de")).explanation
    regional = judge(policy, analysis(spam=1.0, tag="de-AT")).explanation
    fallen_back = judge(policy, analysis(findings=[PHONE], tag="de")).explanation
    unknown = judge(policy, analysis(spam=1.0, tag="fi")).explanation

    assert german.author == "Wir haben das verborgen. https://page.example.org/guidelines#spam"
    assert (german.language, regional.language, fallen_back.language, unknown.language) == ("de", "de", "en", "en")
    assert "phone" in fallen_back.moderator
    assert "private detail" in fallen_back.author
    assert german.moderator.startswith("Hide this")


def test_the_sender_s_word_for_the_language_counts_first(pack_copy: Path) -> None:
    _write(pack_copy, "de/spam/remove.j2", "Verborgen.")
    policy = load_policy(pack_copy, public_url=PUBLIC_URL)
    told = Comment(text="-", language="de")

    assert judge(policy, analysis(spam=1.0, tag="en"), of=told).explanation.author == "Verborgen."


def test_a_guideline_without_words_of_its_own_gets_the_ordinary_ones(pack_copy: Path) -> None:
    (pack_copy / "templates/en/spam/remove.j2").unlink()
    explanation = judge(load_policy(pack_copy, public_url=PUBLIC_URL), analysis(spam=1.0)).explanation

    assert explanation.template == "ordinary/remove"
    assert "Do not advertise" in explanation.author


def test_a_template_that_is_not_one_is_refused_with_its_line(pack_copy: Path) -> None:
    _write(pack_copy, "en/spam/remove.j2", "Thank you.\n{% if %}")

    with pytest.raises(PolicyError, match=r"templates/en/spam/remove\.j2:2: not a template"):
        load_policy(pack_copy, public_url=PUBLIC_URL)


def test_a_template_reaches_nothing_but_its_variables(pack_copy: Path) -> None:
    _write(pack_copy, "en/spam/remove.j2", "{{ page.__class__.__mro__ }}")
    policy = load_policy(pack_copy, public_url=PUBLIC_URL)

    with pytest.raises(PolicyError, match=r"spam/remove\.j2 cannot be rendered"):
        judge(policy, analysis(spam=1.0))


def test_words_changed_on_disk_wait_for_the_next_load(pack_copy: Path) -> None:
    policy = load_policy(pack_copy, public_url=PUBLIC_URL)
    _write(pack_copy, "en/spam/remove.j2", "Something else.")

    assert judge(policy, analysis(spam=1.0)).explanation.author != "Something else."


CANARY = "Zyxwvut"

findings = st.builds(
    Finding,
    kind=st.sampled_from(FindingKind),
    start=st.integers(0, 20),
    end=st.integers(21, 40),
    score=st.just(1.0),
    source=st.just("test"),
    about=st.sampled_from(About),
    form=st.sampled_from(Form),
)
analyses = st.builds(
    analysis,
    st.dictionaries(st.sampled_from([label.value for label in Label]), st.sampled_from([0.2, 0.45, 0.6, 1.0]), max_size=5),
    findings=st.lists(findings, max_size=4),
    claim=st.sampled_from([None, "dv_once", "sv_false", "not-known"]),
    tag=st.sampled_from(["en", "de", "und"]),
)


@given(facts=analyses, kind=st.sampled_from(Kind), goal=st.sampled_from(Goal))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_that_a_person_wrote_is_ever_repeated(policy: Policy, facts: Analysis, kind: Kind, goal: Goal) -> None:
    text = " ".join([CANARY] * 8)
    told = Comment(
        text=text,
        id=CANARY,
        kind=kind,
        page=CANARY,
        page_goal=goal,
        author=Author(id=CANARY, name=CANARY),
        mentions=(Mention(id=CANARY, name=CANARY, start=0, end=7),),
        parent=Parent(id=CANARY, text=CANARY),
    )

    judgement = judge(policy, facts, of=told)

    assert CANARY not in repr(judgement)
    assert (judgement.action is Action.KEEP) is (judgement.explanation.author == "")
    assert judgement.explanation.moderator
    assert judgement.action is not Action.REMOVE or kind is not Kind.RESIDENT_POST
