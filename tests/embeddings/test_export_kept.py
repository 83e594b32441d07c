"""Exports on disk: what they outlive, and what makes a model be exported anew."""

from __future__ import annotations

import logging
import os
import platform
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from embeddings import encoder as encoder_module
from embeddings import graph, processor
from embeddings.encoder import load_encoder, verify_model
from embeddings.errors import ModelUnavailable
from embeddings.exported import ExportedModel, exports_of
from embeddings.graph import NotExportable


def manifest(folder: Path) -> ExportedModel:
    exported = ExportedModel.read(folder)
    assert exported is not None
    return exported


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
