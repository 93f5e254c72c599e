"""Step 4: calibrate on dev, choose thresholds on dev, measure on everything else, and write the card.

What is measured is the shipped file, read by the code that the product runs.
"""

import argparse
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from app.detection.analyzer import SpacyAnalyzer, build_analyzer, log_odds
from app.detection.encoder import Encoder
from app.domain.analysis import Label
from app.domain.comment import Comment, Kind
from app.domain.finding import Finding
from app.policy.loader import load_pack
from models.recipe.examples import LABELS, TAGS, Example, read_examples

Scores = NDArray[np.float64]
RawRead = tuple[NDArray[np.float32], tuple[Finding, ...]]

_FEWEST_POSITIVES = 12
_COMPARED = 300
# Fewer than thirty training texts show these, so the patterns alone are heard.
_TAUGHT_BY_TOO_FEW = ("off_scope", "consent_claimed", "official_appeal")
# Missing a danger costs more than a needless look, so recall weighs more there. Where a false alarm would
# silence somebody, precision weighs more.
_BETAS = {
    **dict.fromkeys(("immediate_danger", "refuge_location", "abuser_near", "self_harm", "disclosure", "counter_speech"), 1.4),
    **dict.fromkeys(("personal_attack", "hate", "sexual_harassment", "opposing_view", "inaccuracy"), 0.7),
}


@dataclass(frozen=True, slots=True)
class Read:
    """What was said of a set of examples.

    The encoder's text logits `(n, labels + claims)`, the patterns' log-odds `(n, labels)`, and the spans a text.
    """

    examples: list[Example]
    logits: Scores
    patterns: Scores
    spans: list[list[tuple[int, int, str]]]


def read_set(encoder: Encoder, patterns: SpacyAnalyzer, examples: list[Example]) -> Read:
    """Read every example with the shipped code, by the encoder and by patterns alone."""
    logits, spans = [], []
    for example in examples:
        values, found = encoder.read_raw(example.text, Kind(example.kind))
        logits.append(values)
        spans.append([(one.start, one.end, one.kind.value) for one in found])
    analyses = patterns.analyze_many([Comment(text=example.text, kind=Kind(example.kind)) for example in examples])
    odds = [[log_odds(analysis.score(Label(label))) for label in LABELS] for analysis in analyses]
    return Read(examples=examples, logits=np.array(logits, dtype=np.float64), patterns=np.array(odds), spans=spans)


def sigmoid(values: Scores) -> Scores:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))))


def truth(examples: Sequence[Example], label: str) -> NDArray[np.int64]:
    """1, 0, or -1 where the source does not say."""
    return np.array([example.labels.get(label, -1) for example in examples])


@dataclass(frozen=True, slots=True)
class Line:
    """How a label's probability comes about: `sigmoid(slope * logit + offset + weight * patterns)`."""

    slope: float
    offset: float
    weight: float

    def of(self, logits: Scores, patterns: Scores) -> Scores:
        """Probabilities."""
        held = np.clip(self.slope * logits + self.offset, -6, 6)
        return sigmoid(held + self.weight * patterns)


def calibrate(reads: list[tuple[Read, float]]) -> dict[str, Line]:
    """A line for each label, fitted on dev sets with their weights.

    A label with too few positives on dev takes the median line of the others.
    """
    lines = {name: Line(0.0, 0.0, 1.0) for name in _TAUGHT_BY_TOO_FEW}
    for index, name in enumerate(LABELS):
        if name in lines:
            continue
        xs, ys, ws = [], [], []
        for read, weight in reads:
            known = truth(read.examples, name)
            at = known >= 0
            xs.append(np.stack([read.logits[at, index], read.patterns[at, index]], axis=1))
            ys.append(known[at])
            ws.append(np.full(int(at.sum()), weight))
        x, y, w = np.concatenate(xs), np.concatenate(ys), np.concatenate(ws)
        if min(int((y == 1).sum()), int((y == 0).sum())) >= _FEWEST_POSITIVES:
            fit = LogisticRegression(C=0.3).fit(x, y, sample_weight=w)
            slope, weight = (max(0.0, float(value)) for value in fit.coef_[0])
            lines[name] = Line(round(slope, 3), round(float(fit.intercept_[0]), 3), round(weight, 3))
    middle = Line(*(round(float(np.median([getattr(line, part) for line in lines.values()])), 3) for part in ("slope", "offset", "weight")))
    return {name: lines.get(name, middle) for name in LABELS}


def choose_thresholds(reads: list[tuple[Read, float]], lines: dict[str, Line]) -> dict[str, float]:
    """The probability with the best F score on dev, within 0.2..0.7, a label."""
    chosen = {}
    for index, name in enumerate(LABELS):
        scores, ys, ws = [], [], []
        for read, weight in reads:
            known = truth(read.examples, name)
            at = known >= 0
            scores.append(lines[name].of(read.logits[at, index], read.patterns[at, index]))
            ys.append(known[at])
            ws.append(np.full(int(at.sum()), weight))
        p, y, w = np.concatenate(scores), np.concatenate(ys), np.concatenate(ws)
        if (y == 1).sum() < _FEWEST_POSITIVES or name in _TAUGHT_BY_TOO_FEW:
            chosen[name] = 0.5
            continue
        beta = _BETAS.get(name, 1.0)
        # What silences must be more likely than not.
        grid = np.arange(0.5 if beta < 1 else 0.2, 0.71, 0.02)
        values = [f_score(y, p >= at, beta, w) for at in grid]
        # The middle of the plateau, because the single best point of a small set is luck.
        good = grid[np.array(values) >= max(values) - 0.004]
        chosen[name] = round(float(np.median(good)), 2)
    return chosen


def f_score(y: NDArray[np.int64], said: NDArray[np.bool_], beta: float, weights: Scores | None = None) -> float:
    """F-beta of a yes or no."""
    w = np.ones(len(y)) if weights is None else weights
    hit = float(w[said & (y == 1)].sum())
    if not hit:
        return 0.0
    precision, recall = hit / float(w[said].sum()), hit / float(w[y == 1].sum())
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


def calibration_error(y: NDArray[np.int64], p: Scores, bins: int = 10) -> float:
    """Expected calibration error over equal bins."""
    places = np.minimum((p * bins).astype(int), bins - 1)
    return float(
        sum(abs(y[places == at].mean() - p[places == at].mean()) * (places == at).mean() for at in range(bins) if (places == at).any())
    )


def label_rows(
    read: Read, lines: dict[str, Line], thresholds: dict[str, float]
) -> Iterator[tuple[str, int, float, float, float, float, float]]:
    """For each label with positives: count, precision, recall, F1, AUC and calibration error."""
    for index, name in enumerate(LABELS):
        known = truth(read.examples, name)
        y = known[known >= 0]
        if (y == 1).sum() < 5 or (y == 0).sum() < 5:
            continue
        p = lines[name].of(read.logits[known >= 0, index], read.patterns[known >= 0, index])
        said = p >= thresholds[name]
        hit = float((said & (y == 1)).sum())
        precision = hit / max(1.0, float(said.sum()))
        recall = hit / float((y == 1).sum())
        yield name, int((y == 1).sum()), precision, recall, f_score(y, said, 1.0), float(roc_auc_score(y, p)), calibration_error(y, p)


def span_rows(read: Read) -> Iterator[tuple[str, int, float, float, float]]:
    """For each tagged kind: gold spans, strict precision, recall and F1."""
    for kind in TAGS:
        gold = hits = said = 0
        for example, spans in zip(read.examples, read.spans, strict=True):
            if kind not in example.tagged:
                continue
            expected = {(span.start, span.end) for span in example.spans if span.kind == kind}
            found = {(start, end) for start, end, what in spans if what == kind}
            gold, said, hits = gold + len(expected), said + len(found), hits + len(expected & found)
        if gold >= 5:
            precision, recall = hits / max(1, said), hits / gold
            yield kind, gold, precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def claim_scores(read: Read, claims: Sequence[str]) -> tuple[float, float, int, int]:
    """Right claim among texts that assert one; false matches among stories and counter-speech; and how many of each."""
    columns = read.logits[:, len(LABELS) :]
    p = sigmoid(columns)
    right = asserting = false = others = 0
    for example, scores in zip(read.examples, p, strict=True):
        if example.claims is None:
            continue
        best = int(scores.argmax())
        if example.claims:
            asserting += 1
            right += claims[best] in example.claims and scores[best] >= 0.3
        elif example.labels.get("disclosure") or example.labels.get("counter_speech"):
            others += 1
            false += scores[best] >= 0.5
    return right / max(1, asserting), false / max(1, others), asserting, others


def faithful(shipped: Encoder, examples: list[Example], full: list[RawRead]) -> tuple[float, float, float]:
    """Against fp32's reads: the largest shift of a probability, the mean shift, and the share of texts with the same spans."""
    shifts, same = [], 0
    for example, (b, true_spans) in zip(examples, full, strict=True):
        a, spans = shipped.read_raw(example.text, Kind(example.kind))
        shifts.append(np.abs(sigmoid(np.asarray(a, dtype=np.float64)) - sigmoid(np.asarray(b, dtype=np.float64))))
        same += [(one.start, one.end, one.kind) for one in spans] == [(one.start, one.end, one.kind) for one in true_spans]
    values = np.array(shifts)
    return float(values.max()), float(values.mean()), same / len(examples)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown; floats with three digits."""
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    lines.extend("| " + " | ".join(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row) + " |" for row in rows)
    return "\n".join(lines)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prepared", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True, help="models/encoder, whose manifest gets calibration and thresholds")
    parser.add_argument("--full", type=Path, required=True, help="the fp32 export")
    parser.add_argument("--rules", type=Path, required=True, help="the policy pack, whose patterns are heard beside the encoder")
    parser.add_argument("--report", type=Path, required=True, help="where the measured tables go, as Markdown")
    arguments = parser.parse_args()
    sets = {
        path.name.removesuffix(".jsonl"): list(read_examples(path))
        for path in sorted(arguments.prepared.glob("*.jsonl"))
        if ".train" not in path.name
    }
    encoder = Encoder(arguments.encoder)
    patterns = build_analyzer(load_pack(arguments.rules))
    reads = {}
    for name, examples in sets.items():
        reads[name] = read_set(encoder, patterns, examples)
        print(f"read {name}: {len(examples)}", flush=True)
    dev = [(reads["scenarios.dev"], 3.0), (reads["domain.dev"], 1.0)]
    lines = calibrate(dev)
    thresholds = choose_thresholds(dev, lines)
    path = arguments.encoder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["calibration"] = {name: (line.slope, line.offset) for name, line in lines.items()}
    manifest["pattern_weights"] = {name: line.weight for name, line in lines.items()}
    manifest["thresholds"] = thresholds
    path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")

    parts = []
    for name, read in reads.items():
        rows = list(label_rows(read, lines, thresholds))
        if rows:
            parts.append(
                f"### Labels on `{name}` ({len(read.examples)} texts)\n\n"
                + table(("label", "positives", "precision", "recall", "F1", "AUC", "ECE"), rows)
            )
        spans = list(span_rows(read))
        if spans:
            parts.append(f"### Spans on `{name}`, strict\n\n" + table(("kind", "gold", "precision", "recall", "F1"), spans))
    claims = manifest["claims"]
    matched: list[Sequence[object]] = []
    for name in ("domain.dev", "domain.test"):
        right, false, asserting, others = claim_scores(reads[name], claims)
        matched.append((name, asserting, right, others, false))
    parts.append("### Claims\n\n" + table(("set", "asserting", "right claim", "stories and counter-speech", "false match"), matched))

    work = arguments.full.parent
    full = Encoder(_folder_of(arguments.full, arguments.encoder, manifest))
    compared = sets["domain.test"][:_COMPARED]
    full_reads = [full.read_raw(example.text, Kind(example.kind)) for example in compared]
    flavours: list[Sequence[object]] = []
    for candidate in sorted(work.glob("*.onnx")):
        flavour = Encoder(_folder_of(candidate, arguments.encoder, manifest))
        largest, mean, same = faithful(flavour, compared, full_reads)
        flavours.append((candidate.stem, candidate.stat().st_size / 1e6, largest, mean, same))
    parts.append(
        "### Flavours against fp32, on 300 texts of `domain.test`\n\n"
        + table(("flavour", "MB", "largest shift", "mean shift", "same spans"), flavours)
    )
    arguments.report.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print("\n\n".join(parts))


def _folder_of(model: Path, encoder: Path, manifest: dict[str, object]) -> Path:
    folder = model.parent / f"{model.stem}.folder"
    folder.mkdir(exist_ok=True)
    shutil.copyfile(model, folder / "encoder.onnx")
    shutil.copyfile(encoder / "tokenizer.json", folder / "tokenizer.json")
    (folder / "manifest.json").write_text(json.dumps({**manifest, "files": {}}), encoding="utf-8")
    return folder


if __name__ == "__main__":
    main()
