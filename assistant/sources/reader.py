"""From what the user named (a file, an address, "-") to its bytes, within limits. Understanding them is not done here."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

from assistant.errors import SourceError
from assistant.sources.compression import MAX_FILE, unpacked
from assistant.sources.fetcher import Fetched
from assistant.sources.parsed import Material

STDIN = "-"
STDIN_NAME = "standard input"


def is_address(source: str) -> bool:
    """Whether a source is named by its address on the web."""
    return source.strip().lower().startswith(("http://", "https://"))


def name_of(source: str) -> str:
    """The name a source is kept under: its address, the absolute path of its file, or "standard input"."""
    if source == STDIN:
        return STDIN_NAME
    return source.strip() if "://" in source else os.path.normpath(Path(source).expanduser().absolute())


def read_local(source: str, stdin: BinaryIO | None = None) -> Material:
    """The bytes of a file or of standard input, unpacked where they are gzip. Raises `SourceError`."""
    if source == STDIN:
        stream = stdin or sys.stdin.buffer
        return Material(STDIN_NAME, _bounded(STDIN_NAME, stream))
    if "://" in source:
        raise SourceError(f"'{source}' is not an http or https address", "Only http and https addresses are fetched.")
    if "\0" in source:
        raise SourceError("the name of the file holds characters that no file name has", "Check the path.")
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            raise SourceError(
                f"{source} is a folder", f"Name the files in it, for example: byline add {source.rstrip('/')}/*.jsonl"
            )
        if not path.exists():
            raise SourceError(f"there is no file {source}", "Check the path; an address begins with https://.")
        if not (path.is_file() or path.is_fifo()):
            raise SourceError(f"{source} is a device, not a file", "Name a file, an address, or - for standard input.")
        with path.open("rb") as stream:
            return Material(source, _bounded(source, stream))
    except OSError as error:
        raise SourceError(f"{source} cannot be read ({error.strerror or error})", "Check its permissions.") from None


def fetched_material(source: str, fetched: Fetched) -> Material:
    """What was fetched, as material; a gzip file served as such is unpacked."""
    return Material(source, unpacked(source, fetched.data), fetched.url, fetched.content_type)


def _bounded(name: str, stream: BinaryIO) -> bytes:
    data = stream.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise SourceError(f"{name} is larger than {MAX_FILE // 1_000_000} MB", "Split it into smaller files.")
    return unpacked(name, data)
