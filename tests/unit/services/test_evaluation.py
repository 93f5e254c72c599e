"""What a service learns of its own pack: the two errors that matter most are counted by themselves."""

import json
from collections.abc import Mapping, Sequence

import pytest

from app.domain.analysis import Analysis, ModelStamp
from app.domain.comment import Comment
from app.domain.decision import Action, Citation, Explanation, Judgement, PolicyStamp, Review, Urgency
from app.domain.finding import Finding, FindingKind
from app.errors import InvalidRequest
from app.services.cases import read_cases
from app.services.evaluation import Evaluation, evaluate


class FindsNothingBut:
    """An analyser that finds one phone number at one place in every text."""

    stamp = ModelStamp(name="fake", version="1")
    patterns_only = True

    def __init__(self, start: int, end: int) -> None:
        self._finding = Finding(FindingKind.PHONE_NUMBER, start, end, 1.0, "fake")

    def analyze_many(self, comments: Sequence[Comment]) -> list[Analysis]:
        return [Analysis(findings=(self._finding,)) for _ in comments]


def judged(action: Action, urgency: Urgency = Urgency.ROUTINE, cites: str = "", *, review: bool = False) -> Judgement:
    return Judgement(
        action=action,
        urgency=urgency,
        review=Review(required=review),
        citations=(Citation(guideline=cites, title="", because=""),) if cites else (),
        explanation=Explanation(author="", moderator="", language="en", template=""),
        held=False,
        policy=PolicyStamp(pack="fake", version="1"),
    )


def run(case: Mapping[str, object], judgement: Judgement) -> Evaluation:
    line = json.dumps({"id": "1", "category": "any", "text": "ring 0491 570 156 now", **case})
    return evaluate(list(read_cases([line])), analyzer=FindsNothingBut(5, 17), judge=lambda *_: judgement)


def test_a_story_that_is_removed_counts_as_silenced() -> None:
    kept = {"expect": {"action": ["keep", "respond"]}}
    assert run(kept, judged(Action.REMOVE, cites="hate")).total.silenced == 1
    assert run(kept, judged(Action.RESPOND)).total.silenced == 0
    assert run({"expect": {"action": ["keep", "remove"]}}, judged(Action.REMOVE)).total.keepable == 0


def test_a_danger_counts_only_when_it_is_marked_now() -> None:
    danger = {"expect": {"action": ["remove"], "cites_any": ["locating-a-person"], "urgency_at_least": "now"}}
    missed = run(danger, judged(Action.REMOVE, Urgency.SOON, "locating-a-person")).total
    seen = run(danger, judged(Action.REMOVE, Urgency.NOW, "locating-a-person")).total
    assert (missed.dangers, missed.dangers_now) == (1, 0)
    assert (seen.dangers, seen.dangers_now) == (1, 1)


@pytest.mark.parametrize(
    ("cites", "right", "wrong_reason"),
    [("personal-information", 1, 0), ("spam", 0, 0), ("survivor-story", 0, 1)],
)
def test_the_first_citation_and_forbidden_ones_are_counted(cites: str, right: int, wrong_reason: int) -> None:
    case = {"expect": {"action": "remove", "cites_any": ["personal-information"], "not_cites": ["survivor-story"]}}
    total = run(case, judged(Action.REMOVE, cites=cites)).total
    assert (total.cited, total.cited_right, total.wrong_reason) == (1, right, wrong_reason)


def test_findings_count_by_kind_when_they_overlap() -> None:
    case = {"expect": {"action": "keep", "findings": [{"kind": "phone_number", "text": "0491 570 156"}, {"kind": "email", "text": "ring"}]}}
    total = run(case, judged(Action.KEEP)).total
    assert total.gold == {FindingKind.PHONE_NUMBER: 1, FindingKind.EMAIL: 1}
    assert total.found[FindingKind.PHONE_NUMBER] == 1
    assert total.found[FindingKind.EMAIL] == 0


def test_what_no_person_would_have_seen_is_counted_apart() -> None:
    case = {"expect": {"action": "keep"}}
    assert run(case, judged(Action.RESPOND)).total.wrong_unreviewed == 1
    assert run(case, judged(Action.RESPOND, review=True)).total.wrong_unreviewed == 0


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('{"id": "1", "text": "SECRET"}', "expect"),
        ('{"id": "1", "text": "SECRET", "expect": {"action": ["hide"]}}', "expect.action.0"),
        ('{"id": "1", "text": "SECRET", "expect": {"action": []}}', "expect.action"),
        ("SECRET", "the line"),
    ],
)
def test_a_case_that_does_not_fit_is_named_by_line_and_key_and_never_repeated(line: str, key: str) -> None:
    good = '{"id": "0", "text": "a", "expect": {"action": "keep"}}'
    with pytest.raises(InvalidRequest) as caught:
        list(read_cases([good, "", line]))
    assert caught.value.detail.startswith(f"Line 3: {key}: ")
    assert "SECRET" not in caught.value.detail
