"""Encoders of the default model, a small model of its own, and exports that run in the process of the tests."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings import encoder as encoder_module
from embeddings.encoder import load_encoder
from embeddings.export import export
from embeddings.graph import NotExportable
from embeddings.models import find_model
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


@pytest.fixture(scope="session")
def default(model_folder):
    return load_encoder(folder=model_folder)


@pytest.fixture(scope="session")
def original(model_folder):
    return load_encoder(folder=model_folder, backend="torch")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """A small model of its own: random weights, CLS pooling, a dense layer, prompts, no normalisation."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense, Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    base = tmp_path_factory.mktemp("tiny-base")
    torch.manual_seed(11)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.3,  # far apart enough that different texts have different vectors
    )
    BertModel(config).save_pretrained(base)
    AutoTokenizer.from_pretrained(find_model("all-MiniLM-L6-v2")).save_pretrained(base)
    body = Transformer(str(base), max_seq_length=48)
    model = SentenceTransformer(
        modules=[body, Pooling(32, pooling_mode="cls"), Dense(32, 24)],
        prompts={"query": "query: ", "passage": "passage: "},
        device="cpu",
    )
    folder = tmp_path_factory.mktemp("tiny")
    model.save_pretrained(str(folder))
    record = json.loads((folder / "config_sentence_transformers.json").read_text())
    record["prompts"] = {"query": "query: ", "passage": "passage: "}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(record))
    return folder


@pytest.fixture
def exports_here(monkeypatch):
    """Exports run in this process, which has torch already; the list says of what."""
    done: list[str] = []

    def run(name, source, target, adapter):
        done.append(name)
        try:
            export(name, source, target, adapter)
        except NotExportable as error:
            return str(error)
        return ""

    monkeypatch.setattr(encoder_module, "_run_export", run)
    return done
