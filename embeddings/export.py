"""Export of a sentence-transformers model to ONNX, and the choice of its precision.

Run as a process of its own (`python -m embeddings.export`): torch and FAISS each bring an OpenMP runtime, and do not share
a process on every system.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings import graph, smoothing
from embeddings.errors import BylineError
from embeddings.exported import (
    FORMAT,
    MODEL,
    SAMPLE_VECTORS,
    TOKENIZER,
    ExportedModel,
    ModelIdentity,
    file_stamp,
)
from embeddings.files import checksum
from embeddings.graph import NotExportable
from embeddings.models import check_weights, stamp
from embeddings.onnx_encoder import OnnxEncoder
from embeddings.processor import processor_class, saturates_int8
from embeddings.sample import SAMPLE

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MIN_COSINE_INT8 = 0.97
MIN_COSINE_FP32 = 0.9999
NOT_EXPORTABLE = 3  # exit status of the process, beside 0 and 1
REASON = "reason.txt"

log = logging.getLogger(__name__)


def main() -> int:
    """Read a request (model, source, target, adapter) from standard input, export, and leave the outcome in the target."""
    request = json.load(sys.stdin)
    target = Path(request["target"])
    adapter = Path(request["adapter"]) if request["adapter"] else None
    try:
        export(request["model"], Path(request["source"]), target, adapter)
    except NotExportable as error:
        (target / REASON).write_text(str(error), encoding="utf-8")
        return NOT_EXPORTABLE
    except BylineError as error:
        (target / REASON).write_text(json.dumps([error.message, error.hint]), encoding="utf-8")
        return 1
    return 0


def export(model: str, source: Path, target: Path, adapter: Path | None = None) -> ExportedModel:
    """Write the ONNX twin of the model in `source`, with the adapter merged, to the folder `target`, with tokenizer and manifest.

    int8 is chosen where every text of the sample keeps a cosine of 0.97 to the original, else full precision. Raises
    ModelUnavailable where the model or the adapter cannot be loaded or trusted, NotExportable where ONNX cannot stand for it.
    """
    from embeddings.torch_encoder import TorchEncoder

    check_weights(model, source)
    original = TorchEncoder(model, source, adapter=adapter)
    expected = original.encode(SAMPLE, kind="passage")
    full = target / "full.onnx"
    identity = original.identity
    with _quiet():
        _write_tokenizer(original.model, target)
        graph.write(original.model, full)
    reached = _full_precision(original.model, full, target, identity, expected)
    if reached < MIN_COSINE_FP32:
        raise NotExportable(f"its ONNX twin differs from it (cosine {reached:.4f})")
    smaller = _quantised(original.model, full, target, identity, expected)
    if smaller is not None:
        identity, reached = smaller
    full.unlink()
    np.save(target / SAMPLE_VECTORS, expected)
    exported = ExportedModel(
        format=FORMAT,
        model=model,
        source=str(source),
        source_stamp=stamp(source),
        identity=identity,
        processor=processor_class(),
        min_cosine=round(reached, 5),
        versions={name: version(name) for name in ("sentence-transformers", "torch", "onnx", "onnxruntime")},
        files={name: checksum(target / name) for name in (MODEL, TOKENIZER, SAMPLE_VECTORS)},
        model_stamp=file_stamp(target / MODEL),
        adapter_source=str(adapter or ""),
    )
    exported.write(target)
    return exported


def min_cosine(encoder: OnnxEncoder, expected: NDArray[np.float32]) -> float:
    """The lowest cosine over the sample between `encoder` and the original's vectors (rows of `expected`)."""
    vectors = encoder.encode(SAMPLE, kind="passage")
    return float(np.einsum("nd,nd->n", vectors, expected).min())


def _full_precision(
    model: SentenceTransformer, full: Path, target: Path, identity: ModelIdentity, expected: NDArray[np.float32]
) -> float:
    """Put the graph in `full` in its place, optimised; the cosine reached. Where fused attention is faithful, `full` has it too."""
    fused = full.with_name("fused.onnx")
    try:
        with _quiet():
            graph.fuse_attention(model, full, fused)
            graph.optimise(fused, target / MODEL)
        reached = min_cosine(OnnxEncoder("fused", target, identity), expected)
        if reached >= MIN_COSINE_FP32:
            fused.replace(full)
            return reached
    except Exception as error:  # a graph the fusions misread: it serves as torch wrote it
        log.info("attention is not fused: %s", error)
    finally:
        fused.unlink(missing_ok=True)
    with _quiet():
        graph.optimise(full, target / MODEL)
    return min_cosine(OnnxEncoder("plain", target, identity), expected)


def _quantised(
    model: SentenceTransformer, full: Path, target: Path, identity: ModelIdentity, expected: NDArray[np.float32]
) -> tuple[ModelIdentity, float] | None:
    """Put the int8 model in place of the full one where it is faithful; None where it is not."""
    narrow = saturates_int8()
    trial = target / "int8"
    trial.mkdir()
    try:
        with _quiet():
            smoothing.smooth(full, trial / "smooth.onnx", _examples(model))
            graph.quantise(trial / "smooth.onnx", trial / "plain.onnx", seven_bits=narrow)
            graph.optimise(trial / "plain.onnx", trial / MODEL)
        (trial / TOKENIZER).write_bytes((target / TOKENIZER).read_bytes())
        smaller = replace(identity, precision="int8-7bit" if narrow else "int8")
        reached = min_cosine(OnnxEncoder("int8", trial, smaller), expected)
        if reached < MIN_COSINE_INT8:
            return None
        (trial / MODEL).replace(target / MODEL)
        return smaller, reached
    except Exception as error:  # a graph the quantiser does not know: full precision serves
        log.info("int8 is not possible: %s", error)
        return None
    finally:
        for path in trial.iterdir():
            path.unlink()
        trial.rmdir()


def _examples(model: SentenceTransformer) -> Iterator[dict[str, NDArray[np.int64]]]:
    """The sample as the graph takes it, text by text."""
    for text in SAMPLE:
        yield dict(model.tokenizer([text], truncation=True, max_length=model.max_seq_length, return_tensors="np"))


def _write_tokenizer(model: SentenceTransformer, target: Path) -> None:
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise NotExportable("its tokenizer has no fast form")
    padding = model.tokenizer.pad_token_id
    if padding is None:
        raise NotExportable("its tokenizer cannot fill up a batch")
    backend.enable_padding(pad_id=padding, pad_token=model.tokenizer.pad_token)
    backend.save(str(target / TOKENIZER))


@contextlib.contextmanager
def _quiet() -> Any:
    """Without the exporter's and the quantiser's remarks, which are about code that is not ours."""
    level = logging.root.level
    logging.root.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.root.setLevel(level)


if __name__ == "__main__":
    sys.exit(main())
