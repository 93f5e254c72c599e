"""The guide to the pack names what there is."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from app.policy.conditions import CONDITION_KEYS
from app.policy.explain import AUTHOR_VARIABLES
from app.policy.schema import Case, Claim, Example, Expectation, Guideline

GUIDE = (Path(__file__).parents[3] / "docs" / "policy-pack.md").read_text(encoding="utf-8")


def rows(heading: str) -> set[str]:
    """The first column of the table under this head."""
    table = GUIDE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    return set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("gap", AUTHOR_VARIABLES),
        ("key of a case", set(Case.model_fields) - {"id"}),
        ("key of `expect`", set(Expectation.model_fields)),
    ],
)
def test_a_table_is_complete(heading: str, names: set[str]) -> None:
    assert rows(heading) == set(names)


def test_every_condition_is_told() -> None:
    table = GUIDE.split("| condition |", 1)[1].split("\n\n", 1)[0]

    assert set(re.findall(r"`(\w+): ", table)) >= set(CONDITION_KEYS)


@pytest.mark.parametrize(("under", "shape"), [("Guidelines", Guideline), ("Claims", list[Claim]), ("Examples", list[Example])])
def test_what_is_shown_would_load(under: str, shape: type[object]) -> None:
    shown = GUIDE.split(f"\n## {under}\n", 1)[1].split("```yaml\n", 1)[1].split("```", 1)[0]

    TypeAdapter(shape).validate_python(yaml.safe_load(shown))
