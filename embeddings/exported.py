"""An exported model on disk: its manifest, its fingerprint, and whether it is still whole and current. Loads no model."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from embeddings.files import checksum, replace_file

FORMAT = 3
MANIFEST = "manifest.json"
MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
SAMPLE_VECTORS = "sample.npy"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """What decides the vectors: two encoders with equal identities give the same vectors."""

    weights: str  # SHA-256 over the names and contents of the model's files
    precision: str  # "fp32", "int8", or "int8-7bit" (weights in 7 bits, for processors that saturate)
    prompts: Mapping[str, str]  # prefixes by kind: "query" and "passage"
    max_length: int  # tokens; longer texts are cut
    pooling: list[Any]  # the configuration of the modules after the transformer
    dimension: int
    adapter: str | None = None  # SHA-256 of a merged adapter

    def fingerprint(self) -> str:
        """SHA-256 over the identity, as hex; vectors are unit length, which is part of it."""
        record = {**asdict(self), "prompts": dict(self.prompts), "normalised": True, "format": FORMAT}
        return hashlib.sha256(json.dumps(record, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ExportedModel:
    """The manifest beside an exported model."""

    format: int
    model: str  # canonical name
    source: str  # the folder it was exported from
    source_stamp: list[list[str | int]]  # name, size, mtime of the source's files
    identity: ModelIdentity
    processor: str  # class of processor the precision was checked on
    min_cosine: float  # to the original, lowest over the sample
    versions: dict[str, str]  # of the packages that wrote it
    files: dict[str, str]  # SHA-256 per file
    model_stamp: list[int]  # size and mtime of model.onnx
    adapter_source: str = ""  # the folder of the merged adapter

    @classmethod
    def read(cls, folder: Path) -> ExportedModel | None:
        """The manifest in `folder`, or None where there is none that this version can read."""
        try:
            record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if not isinstance(record, dict) or record.get("format") != FORMAT:
                return None
            record["identity"] = ModelIdentity(**record["identity"])
            return cls(**{field.name: record[field.name] for field in fields(cls) if field.name in record})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Replace the manifest in `folder` in one step."""
        replace_file(folder / MANIFEST, json.dumps(asdict(self), indent=1, ensure_ascii=False).encode())

    def updated(self, folder: Path, **changes: Any) -> ExportedModel:
        """A copy with `changes`, written to `folder` where it can be (a read-only folder keeps the old one)."""
        newer = replace(self, **changes)
        with suppress(OSError):  # the same check is then made again at the next start
            newer.write(folder)
        return newer


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a model, with an adapter or without, was not exported: noted so that no later start tries in vain."""

    model: str
    source_stamp: list[list[str | int]]
    versions: dict[str, str]
    reason: str
    adapter: str | None = None

    @classmethod
    def read(cls, model: str, adapter: str | None, folder: Path) -> Refusal | None:
        """The note on `model` with the adapter of that hash, or None."""
        try:
            refusal = cls(**json.loads((folder / _refused(model, adapter)).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return refusal if (refusal.model, refusal.adapter) == (model, adapter) else None

    def write(self, folder: Path) -> None:
        """Leave the note in the folder of the exported models."""
        replace_file(folder / _refused(self.model, self.adapter), json.dumps(asdict(self), indent=1).encode())


def _refused(model: str, adapter: str | None) -> str:
    return f"{slug(model)}{f'-{adapter[:12]}' if adapter else ''}.refused.json"


def slug(model: str) -> str:
    """A file name for a model: the last part of its name or path, letters, digits, dots and dashes only."""
    return re.sub(r"[^\w.-]+", "-", re.split(r"[\\/]", model.rstrip("\\/"))[-1]).strip("-.") or "model"


def exports_of(model: str, adapter: str | None, folder: Path) -> list[tuple[Path, ExportedModel]]:
    """Every readable export of `model` with the adapter of that hash (None: the bare model) below `folder`, newest first."""
    return [pair for pair in all_exports(model, folder) if pair[1].identity.adapter == adapter]


def all_exports(model: str, folder: Path) -> list[tuple[Path, ExportedModel]]:
    """As `exports_of`, with any adapter and without."""
    read = ((path, ExportedModel.read(path)) for path in folder.glob(f"{slug(model)}-*"))
    found = [(path, exported) for path, exported in read if exported and exported.model == model]
    return sorted(found, key=lambda pair: pair[1].model_stamp[1], reverse=True)


def file_stamp(path: Path) -> list[int]:
    """Size and modification time of a file."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def damage(folder: Path, exported: ExportedModel) -> str:
    """What is wrong with the files of an export, by their checksums; "" where nothing is."""
    for name, expected in sorted(exported.files.items()):
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if checksum(path) != expected:
            return f"{name} is not what was exported"
    return ""


def intact(folder: Path, exported: ExportedModel) -> bool:
    """Whether the files are there and untouched: by size and time, and by checksum only where those differ."""
    try:
        stamp = file_stamp(folder / MODEL)
        if stamp == exported.model_stamp and (folder / TOKENIZER).is_file():
            return True
        if stamp[0] != exported.model_stamp[0] or damage(folder, exported):
            return False
        exported.updated(folder, model_stamp=stamp)
        return True
    except OSError:
        return False
