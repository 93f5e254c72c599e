"""The one shape that every source of training data is brought into."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import yaml

from app.domain.analysis import Label

TAGS = ("person_name", "location", "street_address", "organisation", "date_time", "social_handle")
"""The kinds of spans that the token head tags, each as B- and I-; patterns find the rest."""

LABELS = tuple(label.value for label in Label)
"""The labels of the text head, in the order of its outputs."""


@dataclass(frozen=True, slots=True)
class Span:
    """A tagged span, half-open, in code points of the text."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Example:
    """A text with what its source knows of it.

    `labels` holds 1 and 0; a label that is missing is not known and its loss is masked. `claims` are the
    false claims that the text asserts, or None where the source says nothing of claims. `spans` count for
    the kinds in `tagged` alone; elsewhere a token without a tag is not known. `group` is what must
    stay on one side of a split: a source's own split, or author and theme.
    """

    text: str
    source: str
    group: str
    kind: str = "comment"
    labels: dict[str, int] = field(default_factory=dict)
    claims: tuple[str, ...] | None = None
    spans: tuple[Span, ...] = ()
    tagged: tuple[str, ...] = ()


def claim_ids() -> tuple[str, ...]:
    """The false claims of the default pack, in order of their id: an output of the text head each."""
    path = Path(__file__).parents[2] / "rules" / "claims.yaml"
    return tuple(sorted(claim["id"] for claim in yaml.safe_load(path.read_text(encoding="utf-8"))))


def write_examples(path: Path, examples: Iterable[Example]) -> int:
    """Write examples as JSON lines; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_examples(path: Path) -> Iterator[Example]:
    """The examples of a file that `write_examples` wrote."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            raw = json.loads(line)
            raw["spans"] = tuple(Span(**span) for span in raw["spans"])
            raw["tagged"] = tuple(raw["tagged"])
            raw["claims"] = None if raw["claims"] is None else tuple(raw["claims"])
            yield Example(**raw)
