"""The encoder: the exported model against its original, and what makes it be exported anew."""

from __future__ import annotations

import logging
import os
import platform
import shutil
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper

from embeddings import encoder as encoder_module
from embeddings import export as export_module
from embeddings import graph, processor
from embeddings.encoder import Kind, load_encoder, verify_model
from embeddings.errors import ModelUnavailable
from embeddings.export import export
from embeddings.exported import ExportedModel, exports_of
from embeddings.graph import NotExportable
from embeddings.models import find_model
from embeddings.onnx_encoder import OnnxEncoder
from embeddings.sample import SAMPLE

TEXTS = [
    *SAMPLE,
    "",
    " ",
    "a",
    "long " * 1000,
    "𝕏 \u202e \x00 emoji 🚀🚀",
    "".join(map(chr, range(33, 800))),
    "What did Spotify write about autoscaling?",
]


def cosines(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    product: NDArray[np.float32] = np.einsum("nd,nd->n", one, other)
    return product


def manifest(folder: Path) -> ExportedModel:
    exported = ExportedModel.read(folder)
    assert exported is not None
    return exported


def test_the_exported_model_agrees_with_its_original_on_any_text(default, original):
    for kind in ("query", "passage"):
        vectors = default.encode(TEXTS, kind=kind)
        assert vectors.shape == (len(TEXTS), 384)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)
        assert cosines(vectors, original.encode(TEXTS, kind=kind)).min() >= 0.97


def test_rows_come_in_the_order_of_the_texts(default):
    forwards = default.encode(TEXTS)
    backwards = default.encode(TEXTS[::-1])[::-1]
    alone = np.vstack([default.encode([text]) for text in TEXTS])
    assert cosines(forwards, backwards).min() > 0.98
    assert cosines(forwards, alone).min() > 0.97


def test_no_texts_give_no_rows_and_lone_surrogates_do_not_fail(default, original):
    assert default.encode([]).shape == (0, 384)
    assert original.encode([]).shape == (0, 384)
    assert cosines(default.encode(["bad \ud800 text"]), original.encode(["bad \ud800 text"]))[0] >= 0.97


def test_nearest_texts_are_near(default):
    question = default.encode(["How do you scale Kubernetes automatically?"], kind="query")[0]
    texts = ["Autoscaling clusters of containers", "A recipe for apple pie", "Hiring interns in design"]
    assert int(np.argmax(default.encode(texts) @ question)) == 0


def test_threads_share_an_encoder(model_folder):
    shared = load_encoder(folder=model_folder, threads=1)
    expected = shared.encode(["kafka streams"])
    found = []
    threads = [threading.Thread(target=lambda: found.append(shared.encode(["kafka streams"]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(np.array_equal(vectors, expected) for vectors in found)


def test_serving_imports_no_torch_and_a_warm_load_no_runtime(model_folder):
    program = f"""
import sys
from pathlib import Path
from embeddings.encoder import Kind, load_encoder
from embeddings.index import Index
encoder = load_encoder(folder=Path({str(model_folder)!r}))
assert encoder.fingerprint and "onnxruntime" not in sys.modules and "huggingface_hub" not in sys.modules
assert encoder.encode(["a question"], kind="query").shape == (1, 384)
heavy = {{"torch", "transformers", "sentence_transformers", "onnx", "gradio", "sklearn", "pandas"}} & set(sys.modules)
sys.exit(", ".join(heavy) or 0)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_progress_bar_goes_to_standard_error_only(default, capsys):
    default.encode(["one", "two"], progress=True)
    assert capsys.readouterr().out == ""


def test_the_same_model_has_the_same_fingerprint_under_each_of_its_names(model_folder, default):
    again = load_encoder("sentence-transformers/all-MiniLM-L6-v2", folder=model_folder)
    assert again.fingerprint == default.fingerprint
    assert again.name == "sentence-transformers/all-MiniLM-L6-v2"


def test_the_fingerprint_follows_all_that_decides_the_vectors(default):
    identity = default.identity
    others = [
        replace(identity, weights="0"),
        replace(identity, precision="fp32"),
        replace(identity, prompts={"query": "query: ", "passage": ""}),
        replace(identity, max_length=128),
        replace(identity, pooling=[]),
        replace(identity, dimension=100),
        replace(identity, adapter="0"),
    ]
    assert len({identity.fingerprint(), *(other.fingerprint() for other in others)}) == 8


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


@pytest.fixture
def exported(tmp_path, tiny_model, exports_here):
    """A copy of the small model, exported; and the list of exports since."""
    source = tmp_path / "source"
    shutil.copytree(tiny_model, source)
    folder = tmp_path / "models"
    encoder = load_encoder(str(source), folder=folder)
    exports_here.clear()
    return source, folder, encoder, exports_here


def test_a_second_load_exports_nothing(exported):
    source, folder, encoder, exports = exported
    assert load_encoder(str(source), folder=folder).fingerprint == encoder.fingerprint
    assert exports == []


def test_a_model_trained_on_is_exported_again_and_a_touched_one_is_not(exported):
    source, folder, encoder, exports = exported
    for path in source.rglob("*.json"):
        os.utime(path, ns=(1, 1))
    assert load_encoder(str(source), folder=folder).fingerprint == encoder.fingerprint
    assert exports == []
    path = source / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    assert load_encoder(str(source), folder=folder).fingerprint != encoder.fingerprint
    assert len(exports) == 1
    assert len(list(folder.glob("source-*/"))) == 1  # the export of the old weights is gone


def test_an_export_outlives_its_source(exported):
    source, folder, _, exports = exported
    shutil.rmtree(source)
    assert load_encoder(str(source), folder=folder).encode(["kafka"]).shape == (1, 24)
    assert exports == []


def test_a_home_moved_with_new_times_is_checked_and_kept(exported):
    source, folder, encoder, exports = exported
    os.utime(encoder.folder / "model.onnx", ns=(1, 1))
    assert load_encoder(str(source), folder=folder).fingerprint == encoder.fingerprint
    assert exports == []
    assert manifest(encoder.folder).model_stamp[1] == 1


@pytest.mark.parametrize("damage", ["cut", "gone", "tokenizer", "manifest"])
def test_a_damaged_export_is_made_again(exported, damage):
    source, folder, encoder, exports = exported
    model = encoder.folder / "model.onnx"
    if damage == "cut":
        model.write_bytes(model.read_bytes()[:-1000])
    elif damage == "gone":
        model.unlink()
    elif damage == "tokenizer":
        (encoder.folder / "tokenizer.json").unlink()
    else:
        (encoder.folder / "manifest.json").write_text("{")
    again = load_encoder(str(source), folder=folder)
    assert again.encode(["kafka"]).shape == (1, 24)
    assert len(exports) == 1


def test_the_full_check_finds_an_altered_byte(exported):
    source, folder, encoder, _ = exported
    verify_model(str(source), folder=folder)
    path = encoder.folder / "tokenizer.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ModelUnavailable, match=r"tokenizer.json is not what was exported"):
        verify_model(str(source), folder=folder)
    with pytest.raises(ModelUnavailable, match="not been exported"):
        verify_model(folder=folder)


def test_another_processor_compares_again_and_keeps_what_is_faithful(exported, monkeypatch):
    source, folder, encoder, exports = exported
    monkeypatch.setattr(encoder_module, "processor_class", lambda: "another")
    assert load_encoder(str(source), folder=folder).fingerprint == encoder.fingerprint
    assert exports == []
    assert manifest(encoder.folder).processor == "another"


def test_another_processor_exports_again_what_is_not_faithful_there(exported, monkeypatch):
    source, folder, encoder, exports = exported
    vectors = np.load(encoder.folder / "sample.npy")
    np.save(encoder.folder / "sample.npy", -vectors)
    monkeypatch.setattr(encoder_module, "processor_class", lambda: "another")
    assert load_encoder(str(source), folder=folder).encode(["kafka"]).shape == (1, 24)
    assert len(exports) == 1


@pytest.mark.parametrize(
    ("machine", "flags", "expected", "narrow"),
    [
        ("x86_64", "fpu avx2 avx512_vnni", "x86-vnni", False),
        ("AMD64", "fpu avx2 avx_vnni", "x86-vnni", False),
        ("x86_64", "fpu avx2", "x86", True),
        ("x86_64", None, "x86", True),
        ("arm64", None, "arm", False),
        ("aarch64", None, "arm", False),
        ("riscv64", None, "other", True),
    ],
)
def test_the_processor_decides_the_range_of_int8(tmp_path, monkeypatch, machine, flags, expected, narrow):
    flags_file = tmp_path / "cpuinfo"
    if flags is not None:
        flags_file.write_text(f"flags\t\t: {flags}\n")
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(processor, "Path", lambda _: flags_file)
    processor.processor_class.cache_clear()
    try:
        assert processor.processor_class() == expected
        assert processor.saturates_int8() is narrow
    finally:
        processor.processor_class.cache_clear()


def test_a_model_that_cannot_be_exported_runs_on_torch_and_is_tried_once(
    tmp_path, tiny_model, exports_here, monkeypatch, caplog
):
    def refuse(*_):
        raise NotExportable("it is odd")

    monkeypatch.setattr(graph, "write", refuse)
    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            encoder = load_encoder(str(tiny_model), folder=tmp_path)
        assert encoder.encode(["kafka"]).shape == (1, 24)
        assert [record.message for record in caplog.records] == [
            f"{tiny_model} runs on torch, which is slower: it is odd"
        ]
    assert len(exports_here) == 1


def test_two_starts_at_once_export_once(tmp_path, tiny_model, exports_here):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(load_encoder(str(tiny_model), folder=tmp_path))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({encoder.fingerprint for encoder in found}) == 1
    assert len(found) == 3
    assert len(exports_here) == 1


def test_an_export_cut_short_leaves_nothing_that_is_taken_for_one(tmp_path, tiny_model, monkeypatch):
    def stop(name, source, target, adapter):
        (target / "model.onnx").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(encoder_module, "_run_export", stop)
    with pytest.raises(KeyboardInterrupt):
        load_encoder(str(tiny_model), folder=tmp_path)
    assert exports_of(str(tiny_model), None, tmp_path) == []
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_broken_model_fails_in_one_sentence(tmp_path, tiny_model):
    source = tmp_path / "broken"
    shutil.copytree(tiny_model, source)
    (source / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelUnavailable) as caught:
        load_encoder(str(source), folder=tmp_path / "models")
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_a_folder_that_cannot_be_written_says_so(tmp_path, tiny_model):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelUnavailable, match="cannot be exported to"):
        load_encoder(str(tiny_model), folder=tmp_path / "file" / "models")
