"""What the owner of a pack is told about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.domain.analysis import Analysis, Label
from app.domain.comment import Comment, Kind
from app.policy.check import Report, check_pack, comment_of
from app.policy.schema import Example

from .facts import PUBLIC_URL, RULES, analysis, edit


@dataclass
class Reader:
    """Reads what a test tells it to: the first words of a text that it knows give the analysis."""

    known: Mapping[str, Analysis] = field(default_factory=dict)
    otherwise: Analysis = field(default_factory=analysis)
    patterns_only: bool = False

    def analyze_many(self, comments: Sequence[Comment]) -> list[Analysis]:
        return [next((facts for start, facts in self.known.items() if one.text.startswith(start)), self.otherwise) for one in comments]


def check(root: Path, reader: Reader | None = None) -> Report:
    return check_pack(root, analyzer=reader, public_url=PUBLIC_URL)


def examples(root: Path, name: str, text: str) -> None:
    folder = root / "examples"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_the_default_pack_is_without_fault() -> None:
    report = check(RULES)

    assert (report.errors, report.warnings, report.ok) == ((), (), True)


def test_what_does_not_load_is_reported_and_not_raised(pack_copy: Path) -> None:
    edit(pack_copy, "pack.yaml", "doubt: 0.1", "doubt: 7")
    (pack_copy / "claims.yaml").unlink()
    report = check(pack_copy)

    assert not report.ok
    assert [(problem.file, problem.key) for problem in report.errors] == [("pack.yaml", "doubt"), ("claims.yaml", "")]


def test_no_pack_is_an_error(tmp_path: Path) -> None:
    assert "pack.yaml is missing" in str(check(tmp_path).errors[0])


def test_a_weakened_pack_is_an_error(pack_copy: Path) -> None:
    edit(pack_copy, "guidelines/hate.yaml", "action: remove", "action: keep")
    report = check(pack_copy)

    assert [problem.file for problem in report.errors] == ["guidelines/hate.yaml"]
    assert not report.ok


@pytest.mark.parametrize(
    ("file", "old", "new", "error"),
    [
        (
            "pack.yaml",
            "timezone: Australia/Melbourne",
            "timezone: Australia/Melborne",
            "pack.yaml:1: pages.main.moderation.timezone: not a time zone; write one as in Australia/Melbourne",
        ),
        ("pack.yaml", "  other: a detail\n", "", "pack.yaml:1: detail_words.other: is missing"),
        (
            "pack.yaml",
            "shields_from: [private-events]",
            "shields_from: [private-event]",
            "pack.yaml:1: protections.public-event.shields_from: private-event is not a guideline",
        ),
        ("helplines.yaml", "AU:", "XX:", "helplines.yaml:1: AU: the page main is in this country, and it has no helplines"),
    ],
)
def test_what_would_stop_a_decision_is_an_error(pack_copy: Path, file: str, old: str, new: str, error: str) -> None:
    edit(pack_copy, file, old, new)

    assert [str(problem) for problem in check(pack_copy).errors] == [error]


def test_an_unknown_variable_is_named_with_its_line(pack_copy: Path) -> None:
    (pack_copy / "templates/en/spam/remove.j2").write_text("Thank you.\nDear {{ author_name }},\n", encoding="utf-8")
    (error,) = check(pack_copy).errors

    assert (error.file, error.line, error.key) == ("templates/en/spam/remove.j2", 2, "author_name")


def test_a_template_that_cannot_be_filled_in_is_named(pack_copy: Path) -> None:
    (pack_copy / "templates/en/spam/remove.j2").write_text("Ring {{ country.emergancy }}.", encoding="utf-8")
    (error,) = check(pack_copy).errors

    assert error.file == "templates/en/spam/remove.j2"
    assert "emergancy" in error.message


@pytest.mark.parametrize("name", ["moderator", "ordinary/remove", "ordinary/respond"])
def test_a_template_that_every_pack_needs_is_named(pack_copy: Path, name: str) -> None:
    (pack_copy / f"templates/en/{name}.j2").unlink()

    assert [problem.file for problem in check(pack_copy).errors] == [f"templates/en/{name}.j2"]


@pytest.mark.parametrize(
    ("file", "old", "new", "warning"),
    [
        ("guidelines/hate.yaml", "why: All", 'why: ""  # All', "guidelines/hate.yaml:1: why: is empty; authors and moderators read it"),
        (
            "pack.yaml",
            "thresholds:\n",
            "thresholds:\n  spam: {possible: 0.6, likely: 0.5, sure: 0.8}\n",
            "pack.yaml:1: thresholds.spam: possible, likely and sure should not fall",
        ),
        (
            "pack.yaml",
            "public_events: []",
            "public_events: [{title: March, words: [march, a]}]",
            "pack.yaml:1: public_events.0.words: a word of one letter is in nearly every text",
        ),
        (
            "guidelines/threat.yaml",
            "rank: -1",
            "rank: 10",
            "guidelines/threat.yaml:1: cases.also-own-life.rank: 10 is also the rank of refuge-confidentiality",
        ),
    ],
)
def test_what_would_surprise_its_owner_is_a_warning(pack_copy: Path, file: str, old: str, new: str, warning: str) -> None:
    edit(pack_copy, file, old, new)
    report = check(pack_copy)

    assert warning in {str(problem) for problem in report.warnings}
    assert report.ok


def test_a_guideline_without_examples_or_words_is_a_warning(pack_copy: Path) -> None:
    (pack_copy / "templates/en/spam/remove.j2").unlink()
    warnings = {str(problem) for problem in check(pack_copy).warnings}

    assert "templates/en/spam/remove.j2:1: is missing; authors get the words of `ordinary` instead" in warnings
    assert "examples/spam.yaml:1: has 0 examples; 8 or more show both sides of its border" in warnings


def test_a_guideline_that_applies_to_nothing_found_is_too_broad(pack_copy: Path) -> None:
    edit(pack_copy, "guidelines/spam.yaml", "  - id: spam\n    when: {label: spam}", "  - id: spam\n    when: {not: {label: solidarity}}")
    warnings = {str(problem) for problem in check(pack_copy).warnings}

    assert "guidelines/spam.yaml:1: cases: is too broad: it applies to a text in which nothing was found" in warnings


def test_a_guideline_that_applies_to_many_examples_of_others_is_too_broad(pack_copy: Path) -> None:
    examples(pack_copy, "hate", "".join(f"- {{comment: text {n}, expect: {{action: [remove, keep]}}}}\n" for n in range(4)))
    caught = check(pack_copy, Reader({"text 0": analysis(spam=1.0), "text 1": analysis(spam=1.0)}))
    not_caught = check(pack_copy, Reader({"text 0": analysis(spam=1.0)}))

    broad = "guidelines/spam.yaml:1: cases: is too broad: it applies to 2 of 4 examples that are not its own"
    assert broad in {str(problem) for problem in caught.warnings}
    assert not any("too broad" in problem.message for problem in not_caught.warnings)


EXAMPLES = """\
- comment: kind words
  expect: {action: keep}

- comment: an advert
  expect: {action: remove, cites: spam}
- comment: somebody in danger
  expect: {action: respond, cites: immediate-danger, urgency_at_least: now, review: true}
- comment: only a trained reader can tell
  needs_model: true
  expect: {action: keep}
"""


def test_examples_that_get_what_they_ask_for_pass(pack_copy: Path) -> None:
    examples(pack_copy, "spam", EXAMPLES)
    report = check(pack_copy, Reader({"an advert": analysis(spam=1.0), "somebody": analysis(immediate_danger=1.0)}))

    assert (report.run, report.passed, report.failed, report.skipped, report.ok) == (4, 4, 0, 0, True)


def test_examples_that_need_a_model_wait_for_one(pack_copy: Path) -> None:
    examples(pack_copy, "spam", EXAMPLES)
    report = check(pack_copy, Reader({"an advert": analysis(spam=1.0)}, patterns_only=True))

    assert (report.run, report.skipped) == (3, 1)


def test_no_analyzer_runs_no_example(pack_copy: Path) -> None:
    examples(pack_copy, "spam", EXAMPLES)

    assert (check(pack_copy).run, check(pack_copy).ok) == (0, True)


@pytest.mark.parametrize(
    ("expect", "facts", "difference"),
    [
        ("action: keep", analysis(spam=1.0), "expected keep, came remove (spam)"),
        ("action: [keep, respond]", analysis(spam=1.0), "expected keep or respond, came remove (spam)"),
        ("action: remove", analysis(), "expected remove, came keep"),
        ("action: remove, cites: [hate, threat]", analysis(spam=1.0), "expected the reason hate or threat, came spam"),
        ("action: remove, not_cites: spam", analysis(threat=1.0, spam=1.0), "expected no word of spam, and it is cited"),
        ("action: remove, urgency_at_least: now", analysis(hate=1.0), "expected urgency now or more, came routine"),
        ("action: remove, review: true", analysis(spam=1.0), "expected a review, came none"),
        ("action: remove, review: false", analysis(hate=1.0), "expected no review, came one"),
    ],
)
def test_a_failing_example_is_named_with_what_was_expected_and_what_came(
    pack_copy: Path, expect: str, facts: Analysis, difference: str
) -> None:
    examples(
        pack_copy, "spam", f"# A remark\n- comment: fine\n  expect: {{action: keep}}\n\n- comment: secret words\n  expect: {{{expect}}}\n"
    )
    report = check(pack_copy, Reader({"secret": facts}))

    assert [str(problem) for problem in report.failures] == [f"examples/spam.yaml:5: 1: {difference}"]
    assert (report.run, report.passed, report.failed, report.ok) == (2, 1, 1, False)


def test_a_known_miss_fails_nothing_and_is_listed(pack_copy: Path) -> None:
    miss = '- comment: an advert\n  expect: {action: remove}\n  known_miss: "no sign for it yet"\n'
    examples(pack_copy, "spam", miss)
    missed = check(pack_copy, Reader({}))
    assert [str(problem) for problem in missed.misses] == ["examples/spam.yaml:1: 0: expected remove, came keep"]
    assert (missed.run, missed.passed, missed.failed, missed.ok) == (1, 0, 0, True)
    assert check(pack_copy, Reader({"an advert": analysis(spam=1.0)})).misses == ()


def test_an_example_that_cites_what_there_is_not_is_an_error(pack_copy: Path) -> None:
    examples(pack_copy, "spam", "- comment: x\n  expect: {action: keep}\n- comment: y\n  expect: {action: remove, cites: spamm}\n")

    assert [str(problem) for problem in check(pack_copy).errors] == ["examples/spam.yaml:3: 1.expect: spamm is not a guideline"]


def test_the_thresholds_of_a_trained_reader_count(pack_copy: Path) -> None:
    examples(pack_copy, "spam", "- comment: an advert\n  expect: {action: keep}\n")
    reader = Reader({"an advert": analysis(spam=0.6)})

    assert not check(pack_copy, reader).ok
    assert check_pack(pack_copy, analyzer=reader, public_url=PUBLIC_URL, likely={Label.SPAM: 0.9}).ok


@pytest.mark.parametrize(
    ("text", "tags", "spans"),
    [
        ("@Kezia Holt look", ("Kezia Holt",), [(0, 11)]),
        ("look, Kezia Holt", ("Kezia Holt",), [(6, 16)]),
        ("look", ("Kezia Holt",), []),
        ("@Ann and @Bo", ("Ann", "Bo"), [(0, 4), (9, 12)]),
    ],
)
def test_tags_of_an_example_become_mentions(text: str, tags: tuple[str, ...], spans: list[tuple[int, int]]) -> None:
    example = Example.model_validate({"comment": text, "kind": "post", "tags": tags, "expect": {"action": "keep"}})
    made = comment_of(example)

    assert (made.kind, [(one.start, one.end) for one in made.mentions]) == (Kind.POST, spans)
