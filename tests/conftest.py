"""Fixtures for every test: the user's folder in a temporary place, the exported default model, a random adapter of it, a small
counting encoder."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

if TYPE_CHECKING:
    from assistant import Assistant
    from embeddings.encoder import ModelEncoder


@pytest.fixture(autouse=True)
def byline_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test touches the home of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("BYLINE_HOME", str(home))
    return home


@pytest.fixture(scope="session", autouse=True)
def characters() -> None:
    """Hypothesis's table of all characters, which takes seconds on a fresh checkout: the first property test would be too slow."""
    from hypothesis import find, strategies

    find(strategies.text(min_size=1), lambda _: True)


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of exported models: the default one, bare and with the shipped adapter; exported once for all tests."""
    from embeddings.encoder import load_encoder

    folder = tmp_path_factory.mktemp("models")
    for adapter in {None, _shipped_adapter()}:
        load_encoder(folder=folder, adapter=adapter)
    return folder


@pytest.fixture(scope="session")
def served_encoder(model_folder: Path) -> ModelEncoder:
    """The encoder that an installation serves with unless it is told otherwise."""
    from embeddings.encoder import load_encoder

    return load_encoder(folder=model_folder, adapter=_shipped_adapter())


def _shipped_adapter() -> Path | None:
    from assistant.encoder import chosen_adapter
    from assistant.settings import Settings

    return chosen_adapter(Settings(home=os.devnull)).folder


def _write_adapter(
    folder: Path, base: Path, *, seed: int = 7, prefix: str = "base_model.model.", **config: object
) -> Path:
    """A random LoRA adapter of rank 4 for the model in `base`, as PEFT writes one."""
    from safetensors import safe_open
    from safetensors.numpy import save_file

    rng, rank = np.random.default_rng(seed), 4
    tensors = {}
    with safe_open(base / "model.safetensors", "np") as weights:
        for name in weights.keys():  # noqa: SIM118 - the file is no mapping
            layer = name.removesuffix(".weight")
            if layer != name and layer.rsplit(".", 1)[-1] in {"query", "key", "value", "dense"}:
                weight = weights.get_tensor(name)
                a = rng.normal(0, 0.05, (rank, weight.shape[1]))
                b = rng.normal(0, weight.std(), (len(weight), rank))
                tensors[f"{prefix}{layer}.lora_A.weight"] = a.astype(np.float32)
                tensors[f"{prefix}{layer}.lora_B.weight"] = b.astype(np.float32)
    record = {
        "peft_type": "LORA",
        "base_model_name_or_path": str(base),
        "r": rank,
        "lora_alpha": 8,
        "bias": "none",
        "target_modules": ["query", "key", "value", "dense"],
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({**record, **config}))
    return folder


@pytest.fixture(scope="session")
def write_adapter() -> Callable[..., Path]:
    """Writes a random LoRA adapter to a folder, for the model in another."""
    return _write_adapter


@pytest.fixture(scope="session")
def random_adapter(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random adapter of the default model, exported with it to `model_folder`, beside the bare model."""
    from embeddings.encoder import load_encoder
    from embeddings.models import DEFAULT_MODEL, find_model

    folder = _write_adapter(
        tmp_path_factory.mktemp("random") / "adapter", find_model(DEFAULT_MODEL), base_model_name_or_path=DEFAULT_MODEL
    )
    load_encoder(folder=model_folder, adapter=folder)
    return folder


class WordEncoder:
    """Gives texts that share words near vectors, without a model; notes every text it was asked for."""

    name = "words"
    dimension = 64

    def __init__(self, fingerprint: str = "words-1") -> None:
        self.fingerprint = fingerprint
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], *, kind: str = "passage", progress: bool = False) -> NDArray[np.float32]:
        self.asked.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
                vectors[row] += np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def warm(self) -> None:
        pass


@pytest.fixture
def word_encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture(scope="session")
def shipped_home(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the shipped articles, indexed once for all tests; no test may change it."""
    from assistant import Assistant

    home = tmp_path_factory.mktemp("shipped")
    (home / "models").symlink_to(model_folder, target_is_directory=True)
    Assistant.open(home).close()
    return home


@pytest.fixture(scope="session")
def assistant(shipped_home: Path) -> Iterator[Assistant]:
    """The real assistant over the shipped articles; no test may change it."""
    from assistant import Assistant

    with Assistant.open(shipped_home) as opened:
        yield opened


@pytest.fixture
def own_home(shipped_home: Path, tmp_path: Path) -> Path:
    """A copy of the shipped home that a test may change."""
    home = tmp_path / "own"
    shutil.copytree(shipped_home, home, symlinks=True)
    return home


@pytest.fixture
def empty_home(model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without any article, for catalogs of one's own."""
    home = tmp_path / "empty"
    home.mkdir()
    (home / "models").symlink_to(model_folder, target_is_directory=True)
    monkeypatch.setenv("BYLINE_STARTER", "off")
    return home
