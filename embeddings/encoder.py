"""Text to unit vectors: the encoder's interface, and loading one by name, exporting it on its first use."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.adapter import adapter_hash, check_adapter
from embeddings.errors import ModelUnavailable
from embeddings.exported import (
    SAMPLE_VECTORS,
    ExportedModel,
    ModelIdentity,
    Refusal,
    all_exports,
    damage,
    exports_of,
    intact,
    slug,
)
from embeddings.files import exclusive, sync_tree
from embeddings.models import DEFAULT_MODEL, canonical_name, check_weights, content_hash, find_model, stamp
from embeddings.onnx_encoder import Kind, OnnxEncoder
from embeddings.processor import processor_class
from embeddings.progress import waiting

__all__ = ["DEFAULT_MODEL", "Encoder", "Kind", "ModelEncoder", "load_encoder", "verify_model"]

log = logging.getLogger(__name__)
_EXPORT_SECONDS = 900.0


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    name: str
    """The model as asked for."""
    fingerprint: str
    """SHA-256 over all that decides the vectors; equal fingerprints mean interchangeable vectors."""
    dimension: int

    def encode(self, texts: Sequence[str], *, kind: Kind = "passage", progress: bool = False) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimension), in the order of `texts`."""
        ...

    def warm(self) -> None:
        """Read the model now instead of at the first text; may be called in a thread."""
        ...


class ModelEncoder(Encoder, Protocol):
    """An encoder that `load_encoder` gives."""

    identity: ModelIdentity


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A model, and the adapter to be merged into it: exports of a model with and without one lie side by side."""

    model: str  # as asked for
    name: str  # canonical
    adapter: Path | None
    digest: str | None  # the adapter's hash

    @classmethod
    def of(cls, model: str, adapter: Path | None) -> Self:
        """Raises ModelUnavailable where the adapter's files are missing."""
        if adapter is None:
            return cls(model, canonical_name(model), None, None)
        adapter = adapter.expanduser().resolve()
        return cls(model, canonical_name(model), adapter, adapter_hash(adapter))


def load_encoder(
    model: str = DEFAULT_MODEL,
    *,
    folder: Path,
    backend: Literal["onnx", "torch"] = "onnx",
    threads: int | None = None,
    adapter: Path | None = None,
    progress: bool = False,
) -> ModelEncoder:
    """The encoder of `model`: a name, a folder, or an installed model package; with the LoRA adapter in the folder `adapter`.

    `folder` holds the exported models; the first use of a model, or of an adapter with it, exports it there, which takes a
    while and is done once (`progress` shows it on standard error). A warm load reads a manifest and the adapter's hash only;
    the model is read at the first text. A model that cannot be exported is served by torch, with a warning. Raises
    ModelUnavailable, also where the adapter is gone: other vectors than those asked for are never given.
    """
    wanted = _Wanted.of(model, adapter)
    if backend == "torch":
        return _load_torch(wanted, threads)
    found = _ready(wanted, folder)
    if found is None:
        with waiting("Preparing the model, once", shown=progress):
            found = _export_once(wanted, folder)
    if found is None:
        return _load_torch(wanted, threads)
    path, exported = found
    return OnnxEncoder(model, path, exported.identity, threads=threads)


def verify_model(model: str = DEFAULT_MODEL, *, folder: Path, adapter: Path | None = None) -> None:
    """Check the exported model's files by their checksums; raises ModelUnavailable where one is missing or altered."""
    wanted = _Wanted.of(model, adapter)
    exports = exports_of(wanted.name, wanted.digest, folder)
    if not exports:
        raise ModelUnavailable(f"the model '{model}' has not been exported yet", "It is exported at its first use.")
    for path, exported in exports:
        if problem := damage(path, exported):
            raise ModelUnavailable(
                f"the exported model in {path} is damaged: {problem}",
                "Delete that folder; it is exported again at the next start.",
            )


def _load_torch(wanted: _Wanted, threads: int | None) -> ModelEncoder:
    from embeddings.torch_encoder import TorchEncoder

    source = find_model(wanted.model)
    check_weights(wanted.name, source)
    return TorchEncoder(wanted.model, source, adapter=wanted.adapter, threads=threads)


def _ready(wanted: _Wanted, folder: Path) -> tuple[Path, ExportedModel] | None:
    """An export of the model that is whole, made from the source as it is now, and checked on this processor."""
    for path, exported in exports_of(wanted.name, wanted.digest, folder):
        if not intact(path, exported):
            continue
        current = _same_source(path, exported)
        if current is not None and _checked_here(path, current):
            return path, ExportedModel.read(path) or current
    return None


def _same_source(path: Path, exported: ExportedModel) -> ExportedModel | None:
    """The manifest where the source is unchanged or gone; None where it was altered since the export."""
    source = Path(exported.source)
    if not source.is_dir():
        return exported
    now = stamp(source)
    if now == exported.source_stamp:
        return exported
    if content_hash(source) != exported.identity.weights:
        return None
    return exported.updated(path, source_stamp=now)


def _checked_here(path: Path, exported: ExportedModel) -> bool:
    """Whether the precision holds on this processor and runtime; compared again with the sample where either changed."""
    runtime = version("onnxruntime")
    if exported.processor == processor_class() and exported.versions.get("onnxruntime") == runtime:
        return True
    from embeddings.export import MIN_COSINE_FP32, MIN_COSINE_INT8, min_cosine

    try:
        expected = np.load(path / SAMPLE_VECTORS, allow_pickle=False)
        reached = min_cosine(OnnxEncoder("check", path, exported.identity), expected)
    except (ModelUnavailable, OSError, ValueError):
        return False
    if reached < (MIN_COSINE_FP32 if exported.identity.precision == "fp32" else MIN_COSINE_INT8):
        return False
    versions = {**exported.versions, "onnxruntime": runtime}
    exported.updated(path, processor=processor_class(), versions=versions, min_cosine=round(reached, 5))
    return True


def _export_once(wanted: _Wanted, folder: Path) -> tuple[Path, ExportedModel] | None:
    """Export the model unless another process did so meanwhile; None where it cannot be exported."""
    try:
        with exclusive(folder / f"{slug(wanted.name)}.lock", _EXPORT_SECONDS):
            return _ready(wanted, folder) or _export(wanted, folder)
    except TimeoutError:
        raise ModelUnavailable(
            "another process has been exporting the model for too long", "End it, then start again."
        ) from None
    except OSError as error:
        raise ModelUnavailable(
            f"the model cannot be exported to {folder} ({error.strerror or error})",
            "Make that folder writable, or point BYLINE_HOME elsewhere.",
        ) from error


def _export(wanted: _Wanted, folder: Path) -> tuple[Path, ExportedModel] | None:
    model, name = wanted.model, wanted.name
    source = find_model(model)
    if wanted.adapter is not None:
        check_adapter(wanted.adapter, model, source)  # at once, not after a process has loaded torch
    versions = {package: version(package) for package in ("torch", "onnxruntime", "sentence-transformers")}
    known = Refusal.read(name, wanted.digest, folder)
    if known and known.source_stamp == stamp(source) and known.versions == versions:
        log.warning("%s runs on torch, which is slower: %s", model, known.reason)
        return None
    prefix = f".export-{slug(name)}-"
    for left in folder.glob(f"{prefix}*"):  # by a process that was ended; the lock says that none is at it now
        shutil.rmtree(left, ignore_errors=True)
    beside = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
    try:
        if reason := _run_export(name, source, beside, wanted.adapter):
            log.warning("%s runs on torch, which is slower: %s", model, reason)
            Refusal(name, stamp(source), versions, reason, wanted.digest).write(folder)
            return None
        exported = ExportedModel.read(beside)
        if exported is None:
            raise ModelUnavailable(f"the export of '{model}' wrote no manifest", "Start again.")
        return _put_in_place(beside, exported, folder), exported
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _put_in_place(beside: Path, exported: ExportedModel, folder: Path) -> Path:
    """Move a finished export to its name, and remove those it replaces: of the same folders, with what they held before."""
    sync_tree(beside)
    path = folder / f"{slug(exported.model)}-{exported.identity.fingerprint()[:12]}"
    shutil.rmtree(path, ignore_errors=True)
    beside.replace(path)
    places = (exported.source, exported.adapter_source)
    for old, other in all_exports(exported.model, folder):
        if old != path and (other.source, other.adapter_source) == places:
            shutil.rmtree(old, ignore_errors=True)
    return path


def _run_export(name: str, source: Path, target: Path, adapter: Path | None) -> str:
    """Run `embeddings.export` in a process of its own; returns "" or why the model cannot be exported."""
    from embeddings.export import NOT_EXPORTABLE, REASON

    log.info("exporting %s to ONNX, once", name)
    places = [str(Path(__file__).resolve().parents[1]), *filter(None, sys.path)]
    done = subprocess.run(
        [sys.executable, "-m", "embeddings.export"],
        input=json.dumps({"model": name, "source": str(source), "target": str(target), "adapter": str(adapter or "")}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places), "PYTHONUTF8": "1", "HF_HUB_OFFLINE": "1"},
        check=False,
    )
    if done.returncode == 0:
        return ""
    reason = target / REASON
    said = reason.read_text(encoding="utf-8") if reason.is_file() else ""
    if said and done.returncode == NOT_EXPORTABLE:
        return said
    if said:
        raise ModelUnavailable(*json.loads(said))
    last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
    raise ModelUnavailable(f"the model '{name}' could not be exported ({last})", "Is there memory and disk space?")
