"""The manifest of one generation of the index, the name of the current one, and the check that its files are whole."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from embeddings.analyzer import ANALYZER_VERSION
from embeddings.errors import IndexBroken, IndexForeign, IndexMissing
from embeddings.files import checksum, replace_file

FORMAT = 1
MANIFEST = "manifest.json"
CURRENT = "CURRENT"
GENERATION = re.compile(r"\d{8}-[0-9a-f]{8}")
_REBUILD = "Rebuild it: byline index --rebuild"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds and what made it."""

    format: int
    analyzer: int
    encoder: str
    fingerprint: str
    dimension: int
    normalised: bool
    rows: int
    parts: int
    fields: list[str]
    field_weights: dict[str, float]
    tag: str
    files: dict[str, list[Any]]  # size and SHA-256 by path below the generation's folder

    def write(self, folder: Path) -> None:
        """Put the manifest in place in one step."""
        replace_file(folder / MANIFEST, json.dumps(asdict(self), indent=1, ensure_ascii=False).encode())

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of the generation in `folder`; raises IndexBroken, or IndexForeign for another version's."""
        try:
            record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexBroken(f"the manifest of the index in {folder} cannot be read", _REBUILD) from error
        if not isinstance(record, Mapping) or "format" not in record:
            raise IndexBroken(f"the manifest of the index in {folder} is not a manifest", _REBUILD)
        if record["format"] != FORMAT or record.get("analyzer") != ANALYZER_VERSION:
            raise IndexForeign("the index was written by another version of Byline", _REBUILD)
        try:
            return cls(**{field.name: record[field.name] for field in fields(cls)})
        except KeyError as error:
            raise IndexBroken(f"the manifest of the index in {folder} lacks {error}", _REBUILD) from error


def current(folder: Path) -> str:
    """The name of the current generation below `folder`; raises IndexMissing or IndexBroken."""
    try:
        name = (folder / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise IndexMissing(f"there is no index in {folder}", "Build it: byline index") from None
    except (OSError, ValueError) as error:
        raise IndexBroken(f"the index in {folder} cannot be read", _REBUILD) from error
    if not GENERATION.fullmatch(name):
        raise IndexBroken(f"the index in {folder} names no generation", _REBUILD)
    return name


def inventory(folder: Path) -> dict[str, list[Any]]:
    """Size and SHA-256 of every file below `folder`, by relative path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): [path.stat().st_size, checksum(path)] for path in paths}


def check_files(folder: Path, manifest: Manifest, *, contents: bool) -> None:
    """Raise IndexBroken where a file is missing, has another size or, with `contents`, other bytes than were written."""
    for name, (size, expected) in manifest.files.items():
        path = folder / name
        try:
            problem = "is cut short or grown" if path.stat().st_size != size else ""
            if not problem and contents and checksum(path) != expected:
                problem = "was altered"
        except OSError:
            problem = "is missing"
        if problem:
            raise IndexBroken(f"the index is damaged: {name} {problem}", _REBUILD)
