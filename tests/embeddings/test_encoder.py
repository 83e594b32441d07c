"""The serving encoder: the exported model against its original."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest

from embeddings.encoder import load_encoder
from tests.embeddings.conftest import TEXTS, cosines


def test_the_exported_model_agrees_with_its_original_on_any_text(default, original):
    for kind in ("query", "passage"):
        vectors = default.encode(TEXTS, kind=kind)
        assert vectors.shape == (len(TEXTS), 384)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)
        assert cosines(vectors, original.encode(TEXTS, kind=kind)).min() >= 0.97


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_a_text_has_one_vector_whatever_it_is_encoded_with(default, kind):
    among = default.encode(TEXTS, kind=kind)
    backwards = default.encode(TEXTS[::-1], kind=kind)[::-1]
    alone = np.vstack([default.encode([text], kind=kind) for text in TEXTS])
    assert alone.shape == among.shape
    assert cosines(among, backwards).min() > 0.9999
    assert cosines(among, alone).min() > 0.9999


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
