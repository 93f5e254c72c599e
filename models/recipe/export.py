"""Step 3: the trained reader as one int8 ONNX file that needs no torch.

The product reads one text at a time, so the graph takes ids alone: no padding, no mask, and nothing of a
text's scores can depend on what else is read. Weights are int8 on disk; each flavour of reckoning with them is
measured against fp32 (`evaluate`) before one ships.
"""

import argparse
import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from torch import Tensor, nn

from models.recipe.encode import PREFIXES
from models.recipe.examples import LABELS, claim_ids
from models.recipe.network import TAG_NAMES, Reader

NAME = "porchlight-reader"
MATRIX = 2
WINDOW, STRIDE = 96, 32
"""Tokens that are read at once, and by how many one window overlaps the next."""


class _OneText(nn.Module):
    """The reader over one unpadded text: the mask is all ones."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, input_ids: Tensor) -> tuple[Tensor, Tensor]:
        tags, texts = self.reader(input_ids, torch.ones_like(input_ids))
        return tags, texts


def to_onnx(reader: Reader, path: Path) -> None:
    """Write the reader in fp32, for texts of any length."""
    reader.eval()
    length = torch.export.Dim("length", min=2, max=512)
    torch.onnx.export(
        _OneText(reader),
        (torch.tensor([[101, 2023, 2003, 1037, 3231, 102]]),),
        str(path),
        input_names=["input_ids"],
        output_names=["tags", "texts"],
        dynamic_shapes={"input_ids": {1: length}},
        dynamo=True,
        external_data=False,
    )
    without_notes(path)


def without_notes(path: Path) -> None:
    """Take out what the exporter noted of the machine that it ran on: traces and paths."""
    model = onnx.load(path)
    for noted in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        noted.doc_string = ""
        del noted.metadata_props[:]
    onnx.save(model, path)


def int8_embeddings(path: Path) -> None:
    """Replace the word embeddings by int8 rows with a scale a row, looked up and scaled at run time."""
    model = onnx.load(path)
    graph = model.graph
    for initializer in graph.initializer:
        if initializer.data_type == TensorProto.FLOAT and list(initializer.dims)[:1] == [30522]:
            break
    else:
        raise SystemExit("the word embeddings were not found")
    values = numpy_helper.to_array(initializer)
    scales = np.maximum(np.abs(values).max(axis=1, keepdims=True) / 127, 1e-8).astype(np.float32)
    rows = np.clip(np.rint(values / scales), -127, 127).astype(np.int8)
    name = initializer.name
    position, gather = next((index, node) for index, node in enumerate(graph.node) if node.op_type == "Gather" and node.input[0] == name)
    ids, out = gather.input[1], gather.output[0]
    graph.initializer.remove(initializer)
    graph.initializer.extend([numpy_helper.from_array(rows, f"{name}_rows"), numpy_helper.from_array(scales, f"{name}_scales")])
    graph.node.remove(gather)
    for offset, node in enumerate(
        (
            helper.make_node("Gather", [f"{name}_rows", ids], [f"{out}_rows"], name=f"{out}_gather_rows"),
            helper.make_node("Cast", [f"{out}_rows"], [f"{out}_cast"], name=f"{out}_cast_rows", to=TensorProto.FLOAT),
            helper.make_node("Gather", [f"{name}_scales", ids], [f"{out}_scales"], name=f"{out}_gather_scales"),
            helper.make_node("Mul", [f"{out}_cast", f"{out}_scales"], [out], name=f"{out}_scale"),
        )
    ):
        graph.node.insert(position + offset, node)
    onnx.save(model, path)


def dynamic_int8(source: Path, target: Path) -> None:
    """int8 weights a channel with activations quantised a text at a time."""
    quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "Gemm"])
    int8_embeddings(target)


def weights_8bit(source: Path, target: Path) -> None:
    """8-bit weights in blocks of 32 with activations in fp32."""
    quantizer = MatMulNBitsQuantizer(
        onnx.load(source),
        bits=8,
        block_size=32,
        is_symmetric=True,
        algo_config=DefaultWeightOnlyQuantConfig(bits=8, block_size=32, is_symmetric=True),
    )
    quantizer.process()
    onnx.save(quantizer.model.model, target)
    int8_embeddings(target)


def stored_int8(source: Path, target: Path) -> None:
    """int8 weights with a scale a column, turned back into fp32 when the session is made: small on disk, exact in use."""
    model = onnx.load(source)
    graph = model.graph
    weights = {node.input[1] for node in graph.node if node.op_type in ("MatMul", "Gemm")}
    for initializer in [one for one in graph.initializer if one.name in weights and len(one.dims) == MATRIX]:
        values = numpy_helper.to_array(initializer)
        scales = np.maximum(np.abs(values).max(axis=0) / 127, 1e-8).astype(np.float32)
        name = initializer.name
        graph.initializer.remove(initializer)
        graph.initializer.extend(
            [
                numpy_helper.from_array(np.clip(np.rint(values / scales), -127, 127).astype(np.int8), f"{name}_columns"),
                numpy_helper.from_array(scales, f"{name}_scales"),
            ]
        )
        node = helper.make_node("DequantizeLinear", [f"{name}_columns", f"{name}_scales"], [name], name=f"{name}_dequantize", axis=1)
        graph.node.insert(0, node)
    onnx.save(model, target)
    int8_embeddings(target)


FLAVOURS = {"stored-int8": stored_int8, "dynamic-int8": dynamic_int8, "weights-8bit": weights_8bit}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True, help="the trained weights, reader.pt")
    parser.add_argument("--work", type=Path, required=True, help="every flavour is written here")
    parser.add_argument("--out", type=Path, required=True, help="models/encoder")
    parser.add_argument("--flavour", choices=tuple(FLAVOURS), default="stored-int8")
    arguments = parser.parse_args()
    claims = claim_ids()
    reader = Reader(arguments.base, claims=claims, pretrained=False)
    state = torch.load(arguments.weights, weights_only=True, map_location="cpu")
    reader.load_state_dict(state.get("model", state))
    arguments.work.mkdir(parents=True, exist_ok=True)
    full = arguments.work / "fp32.onnx"
    to_onnx(reader, full)
    for flavour, quantise in FLAVOURS.items():
        quantise(full, arguments.work / f"{flavour}.onnx")
    arguments.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(arguments.work / f"{arguments.flavour}.onnx", arguments.out / "encoder.onnx")
    shutil.copyfile(arguments.base / "tokenizer.json", arguments.out / "tokenizer.json")
    manifest = {
        "name": NAME,
        "version": "sha256:" + hashlib.sha256((arguments.out / "encoder.onnx").read_bytes()).hexdigest()[:16],
        "made": datetime.now(tz=UTC).date().isoformat(),
        "flavour": arguments.flavour,
        "files": {name: hashlib.sha256((arguments.out / name).read_bytes()).hexdigest() for name in ("encoder.onnx", "tokenizer.json")},
        "labels": list(LABELS),
        "claims": list(claims),
        "tags": list(TAG_NAMES),
        "prefixes": PREFIXES,
        "window": WINDOW,
        "stride": STRIDE,
        "calibration": {},
        "pattern_weights": {},
        "thresholds": {},
        "tag_threshold": 0.8,
    }
    (arguments.out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    for path in sorted(arguments.work.glob("*.onnx")):
        print(f"{path.name:24} {path.stat().st_size / 1e6:6.1f} MB")


if __name__ == "__main__":
    main()
