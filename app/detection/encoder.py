"""The reader: one small encoder with two heads, run by onnxruntime, one text at a time.

One text at a time, on purpose: an audit cannot live with a score that depends on what else was read, or on
padding. The same text gives the same scores, always.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from tokenizers import Tokenizer

from app.detection.reader import Reading
from app.domain.analysis import Label, ModelStamp
from app.domain.comment import Kind
from app.domain.finding import Finding, FindingKind
from app.errors import SettingsError

SOURCE = "encoder"
_SPECIAL_TOKENS = 2
_Logits = NDArray[np.float32]


class Manifest(BaseModel):
    """`manifest.json`: what the model's numbers mean, and the hashes of its files.

    `calibration` gives each label and claim the slope and offset that turn its logit into a probability.
    `pattern_weights` say how much the patterns' log-odds count beside the encoder's, a label. `thresholds` are
    the probabilities from which a label counts as likely. All of them were fitted or chosen on dev splits.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    version: str
    files: dict[str, str]
    labels: tuple[Label, ...]
    claims: tuple[str, ...]
    tags: tuple[str, ...]
    prefixes: dict[Kind, str]
    window: int
    stride: int
    calibration: dict[str, tuple[float, float]]
    pattern_weights: dict[Label, float] = {}
    thresholds: dict[Label, float]
    tag_threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as the tokenizer sees it: tokens that belong together, by their offsets in the text."""

    start: int
    end: int
    scores: _Logits  # probabilities of the tags, a mean over the word's tokens
    begins: float  # the share of "begin" among the first token's entity tags


class Encoder:
    """The trained encoder of `models/encoder`."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Load the model and check its files against the manifest. Raises SettingsError when they differ."""
        self.manifest = _manifest(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Weights are int8 on disk and are reckoned with in fp32, so that scores are the same on every processor.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        self._session = onnxruntime.InferenceSession(folder / "encoder.onnx", options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._kinds = [kind for kind in FindingKind if f"B-{kind.value}" in self.manifest.tags]
        self._begin = np.array([self.manifest.tags.index(f"B-{kind.value}") for kind in self._kinds])
        self._inside = np.array([self.manifest.tags.index(f"I-{kind.value}") for kind in self._kinds])
        outputs = (*(label.value for label in self.manifest.labels), *self.manifest.claims)
        lines = [self.manifest.calibration.get(name, (1.0, 0.0)) for name in outputs]
        self._slopes = np.array([slope for slope, _ in lines], dtype=np.float32)
        self._offsets = np.array([offset for _, offset in lines], dtype=np.float32)

    @property
    def stamp(self) -> ModelStamp:
        """The model's name and version, which is a hash of its weights."""
        return ModelStamp(name=self.manifest.name, version=self.manifest.version)

    @property
    def pattern_weights(self) -> Mapping[Label, float]:
        """How much the patterns' log-odds count beside the encoder's, a label."""
        return self.manifest.pattern_weights

    def read_many(self, texts: Sequence[str], kinds: Sequence[Kind]) -> list[Reading]:
        """One reading a text, in order; offsets are those of the text given."""
        return [self.read(text, kind) for text, kind in zip(texts, kinds, strict=True)]

    def read(self, text: str, kind: Kind = Kind.COMMENT) -> Reading:
        """Labels and claims as calibrated probabilities, and the spans that the token head tags."""
        logits, findings = self.read_raw(text, kind)
        scores = _sigmoid(self._slopes * logits + self._offsets)
        labels = {label: float(score) for label, score in zip(self.manifest.labels, scores, strict=False)}
        claims = {claim: float(score) for claim, score in zip(self.manifest.claims, scores[len(self.manifest.labels) :], strict=True)}
        return Reading(labels=MappingProxyType(labels), claims=MappingProxyType(claims), findings=findings)

    def read_raw(self, text: str, kind: Kind = Kind.COMMENT) -> tuple[_Logits, tuple[Finding, ...]]:
        """The text head's logits before calibration, labels first and then claims, and the findings."""
        logits, words = self._logits(text, kind)
        return logits, tuple(self._findings(words))

    def _logits(self, text: str, kind: Kind) -> tuple[_Logits, list[_Word]]:
        """The strongest logits of all windows, and the words with their tags' probabilities."""
        prefix = self.manifest.prefixes.get(kind, "")
        encoding = self._tokenizer.encode(prefix + text)
        ids = np.array(encoding.ids, dtype=np.int64)
        body = ids[1:-1]
        room = self.manifest.window - _SPECIAL_TOKENS
        step = room - self.manifest.stride
        tags = np.zeros((len(body), len(self.manifest.tags)), dtype=np.float32)
        strongest: _Logits | None = None
        for start in range(0, max(1, len(body) - self.manifest.stride), step):
            window = np.concatenate([ids[:1], body[start : start + room], ids[-1:]])[None, :]
            tag_logits, text_logits = self._session.run(["tags", "texts"], {"input_ids": window})
            strongest = text_logits[0] if strongest is None else np.maximum(strongest, text_logits[0])
            # In the overlap the earlier window knows less of what follows, so the later one half-way takes over.
            skip = self.manifest.stride // 2 if start else 0
            tags[start + skip : start + room] = _softmax(tag_logits[0, 1:-1])[skip:]
        if strongest is None:
            raise AssertionError("a text has at least one window")
        return strongest, self._words(encoding, tags, len(prefix))

    def _words(self, encoding: Any, tags: _Logits, prefix: int) -> list[_Word]:
        groups: list[list[int]] = []
        for index, token in enumerate(encoding.tokens[1:-1]):
            if token.startswith("##") and groups:
                groups[-1].append(index)
            else:
                groups.append([index])
        offsets = encoding.offsets[1:-1]
        words = []
        for group in groups:
            start, end = offsets[group[0]][0] - prefix, offsets[group[-1]][1] - prefix
            if start >= 0 and end > start:
                first = tags[group[0]]
                entity = float(first[self._begin].sum() + first[self._inside].sum())
                words.append(_Word(start, end, tags[group].mean(axis=0), float(first[self._begin].sum()) / max(entity, 1e-9)))
        return words

    def _findings(self, words: list[_Word]) -> list[Finding]:
        findings: list[Finding] = []
        open_span = False
        for word in words:
            kinds = word.scores[self._begin] + word.scores[self._inside]
            best = int(kinds.argmax())
            # All kinds together say whether it is an ordinary word; the strongest of them names it.
            if float(kinds.sum()) < self.manifest.tag_threshold:
                open_span = False
                continue
            kind, score = self._kinds[best], float(kinds[best])
            last = findings[-1] if findings else None
            if open_span and last is not None and last.kind is kind and word.begins < 0.5:
                findings[-1] = Finding(kind, last.start, word.end, min(last.score, score), SOURCE)
            else:
                findings.append(Finding(kind, word.start, word.end, score, SOURCE))
            open_span = True
        return findings


def load_encoder(folder: Path, *, threads: int = 1) -> Encoder | None:
    """The encoder in the folder; None, which means patterns only, when no model is there."""
    return Encoder(folder, threads=threads) if (folder / "manifest.json").is_file() else None


def likely_thresholds(encoder: Encoder | None) -> Mapping[Label, float]:
    """The thresholds that were chosen with the model; none without one."""
    return {} if encoder is None else encoder.manifest.thresholds


def _manifest(folder: Path) -> Manifest:
    manifest = Manifest.model_validate(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise SettingsError(f"The model in {folder} is not whole: {name} differs from its manifest. Check the files out again.")
    return manifest


def _sigmoid(values: _Logits) -> _Logits:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))), dtype=np.float32)


def _softmax(values: _Logits) -> _Logits:
    shifted = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)
