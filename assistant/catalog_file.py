"""The SQLite file behind the catalog: opening it, transactions, and errors in one sentence. What it holds is `catalog`'s."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from assistant.catalog_sql import FORMAT, SCHEMA
from assistant.errors import CatalogError


class CatalogFile:
    """One open file. Every call is one transaction; threads may share it.

    Raises `CatalogError` where the file cannot be read or written.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._depth = 0

    @classmethod
    def open(cls, path: Path) -> Self:
        """The catalog at `path`, made where there is none."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.executescript(SCHEMA)
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('format', ?)", (str(FORMAT),))
            found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()[0]
        except (OSError, sqlite3.Error) as error:
            raise CatalogError(f"the catalog {path} cannot be opened ({error})", _way_in(path.parent)) from error
        if found != str(FORMAT):
            connection.close()
            raise CatalogError(
                f"the catalog {path} has format {found}, and this version reads format {FORMAT}",
                "Use the version of Byline that wrote it, or set BYLINE_HOME to another folder.",
            )
        return cls(connection, path)

    def close(self) -> None:
        """Close the file; the catalog cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens, or nothing does; also in one inside another, which may fail alone."""
        with self._lock:
            inner = f"inner_{self._depth}" if self._depth else ""
            self._execute(f"SAVEPOINT {inner}" if inner else "BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                self._execute(f"RELEASE {inner}" if inner else "COMMIT")
            except BaseException:
                if not inner:
                    self._connection.rollback()
                elif self._connection.in_transaction:  # a full disk ends the outer one as well
                    self._execute(f"ROLLBACK TO {inner}")
                    self._execute(f"RELEASE {inner}")
                raise
            finally:
                self._depth -= 1

    @contextmanager
    def _one_state(self) -> Iterator[None]:
        """All that is read inside is of one state of the file, whatever other processes write meanwhile."""
        with self._lock:
            alone = not self._connection.in_transaction
            if alone:
                self._execute("BEGIN")
            try:
                yield
            finally:
                if alone:
                    self._connection.rollback()

    def verify(self) -> None:
        """Read the whole file and check its structure. Raises `CatalogError` where it is damaged."""
        found = self._rows("PRAGMA integrity_check")[0][0]
        if found != "ok":
            raise CatalogError(
                f"the catalog {self.path} is damaged ({found})",
                "Save what can be read with byline export, then move the file away.",
            )

    def _rows(self, statement: str, values: Any = ()) -> list[Any]:
        # Fetched under the lock: a cursor left open would see another thread's half of a change.
        with self._lock:
            return self._execute(statement, values).fetchall()

    def _execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        try:
            with self._lock:
                return self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise CatalogError(
                f"the catalog {self.path} cannot be used ({error})",
                "If another process is writing, try again; otherwise run: byline doctor",
            ) from error


def _way_in(folder: Path) -> str:
    """What to do about a catalog that cannot be opened."""
    if folder.is_dir() and not os.access(folder, os.W_OK):
        return "Its folder cannot be written to, which reading needs too, for locks: make it writable, or set BYLINE_HOME to a copy."
    return "Check the folder's permissions and space; a damaged file can be moved away, and a new one is made."
