"""Graphs made ready for int8: the same product, with inputs that are easier to round."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from embeddings import smoothing
from embeddings.export import export
from embeddings.models import find_model
from embeddings.onnx_encoder import OnnxEncoder
from tests.embeddings.conftest import TEXTS, cosines

UNEVEN = np.array([[100.0, 1.0, 0.01, 0.0], [50.0, -2.0, 0.02, 0.0]], dtype=np.float32)


def layers(folder, *, shared: bool = False):
    """A file with two layers, 4 -> 3 and 3 -> 3 columns; `shared`, both of 4 -> 4 with one weight."""
    draw = np.random.default_rng(5)
    first = draw.normal(size=(4, 4 if shared else 3)).astype(np.float32)
    second = draw.normal(size=(3, 3)).astype(np.float32)
    nodes = [
        helper.make_node("MatMul", ["x", "first"], ["h"]),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("MatMul", ["r", "first" if shared else "second"], ["y"]),
    ]
    sides = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, None]) for name in ("x", "y")]
    weights = [numpy_helper.from_array(first, "first")]
    weights += [] if shared else [numpy_helper.from_array(second, "second")]
    graph = helper.make_graph(nodes, "layers", sides[:1], sides[1:], initializer=weights)
    path = folder / "layers.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def computed(path, rows, output=None):
    return onnxruntime.InferenceSession(str(path)).run(output, {"x": rows})[0]


def test_the_graph_computes_the_same_from_inputs_that_are_alike(tmp_path):
    source, target = layers(tmp_path), tmp_path / "smooth.onnx"
    smoothing.smooth(source, target, [{"x": UNEVEN}])
    assert computed(target, UNEVEN) == pytest.approx(computed(source, UNEVEN), rel=1e-5)
    graph = onnx.load(target).graph
    divisors = numpy_helper.to_array(next(each for each in graph.initializer if each.name == "h_divisors"))
    before, after = (np.abs(rows).max(axis=0)[:3] for rows in (UNEVEN, UNEVEN * divisors))
    assert before.max() / before.min() == pytest.approx(5000)
    assert after.max() / after.min() < 100
    assert np.isfinite(divisors).all()


def test_the_factors_are_those_of_the_paper():
    largest = np.array([16.0, 1.0], dtype=np.float32)
    weight = np.array([[1.0, -4.0], [0.5, 0.25]], dtype=np.float32)
    found = smoothing._factors(largest, weight)
    assert found == pytest.approx([16**0.7 / 4**0.3, 1 / 0.5**0.3], rel=1e-5)


def test_a_weight_that_two_layers_share_is_left_alone(tmp_path):
    source, target = layers(tmp_path, shared=True), tmp_path / "smooth.onnx"
    smoothing.smooth(source, target, [{"x": UNEVEN}])
    assert [node.op_type for node in onnx.load(target).graph.node] == ["MatMul", "Relu", "MatMul"]
    assert np.array_equal(computed(target, UNEVEN), computed(source, UNEVEN))


def test_int8_is_nearer_to_the_original_than_without(tmp_path, monkeypatch, original):
    expected = original.encode(TEXTS)
    reached: list[float] = []
    for smooth in (smoothing.smooth, lambda source, target, _: target.write_bytes(source.read_bytes())):
        monkeypatch.setattr(smoothing, "smooth", smooth)
        folder = tmp_path / str(len(reached))
        folder.mkdir()
        exported = export("all-MiniLM-L6-v2", find_model("all-MiniLM-L6-v2"), folder)
        assert exported.identity.precision.startswith("int8")
        reached.append(
            1 - float(cosines(OnnxEncoder("int8", folder, exported.identity).encode(TEXTS), expected).mean())
        )
    assert reached[0] < reached[1] / 2
