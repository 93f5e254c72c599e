"""Each source of data, read into examples. What a source does not say stays unknown."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from models.recipe.examples import LABELS, TAGS, Example, Span

_MIX_LABELS = {
    "harassment": "personal_attack",
    "hate_misogyny": "hate",
    "threat": "threat",
    "sexual": "sexual_harassment",
    "profanity_only": "profanity",
    "counter_speech": "counter_speech",
    "disclosure": "disclosure",
}
_PII_TAGS = {"PERSON": "person_name", "LOCATION": "location", "ORG": "organisation", "HANDLE": "social_handle"}

# What the category of a scenario says beyond its own labels, when its text breaks the guideline.
_CATEGORY_LABELS = {
    "refuge-confidentiality": "refuge_location",
    "private-events": "private_event",
    "survivor-identity": "survivor_identified",
    "staff-consent": "staff_details",
}
_NEVER_LABELS = {
    "never-criticism-of-organisation": "criticism",
    "criticism": "criticism",
    "never-helpline-or-service-contact": "business_contact",
    "never-public-figure-or-author-name": "public_matter",
    "never-public-court-news": "public_matter",
    "public-events": "public_event",
}
_MODEL_LABELS = frozenset(LABELS[:15])


def own_texts(folder: Path) -> Iterator[Example]:
    """Our own texts: every label and every span is known."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            for line in file:
                raw = json.loads(line)
                yield Example(
                    text=raw["text"],
                    source="own",
                    group=raw["group"],
                    kind=raw["kind"],
                    labels={label: int(label in raw["labels"]) for label in LABELS},
                    claims=tuple(raw["claims"]),
                    spans=tuple(Span(span["start"], span["end"], span["kind"]) for span in raw["spans"] if span["kind"] in TAGS),
                    tagged=TAGS,
                )


def scenarios(path: Path) -> Iterator[Example]:
    """The open scenarios. The labels beyond the fifteen that they carry are read off their category."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            raw = json.loads(line)
            labels = {label: int(label in raw["labels"]) for label in _MODEL_LABELS}
            breaks = raw["expect"]["action"][0] != "keep"
            category = raw["category"]
            for name, label in _CATEGORY_LABELS.items():
                if category == name or category.startswith("never-") or category == "ordinary":
                    labels[label] = int(breaks and category == name)
            for name, label in _NEVER_LABELS.items():
                if category == name and not breaks:
                    labels[label] = 1
                elif breaks:
                    labels.setdefault(label, 0)
            if raw["kind"] == "draft":
                labels["off_scope"] = int(breaks and category == "content-scope")
            yield Example(
                text=raw["text"],
                source=f"scenarios/{path.stem}",
                group=f"scenarios/{path.stem}/{raw.get('pair') or raw['id']}",
                kind=raw["kind"],
                labels=labels,
                claims=None if labels["inaccuracy"] else (),
                spans=tuple(
                    Span(start, start + len(finding["text"]), finding["kind"])
                    for finding in raw["expect"]["findings"]
                    if finding["kind"] in TAGS
                    for start in _places(raw["text"], finding["text"])
                ),
                tagged=TAGS,
            )


def _places(text: str, part: str) -> Iterator[int]:
    start = text.find(part)
    while part and start >= 0:
        yield start
        start = text.find(part, start + len(part))


def content_mix(path: Path) -> Iterator[Example]:
    """The openly licensed mix of texts with content labels."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            raw = json.loads(line)
            labels = {_MIX_LABELS[name]: value for name, value in raw["y"].items() if value is not None}
            # Profanity without a target says nothing of profanity at somebody: only its presence is known.
            if labels.get("profanity") == 0:
                del labels["profanity"]
            if labels:
                yield Example(
                    text=raw["text"],
                    source=f"mix/{raw['source']}",
                    group=f"mix/{raw['source']}/{raw['split']}/{number}",
                    labels=labels,
                )


def tagged_texts(path: Path) -> Iterator[Example]:
    """Openly licensed texts with spans of persons, places, organisations and handles."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            raw = json.loads(line)
            partial = set(raw.get("partial", ()))
            kinds = ("PERSON", "LOCATION", "ORG", "HANDLE")
            known = tuple(_PII_TAGS[kind] for kind in kinds if kind not in partial)
            spans = tuple(
                Span(start, end, _PII_TAGS[kind.split(":")[0]]) for start, end, kind in raw["entities"] if kind.split(":")[0] in _PII_TAGS
            )
            # A handle is plain to patterns, and sources differ in whether they mark it.
            yield Example(
                text=raw["text"],
                source=f"pii/{path.stem}",
                group=f"pii/{path.stem}/{number}",
                spans=tuple(span for span in spans if span.kind in known),
                tagged=tuple(kind for kind in known if kind != "social_handle"),
            )
