"""Vectors of texts already encoded, kept on disk so that a rebuild encodes only what is new."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Kind
from embeddings.progress import Progress

log = logging.getLogger(__name__)

_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) STRICT, WITHOUT ROWID"
_PER_QUERY = 500
_PER_TRANSACTION = 512
_WAIT_SECONDS = 30.0


class VectorCache:
    """A SQLite file of vectors by the SHA-256 of (encoder's fingerprint, kind, text).

    Losing it costs time only: a damaged file is set aside and begun anew, and where it cannot be written texts are
    encoded without it. Safe to share among threads and processes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection = self._open()

    def encode(
        self, encoder: Encoder, texts: Sequence[str], *, kind: Kind = "passage", progress: bool = False
    ) -> NDArray[np.float32]:
        """Unit vectors of `texts`, shape (len(texts), dimension), in their order; equal texts are encoded once.

        What was encoded is kept batch by batch, so that work cut short is not lost.
        """
        keys = [_key(encoder.fingerprint, kind, text) for text in texts]
        known = self._read(set(keys), encoder.dimension)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        order = sorted(
            missing, key=lambda key: -len(missing[key])
        )  # like lengths together, before cutting into batches
        with Progress("Encoding", len(order), shown=progress and bool(order)) as bar:
            for start in range(0, len(order), _PER_TRANSACTION):
                batch = order[start : start + _PER_TRANSACTION]
                fresh = encoder.encode([missing[key] for key in batch], kind=kind)
                rows = dict(zip(batch, fresh, strict=True))
                self._write(rows)
                known.update(rows)
                bar.advance(len(batch))
        vectors = np.empty((len(keys), encoder.dimension), dtype=np.float32)
        for row, key in enumerate(keys):
            vectors[row] = known[key]
        return vectors

    def count(self) -> int:
        """How many vectors are kept."""
        with self._lock:
            kept: int = self._connection.execute("SELECT count(*) FROM vectors").fetchone()[0]
        return kept

    def close(self) -> None:
        """Close the file; the cache cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _connect(self.path)
        except sqlite3.OperationalError as error:
            log.warning("the vector cache %s cannot be opened (%s); going on without it", self.path, error)
            return _connect(None)
        except sqlite3.DatabaseError:
            return self._begin_anew()

    def _begin_anew(self) -> sqlite3.Connection:
        aside = self.path.with_name(f"{self.path.name}.damaged-{time.time_ns()}")
        log.warning("the vector cache was damaged; set aside as %s", aside.name)
        try:
            self.path.replace(aside)
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            return _connect(self.path)
        except (OSError, sqlite3.Error) as error:
            log.warning("the vector cache %s cannot be begun anew (%s); going on without it", self.path, error)
            return _connect(None)

    def _read(self, keys: Iterable[bytes], dimension: int) -> dict[bytes, NDArray[np.float32]]:
        wanted = sorted(keys)
        found: dict[bytes, NDArray[np.float32]] = {}
        try:
            for start in range(0, len(wanted), _PER_QUERY):
                part = wanted[start : start + _PER_QUERY]
                marks = ",".join("?" * len(part))
                with self._lock:
                    rows = self._connection.execute(
                        f"SELECT key, vector FROM vectors WHERE key IN ({marks})",  # noqa: S608 - question marks only
                        part,
                    ).fetchall()
                found.update((key, np.frombuffer(blob, "<f4")) for key, blob in rows if len(blob) == 4 * dimension)
        except sqlite3.DatabaseError as error:
            self._recover(error)
        return found

    def _write(self, rows: dict[bytes, NDArray[np.float32]]) -> None:
        blobs = [(key, np.asarray(vector, dtype="<f4").tobytes()) for key, vector in rows.items()]
        try:
            with self._lock, self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", blobs)
        except sqlite3.DatabaseError as error:
            self._recover(error)

    def _recover(self, error: sqlite3.DatabaseError) -> None:
        """A full disk or a lock that lasts is only passed over; damage found while working begins the file anew."""
        if isinstance(error, sqlite3.OperationalError):
            log.warning("the vector cache was passed over: %s", error)
            return
        with self._lock:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = self._begin_anew()


def _connect(path: Path | None) -> sqlite3.Connection:
    connection = sqlite3.connect(path or ":memory:", timeout=_WAIT_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_SCHEMA)
        connection.execute("SELECT key, vector FROM vectors LIMIT 1").fetchone()
        connection.commit()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _key(fingerprint: str, kind: str, text: str) -> bytes:
    head = f"{fingerprint}\0{kind}\0".encode()
    return hashlib.sha256(head + text.encode("utf-8", "surrogatepass")).digest()
