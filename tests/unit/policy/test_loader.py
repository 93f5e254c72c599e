"""A pack that is broken says where and how to mend it."""

from pathlib import Path

import pytest

from app.errors import PolicyError
from app.policy.loader import PackProblems, content_hash, load_pack
from app.policy.schema import GUIDELINE_IDS

from .facts import edit

PACK = """\
pack: small
title: A small pack
language: en
order: [{order}]
default_page: main
pages:
  main:
    title: Our page
    goal: dialogue
    moderation:
      timezone: Australia/Melbourne
organisation:
  name: our service
thresholds:
  default: {{possible: 0.3, likely: 0.5, sure: 0.8}}
doubt: 0.1
identifying:
  kinds: {{person_name: 1}}
detail_words: {{other: a detail, and: " and "}}
review_words:
  uncertain: u
  conflict: c
  language: l
  patterns_only: p
  correction: k
"""

GUIDELINE = """\
id: {id}
title: A title
rule: A rule.
why: A reason.
cases:
  - id: one
    when: {{label: {label}}}
    action: remove
    because: it does
"""

HELPLINES = """\
AU:
  emergency: "000"
  helplines:
    - {name: A line, number: "116 123", about: to talk}
"""

CLAIMS = """\
- id: dv_once
  family: minimise
  claim: It was only once
  correction: Once is a crime.
  source: {organisation: Us, title: A page, year: 2026, url: "https://example.org"}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The smallest pack that loads, so that line numbers stay what they are."""
    (tmp_path / "guidelines").mkdir()
    (tmp_path / "pack.yaml").write_text(PACK.format(order=", ".join(GUIDELINE_IDS)), encoding="utf-8")
    for guideline_id in GUIDELINE_IDS:
        text = GUIDELINE.format(id=guideline_id, label="threat")
        (tmp_path / "guidelines" / f"{guideline_id}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "helplines.yaml").write_text(HELPLINES, encoding="utf-8")
    (tmp_path / "claims.yaml").write_text(CLAIMS, encoding="utf-8")
    return tmp_path


def problems(root: Path) -> list[str]:
    with pytest.raises(PackProblems) as caught:
        load_pack(root)
    return [str(problem) for problem in caught.value.problems]


def test_the_small_pack_loads(small: Path) -> None:
    assert load_pack(small).stamp.pack == "small"


CONDITIONS = "label, finding, identifies, target, kind, author, goal, survivor_stories, claim, all, any, not"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        pytest.param(
            "guidelines/spam.yaml",
            "because:",
            "becuase:",
            [
                "guidelines/spam.yaml:6: cases.0: `because` is missing",
                "guidelines/spam.yaml:9: cases.0.becuase: `becuase` is not a key here; look for a typing error",
            ],
            id="typing error in a key",
        ),
        pytest.param(
            "guidelines/threat.yaml",
            "label: threat",
            "lable: threat",
            [f"guidelines/threat.yaml:7: cases.0.when: not a condition; one of these keys names it: {CONDITIONS}"],
            id="typing error in a condition",
        ),
        pytest.param(
            "guidelines/hate.yaml",
            "action: remove",
            "action: delete",
            ["guidelines/hate.yaml:8: cases.0.action: Input should be 'keep', 'respond' or 'remove'"],
            id="no such action",
        ),
        pytest.param(
            "pack.yaml",
            "doubt: 0.1",
            "doubt: a bit",
            ["pack.yaml:16: doubt: Input should be a valid number, unable to parse string as a number"],
            id="wrong type",
        ),
        pytest.param(
            "pack.yaml",
            "language: en\n",
            "language: en\ntitle: Another\n",
            ["pack.yaml:4: not YAML: the key 'title' is given twice"],
            id="key given twice",
        ),
        pytest.param(
            "guidelines/spam.yaml",
            "id: spam",
            "id: spamm",
            [f"guidelines/spam.yaml:1: id: not a guideline id; one of: {', '.join(GUIDELINE_IDS)}"],
            id="not a guideline",
        ),
        pytest.param(
            "guidelines/spam.yaml",
            "    because",
            "    instead_of: [spamm]\n    because",
            ["guidelines/spam.yaml:1: cases.one.instead_of: spamm is not a guideline"],
            id="instead of what there is not",
        ),
        pytest.param(
            "guidelines/spam.yaml",
            "action: remove",
            "action: {voice: remove}",
            ["guidelines/spam.yaml:6: cases.0: action: give one for each goal: dialogue, voice, services"],
            id="action for some goals only",
        ),
        pytest.param(
            "pack.yaml",
            "default_page: main",
            "default_page: front",
            ["pack.yaml:1: default_page: not one of the pages"],
            id="no such page",
        ),
        pytest.param(
            "pack.yaml",
            "order: [immediate-danger, ",
            "order: [",
            ["pack.yaml:1: order: name every guideline once; look at immediate-danger"],
            id="guideline left out of the order",
        ),
        pytest.param(
            "helplines.yaml",
            'number: "116 123", ',
            "",
            ["helplines.yaml:4: AU.helplines.0: `number` is missing"],
            id="helpline without a number",
        ),
    ],
)
def test_a_problem_names_file_line_and_key(small: Path, file: str, old: str, new: str, message: list[str]) -> None:
    edit(small, file, old, new)

    assert set(message) <= set(problems(small))


def test_what_is_not_yaml_is_named_with_its_line(small: Path) -> None:
    edit(small, "guidelines/spam.yaml", "title: A title", "title: [A title")

    # The words after that are those of the YAML library, and differ between its two builds.
    assert [problem.rsplit(": ", 1)[0] for problem in problems(small)] in (
        ["guidelines/spam.yaml:3: not YAML"],
        ["guidelines/spam.yaml:4: not YAML"],
    )


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("claims.yaml", "claims.yaml:1: the file is missing"),
        ("helplines.yaml", "helplines.yaml:1: the file is missing"),
        (
            "guidelines/threat.yaml",
            "guidelines/threat.yaml:1: id: the guideline threat is missing; every guideline has a file of its own",
        ),
    ],
)
def test_a_missing_file_is_named(small: Path, file: str, message: str) -> None:
    (small / file).unlink()

    assert problems(small) == [message]


def test_an_empty_file_and_one_that_is_not_text_are_named(small: Path) -> None:
    (small / "claims.yaml").write_text("", encoding="utf-8")
    (small / "helplines.yaml").write_bytes(b"\xff\xfe")

    assert problems(small) == [
        "claims.yaml:1: the file is empty",
        "helplines.yaml:1: the file is not UTF-8 text; save it as UTF-8",
    ]


def test_a_folder_without_a_pack_says_which_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"pack\.yaml is missing\. Set PORCHLIGHT_RULES_DIR"):
        load_pack(tmp_path)


def test_everything_wrong_is_said_at_once(small: Path) -> None:
    edit(small, "guidelines/hate.yaml", "action: remove", "action: delete")
    edit(small, "pack.yaml", "doubt: 0.1", "doubt: 2")
    (small / "claims.yaml").unlink()

    assert {problem.split(":")[0] for problem in problems(small)} == {"guidelines/hate.yaml", "pack.yaml", "claims.yaml"}


@pytest.mark.parametrize(
    "file", ["pack.yaml", "guidelines/hate.yaml", "helplines.yaml", "claims.yaml", "templates/en/hate/remove.j2", "lexicons/words.yaml"]
)
def test_the_version_changes_with_every_file_that_decides_or_words(small: Path, file: str) -> None:
    before = content_hash(small)
    path = small / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + "# a remark\n", encoding="utf-8")

    assert content_hash(small) != before


def test_the_version_changes_with_a_name(small: Path) -> None:
    before = content_hash(small)
    (small / "claims.yaml").rename(small / "claims.yml")

    assert content_hash(small) != before


def test_examples_leave_the_version_as_it_is(small: Path) -> None:
    before = content_hash(small)
    (small / "examples").mkdir()
    (small / "examples" / "hate.yaml").write_text("- {comment: hello, expect: {action: keep}}\n", encoding="utf-8")

    assert content_hash(small) == before
    assert len(load_pack(small).examples["hate"]) == 1
