"""Which adapter the settings mean, what changes with it, and how it is told; the bare model is one setting away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import Article, Assistant
from assistant import encoder as encoder_module
from assistant.cli import byline
from assistant.encoder import AdapterChoice, chosen_adapter, confidence_file, settings_encoder
from assistant.errors import NotFound
from assistant.settings import Settings
from embeddings.adapter import adapter_hash
from embeddings.cache import VectorCache
from embeddings.errors import ModelUnavailable
from embeddings.models import DEFAULT_MODEL, find_model

ARTICLES = [
    Article.from_record({"id": f"acme-{place}", "company": "Acme", "title": title, "summary": f"How we did {title}."})
    for place, title in enumerate(["sharding Postgres", "tracing a thousand services", "cooking carbonara at scale"])
]


@pytest.fixture
def ship(monkeypatch):
    """Makes a folder, or nothing, be what the installation ships for the encoder."""

    def set_to(folder):
        def shipped(name):
            if folder is None or name != "encoder":
                raise NotFound(f"no {name}")
            return folder

        monkeypatch.setattr(encoder_module, "shipped", shipped)

    return set_to


@pytest.mark.parametrize("model", [DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}"])
def test_unset_the_default_model_gets_one_s_own_adapter_else_the_shipped_one(tmp_path, ship, model):
    settings = Settings(home=str(tmp_path), model=model)
    ship(None)
    assert chosen_adapter(settings) == AdapterChoice("none")
    ship(tmp_path / "encoder")
    assert chosen_adapter(settings) == AdapterChoice("shipped", tmp_path / "encoder")
    (tmp_path / "adapter").mkdir()
    assert chosen_adapter(settings) == AdapterChoice("own", tmp_path / "adapter")


def test_another_model_gets_an_adapter_only_where_it_is_named(tmp_path, ship):
    ship(tmp_path)
    (tmp_path / "adapter").mkdir()
    settings = Settings(home=str(tmp_path), model="BAAI/bge-small-en")
    assert chosen_adapter(settings) == AdapterChoice("none")
    given = Settings(home=str(tmp_path), model="BAAI/bge-small-en", adapter="/there/it/is")
    assert chosen_adapter(given) == AdapterChoice("given", Path("/there/it/is").absolute())


def test_none_is_the_bare_model_and_anything_else_a_folder(tmp_path, ship, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ship(tmp_path)
    (tmp_path / "adapter").mkdir()

    def choice(value):
        return chosen_adapter(Settings.load({"BYLINE_HOME": str(tmp_path), "BYLINE_ADAPTER": value}))

    assert choice("none") == AdapterChoice("none")
    assert choice("").kind == "own"
    assert choice("mine") == AdapterChoice("given", tmp_path / "mine")
    assert choice("./none") == AdapterChoice("given", tmp_path / "none")
    assert choice("~/mine") == AdapterChoice("given", Path.home() / "mine")


def test_the_shipped_adapter_fits_the_default_model(tmp_path):
    from embeddings.adapter import check_adapter

    choice = chosen_adapter(Settings(home=str(tmp_path)))
    assert choice.kind == "shipped"
    assert choice.folder
    check_adapter(choice.folder, DEFAULT_MODEL, find_model(DEFAULT_MODEL))
    files = {path.name: path.stat().st_size for path in choice.folder.iterdir()}
    assert files.keys() == {"adapter_config.json", "adapter_model.safetensors", "README.md"}
    assert files["adapter_model.safetensors"] <= 3_000_000


def test_the_decision_to_decline_is_the_one_fitted_with_the_encoder(tmp_path):
    bare, adapted = (Settings(home=str(tmp_path), adapter=value) for value in ("none", str(tmp_path)))
    assert confidence_file(bare).name == "confidence-base.json"
    assert confidence_file(adapted).name == "confidence.json"


def test_a_changed_adapter_embeds_the_catalog_anew_and_the_way_back_embeds_nothing(empty_home, random_adapter):
    def opened(adapter):
        return Assistant.open(settings=Settings.load(home=str(empty_home), adapter=adapter))

    def vectors():
        with VectorCache(empty_home / "vectors.sqlite") as cache:
            return cache.count()

    with opened("none") as assistant:
        assistant.catalog.add(ARTICLES)
        assistant.update_index()
        bare, kept = assistant.index.fingerprint, vectors()
    with opened(str(random_adapter)) as assistant:
        assert assistant.index.fingerprint == assistant.encoder.fingerprint != bare
        assert assistant.index.size == 3
        assert assistant.ask("who wrote about carbonara?").cards[0].title == "cooking carbonara at scale"
        assert vectors() == 2 * kept
    with opened("none") as assistant:
        assert assistant.index.fingerprint == bare
        assert vectors() == 2 * kept


def test_one_s_own_adapter_serves_without_being_asked_for(model_folder, tmp_path, random_adapter):
    (tmp_path / "models").symlink_to(model_folder, target_is_directory=True)
    (tmp_path / "adapter").symlink_to(random_adapter, target_is_directory=True)
    encoder = settings_encoder(Settings(home=str(tmp_path)))
    assert encoder.identity.adapter == adapter_hash(random_adapter)
    assert settings_encoder(Settings(home=str(tmp_path), adapter="none")).identity.adapter is None


def test_an_adapter_that_is_named_but_not_there_is_never_left_out_silently(tmp_path):
    with pytest.raises(ModelUnavailable, match="no adapter folder"):
        settings_encoder(Settings(home=str(tmp_path), adapter=str(tmp_path / "nowhere")))


@pytest.mark.parametrize("kind", ["shipped", "own", "given", "none"])
def test_doctor_says_which_model_and_which_adapter_serve(empty_home, random_adapter, ship, monkeypatch, kind):
    ship(random_adapter if kind == "shipped" else None)
    if kind == "own":
        (empty_home / "adapter").symlink_to(random_adapter, target_is_directory=True)
    if kind == "given":
        monkeypatch.setenv("BYLINE_ADAPTER", str(random_adapter))
    monkeypatch.setenv("BYLINE_HOME", str(empty_home))
    checks = json.loads(CliRunner().invoke(byline, ["doctor", "--json"]).stdout)
    found = next(check["found"] for check in checks if check["name"] == "model")
    digest = adapter_hash(random_adapter)[:8]
    expected = {
        "shipped": f"shipped adapter ({digest})",
        "own": f"own adapter ({digest}) in {empty_home / 'adapter'}",
        "given": f"adapter ({digest}) in {random_adapter}",
        "none": "no adapter",
    }
    weights, adapter, *_ = found.split(", ")
    assert adapter == expected[kind]
    assert weights.startswith(f"{DEFAULT_MODEL} (")


def test_the_option_says_the_same_for_one_call(empty_home, random_adapter, monkeypatch):
    def model(*options):
        done = subprocess.run(
            [sys.executable, "-c", "from assistant.cli import main; main()", *options, "doctor", "--json"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "BYLINE_HOME": str(empty_home), "BYLINE_ADAPTER": str(random_adapter)},
        )
        return next(check for check in json.loads(done.stdout) if check["name"] == "model")

    assert f"({adapter_hash(random_adapter)[:8]})" in model()["found"]
    assert "no adapter" in model("--adapter", "none")["found"]
    wrong = model("--adapter", str(empty_home / "nowhere"))
    assert (wrong["well"], "BYLINE_ADAPTER" in wrong["fix"]) == (False, True)
