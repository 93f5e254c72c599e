"""Texts to token ids, and spans to tags, the same way in training and at run time."""

from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from models.recipe.examples import LABELS, Example
from models.recipe.network import TAG_NAMES

UNKNOWN_TAG = -100
"""The target of a token that the loss leaves out."""

PREFIXES = {
    "draft": "draft: ",
    "worker_post": "worker: ",
    "resident_post": "resident: ",
    "follow_request": "follow: ",
}
"""What is put before a text that is not a comment, so that the reader knows what it is reading."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One example as numbers. `labels` and `claims` hold 1, 0, or -1 where unknown."""

    ids: list[int]
    tags: list[int]
    texts: list[int]


def load_tokenizer(path: Path, *, longest: int) -> Tokenizer:
    """The tokenizer of the base model, cut at `longest` tokens and without padding."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    return tokenizer


def encode(example: Example, tokenizer: Tokenizer, claims: tuple[str, ...]) -> Encoded:
    """Ids, tags and text targets of an example."""
    prefix = PREFIXES.get(example.kind, "")
    encoding = tokenizer.encode(prefix + example.text)
    tags = []
    previous = None
    for (start, end), special in zip(encoding.offsets, encoding.special_tokens_mask, strict=True):
        start, end = start - len(prefix), end - len(prefix)
        if special or start < 0:
            tags.append(UNKNOWN_TAG)
            previous = None
            continue
        span = next((span for span in example.spans if span.start < end and start < span.end), None)
        if span is not None:
            tags.append(TAG_NAMES.index(f"{'I' if span is previous else 'B'}-{span.kind}"))
        else:
            tags.append(0 if example.tagged else UNKNOWN_TAG)
        previous = span
    texts = [example.labels.get(label, -1) for label in LABELS]
    texts += [-1 if example.claims is None else int(claim in example.claims) for claim in claims]
    return Encoded(ids=encoding.ids, tags=tags, texts=texts)
