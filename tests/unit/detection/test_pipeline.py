"""The tokenizer covers every text exactly, and no text makes it slow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.detection.fold import fold
from app.detection.pipeline import Pipeline
from app.domain.comment import Comment

PIPELINE = Pipeline()


@given(st.text(max_size=300))
def test_a_doc_is_its_text(text: str) -> None:
    with PIPELINE.batch():
        assert PIPELINE.doc(text).text == text


@pytest.mark.parametrize("piece", ["(", "a", "a.", "'", "1-", "🙏", "\u0301", "ab "], ids=ascii)
def test_a_word_without_end_is_read_as_well(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    with PIPELINE.batch():
        assert PIPELINE.doc(text).text == text


def test_each_pipeline_has_steps_of_its_own() -> None:
    seen: list[str] = []
    first, second = Pipeline(), Pipeline()
    first.add("step", lambda _: seen.append("first"))
    second.add("step", lambda _: seen.append("second"))
    with first.batch(), second.batch():
        first.read(Comment(text="a"), (fold("a"),))
    assert seen == ["first"]
