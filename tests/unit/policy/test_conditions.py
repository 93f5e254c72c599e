"""What each condition says of which facts: truth tables."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from app.domain.analysis import Label
from app.domain.comment import Goal
from app.domain.finding import FindingKind, Form
from app.policy.conditions import Condition, Facts, Identifying, Stories, Thresholds

from .facts import analysis, comment, finding

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)

PHONE = finding("phone_number", about="other")
FULL_NAME = finding("person_name", "full_name", "other")
FIRST_NAME = finding("person_name", "first_name")
TOWN = finding("location", "town")
CAPITAL = finding("location", "broad_place")


def facts(**changes: Any) -> Facts:
    every = Thresholds(possible=0.3, likely=0.5, sure=0.8)
    plain = Facts(
        comment=comment(),
        analysis=analysis(),
        goal=Goal.DIALOGUE,
        stories=Stories.WELCOME,
        thresholds=MappingProxyType(dict.fromkeys(Label, every)),
        identifying=Identifying(
            kinds={FindingKind.PERSON_NAME: 1, FindingKind.LOCATION: 1, FindingKind.ORGANISATION: 1},
            forms={Form.FULL_NAME: 3, Form.BROAD_PLACE: 0, Form.WORKPLACE: 2},
        ),
    )
    return replace(plain, **changes)


def holds(condition: object, **changes: Any) -> bool:
    return CONDITION.validate_python(condition).holds(facts(**changes))


@pytest.mark.parametrize(
    ("condition", "score", "expected"),
    [
        ({"label": "threat"}, 0.49, False),
        ({"label": "threat"}, 0.5, True),
        ({"label": "threat", "at_least": "possible"}, 0.3, True),
        ({"label": "threat", "at_least": "possible"}, 0.29, False),
        ({"label": "threat", "at_least": "sure"}, 0.79, False),
        ({"label": "threat", "at_least": "sure"}, 0.8, True),
        ({"label": "hate"}, 1.0, False),
    ],
)
def test_a_label_holds_from_its_level_on(condition: object, score: float, expected: bool) -> None:
    assert holds(condition, analysis=analysis(threat=score)) is expected


@pytest.mark.parametrize(
    ("test", "found", "expected"),
    [
        ({}, [], False),
        ({}, [PHONE], True),
        ({"kinds": "phone_number"}, [PHONE], True),
        ({"kinds": ["email"]}, [PHONE], False),
        ({"kinds": ["email", "phone_number"], "about": "other"}, [PHONE], True),
        ({"kinds": ["phone_number"], "about": ["author"]}, [PHONE], False),
        ({"kinds": ["person_name"], "forms": ["full_name"]}, [FIRST_NAME], False),
        ({"kinds": ["person_name"], "forms": ["full_name"]}, [FIRST_NAME, FULL_NAME], True),
        ({"at_least": 2}, [PHONE], False),
        ({"at_least": 2}, [PHONE, TOWN], True),
    ],
)
def test_a_finding_counts_by_kind_form_and_owner(test: object, found: list[Any], expected: bool) -> None:
    assert holds({"finding": test}, analysis=analysis(findings=found)) is expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], 0),
        ([FULL_NAME], 3),
        ([FIRST_NAME], 1),
        ([FIRST_NAME, TOWN], 2),
        ([FIRST_NAME, finding("person_name", "first_name", start=4, end=6)], 1),
        ([FIRST_NAME, FULL_NAME], 3),
        ([FIRST_NAME, CAPITAL], 1),
        ([FIRST_NAME, finding("organisation", "workplace")], 3),
        ([finding("person_name", "full_name", "author")], 0),
        ([finding("person_name", "full_name", "public")], 0),
        ([finding("person_name", "full_name", "consented")], 0),
        ([finding("organisation", "plain", "organisation")], 0),
        ([PHONE], 0),
    ],
)
def test_details_add_up_towards_one_person(found: list[Any], expected: int) -> None:
    at = [number for number in range(1, 6) if holds({"identifies": number}, analysis=analysis(findings=found))]

    assert at == list(range(1, expected + 1))


@pytest.mark.parametrize(
    ("target", "tagged", "found", "expected"),
    [
        ("tagged", False, [], False),
        ("tagged", True, [], True),
        ("tagged", False, [finding("person_name", "tag")], True),
        ("tagged", False, [finding("social_handle")], True),
        ("tagged", False, [FULL_NAME], False),
        ("named", False, [FULL_NAME], True),
        ("named", True, [], False),
        ("named", False, [TOWN], False),
    ],
)
def test_a_target_is_tagged_or_named(target: str, tagged: bool, found: list[Any], expected: bool) -> None:
    assert holds({"target": target}, comment=comment(tagged=tagged), analysis=analysis(findings=found)) is expected


@pytest.mark.parametrize(
    ("condition", "changes", "expected"),
    [
        ({"kind": "draft"}, {"comment": comment(kind="draft")}, True),
        ({"kind": ["draft", "post"]}, {"comment": comment(kind="post")}, True),
        ({"kind": "draft"}, {"comment": comment(kind="comment")}, False),
        ({"author": "survivor"}, {"comment": comment(author="survivor")}, True),
        ({"author": ["worker", "survivor"]}, {"comment": comment(author="public")}, False),
        ({"goal": "voice"}, {"goal": Goal.VOICE}, True),
        ({"goal": "voice"}, {"goal": Goal.DIALOGUE}, False),
        ({"survivor_stories": "discourage"}, {"stories": Stories.DISCOURAGE}, True),
        ({"survivor_stories": "discourage"}, {"stories": Stories.WELCOME}, False),
        ({"claim": "matched"}, {"analysis": analysis(claim="dv_once")}, True),
        ({"claim": "matched"}, {"analysis": analysis()}, False),
    ],
)
def test_a_circumstance_holds_or_not(condition: object, changes: dict[str, Any], expected: bool) -> None:
    assert holds(condition, **changes) is expected


YES = {"goal": "dialogue"}
NO = {"goal": "voice"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"all": [YES, YES]}, True),
        ({"all": [YES, NO]}, False),
        ({"all": [NO, NO]}, False),
        ({"any": [YES, NO]}, True),
        ({"any": [NO, NO]}, False),
        ({"not": NO}, True),
        ({"not": YES}, False),
        ({"not": {"all": [YES, {"any": [NO, {"not": NO}]}]}}, False),
    ],
)
def test_conditions_combine(condition: object, expected: bool) -> None:
    assert holds(condition) is expected


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"lable": "threat"},
        {"label": "rude"},
        {"label": "threat", "at_least": "maybe"},
        {"finding": {"kind": ["email"]}},
        {"all": []},
        {"identifies": 0},
        {"target": "somebody"},
        {"label": "threat", "score": 0.5},
    ],
)
def test_what_is_not_a_condition_is_refused(condition: object) -> None:
    with pytest.raises(ValidationError):
        CONDITION.validate_python(condition)
