"""The trained reader as it ships: what an audit relies on."""

import json
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.detection.encoder import Encoder, load_encoder
from app.domain.analysis import Label
from app.domain.comment import Kind
from app.errors import SettingsError

MODEL = Path(__file__).parents[3] / "models" / "encoder"

TEXTS = (
    "He told me I was worthless every day for nine years. I left in March and I am still here.",
    "does anyone know where Tania moved to, she took my kids",
    "Thank you for the scones at the fundraiser",
    "ok",
    "She asked for it, simple as that",
    "my ex Dean Okafor lives in Geelong now and he still rings me " * 20,
    "",
    "💜💜💜",
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(MODEL)


def test_the_same_text_reads_the_same_whatever_stands_beside_it(encoder: Encoder) -> None:
    alone = {text: encoder.read(text) for text in TEXTS}
    rng = random.Random(7)
    for _ in range(5):
        shuffled = rng.sample(TEXTS, k=len(TEXTS))
        readings = encoder.read_many(shuffled, [Kind.COMMENT] * len(shuffled))
        for text, reading in zip(shuffled, readings, strict=True):
            assert dict(reading.labels) == dict(alone[text].labels)
            assert dict(reading.claims) == dict(alone[text].claims)
            assert reading.findings == alone[text].findings


def test_threads_change_no_score(encoder: Encoder) -> None:
    other = Encoder(MODEL, threads=2)
    for text in TEXTS:
        assert dict(other.read(text).labels) == dict(encoder.read(text).labels)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=400))
def test_any_text_is_read_with_scores_between_0_and_1_and_spans_inside_it(encoder: Encoder, text: str) -> None:
    reading = encoder.read(text)
    assert set(reading.labels) == set(Label)
    assert all(0 <= score <= 1 for score in reading.labels.values())
    assert all(0 <= one.start < one.end <= len(text) for one in reading.findings)


def test_what_stands_at_the_end_of_a_long_text_is_read(encoder: Encoder) -> None:
    filler = "We had a lovely afternoon at the fair and the weather held. " * 40
    threat = "I know where you live and I am coming to kill you tonight."
    without, at_the_end = (encoder.read(text).labels[Label.THREAT] for text in (filler, filler + threat))
    assert at_the_end > 5 * without


def test_upper_and_lower_case_are_the_same_to_it(encoder: Encoder) -> None:
    text = "Her name is Karen Doyle and she moved to Ballarat"
    assert dict(encoder.read(text).labels) == dict(encoder.read(text.lower()).labels)


def test_without_a_model_there_is_no_reader(tmp_path: Path) -> None:
    assert load_encoder(tmp_path) is None


def test_a_model_that_was_changed_is_refused(tmp_path: Path) -> None:
    for path in MODEL.iterdir():
        shutil.copyfile(path, tmp_path / path.name)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["tokenizer.json"] = "0" * 64
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"tokenizer\.json"):
        load_encoder(tmp_path)
