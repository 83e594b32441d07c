"""The export: what is faithful to the original, in which precision, and which models cannot be exported."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from embeddings import export as export_module
from embeddings import graph
from embeddings.encoder import Kind, load_encoder
from embeddings.export import export
from embeddings.graph import NotExportable
from embeddings.models import find_model
from embeddings.onnx_encoder import OnnxEncoder
from tests.embeddings.conftest import TEXTS, cosines


def test_full_precision_is_the_original_s(tmp_path, monkeypatch, original):
    monkeypatch.setattr(export_module, "_quantised", lambda *_: None)
    exported = export("all-MiniLM-L6-v2", find_model("all-MiniLM-L6-v2"), tmp_path)
    full = OnnxEncoder("full", tmp_path, exported.identity)
    assert cosines(full.encode(TEXTS), original.encode(TEXTS)).min() >= 0.9999
    assert full.fingerprint == original.fingerprint


@pytest.mark.parametrize(("least", "precision"), [(-1.0, "int8"), (1.1, "fp32")])
def test_int8_is_taken_only_where_it_is_faithful(tmp_path, monkeypatch, tiny_model, least, precision):
    monkeypatch.setattr(export_module, "MIN_COSINE_INT8", least)
    exported = export(str(tiny_model), tiny_model, tmp_path)
    assert exported.identity.precision.startswith(precision)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "manifest.json",
        "model.onnx",
        "sample.npy",
        "tokenizer.json",
    ]


def operators(path: Path) -> Counter[str]:
    return Counter(node.op_type for node in onnx.load(path).graph.node)


@pytest.mark.parametrize("least", [-1.0, 1.1])
def test_each_attention_is_one_operator(tmp_path, monkeypatch, tiny_model, least):
    monkeypatch.setattr(export_module, "MIN_COSINE_INT8", least)
    export(str(tiny_model), tiny_model, tmp_path)
    found = operators(tmp_path / "model.onnx")
    assert found["QAttention"] + found["Attention"] == 2
    assert not found["SkipLayerNormalization"]
    assert not found["Softmax"]


def untouched(_model: object, source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


def another(_model: object, _source: Path, target: Path) -> None:
    node = helper.make_node("Cast", ["input_ids"], ["vector"], to=onnx.TensorProto.FLOAT)
    sides = [
        helper.make_tensor_value_info(name, kind, [None, None])
        for name, kind in (("input_ids", onnx.TensorProto.INT64), ("vector", onnx.TensorProto.FLOAT))
    ]
    graph = helper.make_graph([node], "another", sides[:1], sides[1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), target)


def fails(*_: object) -> None:
    raise KeyError("a fusion stumbled")


@pytest.mark.parametrize("fusing", [untouched, another, fails])
def test_a_graph_that_the_fusions_misread_serves_as_it_was_written(tmp_path, monkeypatch, tiny_model, fusing):
    monkeypatch.setattr(graph, "fuse_attention", fusing)
    exported = export(str(tiny_model), tiny_model, tmp_path)
    assert exported.min_cosine >= 0.97
    assert operators(tmp_path / "model.onnx")["Softmax"] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "manifest.json",
        "model.onnx",
        "sample.npy",
        "tokenizer.json",
    ]


def test_a_graph_that_differs_from_its_model_is_refused(tmp_path, monkeypatch, tiny_model):
    monkeypatch.setattr(export_module, "min_cosine", lambda *_: 0.99)
    with pytest.raises(NotExportable, match=r"differs from it .cosine 0.99"):
        export(str(tiny_model), tiny_model, tmp_path)


def test_a_model_with_prompts_pooling_and_a_dense_layer_of_its_own(tmp_path, tiny_model, exports_here):
    encoder = load_encoder(str(tiny_model), folder=tmp_path)
    original = load_encoder(str(tiny_model), folder=tmp_path, backend="torch")
    assert encoder.dimension == original.dimension == 24
    for kind in ("query", "passage"):
        assert cosines(encoder.encode(TEXTS, kind=kind), original.encode(TEXTS, kind=kind)).min() >= 0.97
    assert exports_here == [str(tiny_model)]
    assert original.encode(TEXTS[:10]) @ original.encode(["unlike"])[0] == pytest.approx(np.zeros(10), abs=0.95)


@pytest.mark.parametrize("backend", ["onnx", "torch"])
def test_prompts_are_put_before_the_text(tmp_path, tiny_model, exports_here, backend):
    prompted = load_encoder(str(tiny_model), folder=tmp_path, backend=backend)
    bare_folder = tmp_path / "bare"
    shutil.copytree(tiny_model, bare_folder)
    (bare_folder / "config_sentence_transformers.json").write_text("{}")
    bare = load_encoder(str(bare_folder), folder=tmp_path, backend=backend)
    assert bare.fingerprint != prompted.fingerprint
    kinds: tuple[tuple[Kind, str], ...] = (("query", "query: "), ("passage", "passage: "))
    for kind, prompt in kinds:
        assert cosines(prompted.encode(["kafka"], kind=kind), bare.encode([f"{prompt}kafka"], kind=kind))[0] > 0.9999
    assert cosines(prompted.encode(["kafka"], kind="query"), prompted.encode(["kafka"]))[0] < 0.99


@pytest.mark.parametrize(
    ("configuration", "query", "passage"),
    [
        ({}, "", ""),
        ({"prompts": {"query": "q: ", "document": "d: "}}, "q: ", "d: "),
        ({"prompts": {"query": "q: ", "document": "", "passage": "p: "}}, "q: ", "p: "),
        ({"prompts": {"query": "q: ", "corpus": "c: "}}, "q: ", "c: "),
        ({"prompts": {"retrieval": "r: "}, "default_prompt_name": "retrieval"}, "r: ", "r: "),
        ({"prompts": {"query": "", "retrieval": "r: "}, "default_prompt_name": "retrieval"}, "", "r: "),
        ({"prompts": None, "default_prompt_name": None}, "", ""),
    ],
)
def test_prompts_by_kind(configuration, query, passage):
    from embeddings.torch_encoder import prompts_of

    assert prompts_of(configuration) == {"query": query, "passage": passage}
