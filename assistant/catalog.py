"""The catalog: articles, sources and feedback in one SQLite file, the record of truth. Searching by meaning is the index's job."""

from __future__ import annotations

import builtins
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from assistant.article import Article, canonical_url
from assistant.catalog_sql import FORMAT, ORDERS, SCHEMA, where
from assistant.errors import CatalogError, NotFound
from assistant.filters import Filters, date_span
from assistant.remembered import Remembered

CatalogOrder = Literal["newest", "oldest", "shortest", "longest", "id"]
_REMEMBERED = 64
"""Filters whose ids are kept: follow-ups ask inside the same company, and so does the next question."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What adding articles did, as ids in the order given."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed)


@dataclass(frozen=True, slots=True)
class Facets:
    """How many articles each name has, most first, then by name. `with_code` counts those known to include code."""

    companies: dict[str, int]
    technologies: dict[str, int]
    authors: dict[str, int]
    topics: dict[str, int]
    years: dict[str, int]
    with_code: int
    with_summary: int
    total: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where articles are read from, and what a conditional request needs to ask only for what is new."""

    address: str
    format: str
    company: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    added_at: str = ""
    read_at: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thumb: whether the answer to `question` (after `history`), which cited `articles`, helped."""

    question: str
    helpful: bool
    history: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    comment: str | None = None
    given_at: str = ""


def now() -> str:
    """This second in UTC, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Catalog:
    """Articles by id, with filters and facets. Every call is one transaction; threads may share one catalog.

    Raises `CatalogError` where the file cannot be read or written.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._depth = 0
        self._facets = Remembered[None, Facets](1)  # of the whole catalog
        self._ids = Remembered[Filters | None, tuple[str, ...]](_REMEMBERED)

    @classmethod
    def open(cls, path: Path) -> Catalog:
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
            raise CatalogError(
                f"the catalog {path} cannot be opened ({error})",
                "Check the folder's permissions and space; a damaged file can be moved away, and a new one is made.",
            ) from error
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
        """Everything inside happens, or nothing does. Transactions may nest; the outermost one counts."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                if outermost:
                    self._execute("COMMIT")
            except BaseException:
                if outermost:
                    self._connection.rollback()
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

    # Articles

    def add(self, articles: Iterable[Article]) -> Changes:
        """Add each article, or put it in the place of the one with its id; what says the same stays untouched."""
        outcome: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
        with self.transaction():
            for article in articles:
                outcome[self._put(article)].append(article.id)
            if outcome["added"] or outcome["changed"]:
                self._advance()
        return Changes(**{key: tuple(ids) for key, ids in outcome.items()})

    def delete(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Delete the articles; the ids that were there."""
        with self.transaction():
            gone = tuple(
                id for id in dict.fromkeys(ids) if self._execute("DELETE FROM articles WHERE id = ?", (id,)).rowcount
            )
            if gone:
                self._advance()
        return gone

    def get(self, id: str) -> Article:
        """The article. Raises `NotFound`."""
        found = self.get_many([id])
        if not found:
            raise NotFound(f"there is no article '{id}'", "Ids stand on the cards of answers and in listings.")
        return found[0]

    def get_many(self, ids: Sequence[str]) -> builtins.list[Article]:
        """The articles with those ids that exist, in the order given."""
        found: dict[str, Article] = {}
        for start in range(0, len(ids), 500):
            chunk = list(ids[start : start + 500])
            marks = ", ".join("?" * len(chunk))
            rows = self._rows(f"SELECT record FROM articles WHERE id IN ({marks})", chunk)  # noqa: S608 - marks only
            found.update((article.id, article) for article in map(_article, rows))
        return [found[id] for id in ids if id in found]

    def ids(self, filters: Filters | None = None) -> tuple[str, ...]:
        """The ids of the articles that match, sorted."""
        if self._depth:  # what a transaction sees may yet be taken back
            return self._read_ids(filters)
        return self._ids.get(self.revision, filters, lambda: self._read_ids(filters))

    def _read_ids(self, filters: Filters | None) -> tuple[str, ...]:
        condition, values = where(filters)
        return tuple(row[0] for row in self._rows(f"SELECT id FROM articles WHERE {condition} ORDER BY id", values))  # noqa: S608

    def list(
        self,
        filters: Filters | None = None,
        *,
        order: CatalogOrder = "newest",
        limit: int | None = None,
        offset: int = 0,
        companies_in_turn: bool = False,
    ) -> builtins.list[Article]:
        """The articles that match, in order; those that lack what the order looks at come last, ties by id.

        With `companies_in_turn` the first of every company comes before the second of any.
        """
        condition, values = where(filters)
        turn = f"row_number() OVER (PARTITION BY company ORDER BY {ORDERS[order]}), " if companies_in_turn else ""
        statement = f"SELECT record FROM articles WHERE {condition} ORDER BY {turn}{ORDERS[order]} LIMIT ? OFFSET ?"  # noqa: S608
        return [_article(row) for row in self._rows(statement, [*values, -1 if limit is None else limit, offset])]

    def count(self, filters: Filters | None = None) -> int:
        """How many articles match."""
        condition, values = where(filters)
        return int(self._execute(f"SELECT count(*) FROM articles WHERE {condition}", values).fetchone()[0])  # noqa: S608

    def companies(self, filters: Filters | None = None) -> dict[str, int]:
        """How many of the articles that match each company has, most first, then by name."""
        condition, values = where(filters)
        counts = f"SELECT company, count(*) FROM articles WHERE {condition} GROUP BY company ORDER BY 2 DESC, 1"  # noqa: S608
        return self._tally(counts, values)

    def technologies(self, filters: Filters | None = None) -> dict[str, int]:
        """How many of the articles that match have each technology, most first, then by name."""
        return self._tagged("technology", filters)

    def by_address(self, url: str) -> Article | None:
        """The article at that address, whatever its spelling; None where there is none or it is no address."""
        try:
            address = canonical_url(url)
        except ValueError:
            return None
        row = self._execute("SELECT record FROM articles WHERE address = ? ORDER BY id", (address,)).fetchone()
        return _article(row) if row else None

    def facets(self, filters: Filters | None = None) -> Facets:
        """How many of the articles that match each company, technology, author, topic and year has."""
        if filters or self._depth:  # see `ids`
            return self._count_facets(filters)
        return self._facets.get(self.revision, None, lambda: self._count_facets(None))

    def _count_facets(self, filters: Filters | None) -> Facets:
        condition, values = where(filters)
        known = f"FROM articles WHERE {condition} AND"
        years = f"SELECT substr(first_day, 1, 4), count(*) {known} first_day IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"

        def total(clause: str) -> int:
            return int(self._execute(f"SELECT count(*) {known} {clause}", values).fetchone()[0])

        with self._one_state():
            return Facets(
                companies=self.companies(filters),
                technologies=self.technologies(filters),
                authors=self._tagged("author", filters),
                topics=self._tagged("topic", filters),
                years=self._tally(years, values),
                with_code=total("includes_code = 1"),
                with_summary=total("json_extract(record, '$.summary') IS NOT NULL"),
                total=total("1"),
            )

    @property
    def revision(self) -> int:
        """A number that grows with every change of the articles; the index stores the one it was built from."""
        row = self._execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
        return int(row[0]) if row else 0

    def verify(self) -> None:
        """Read the whole file and check its structure. Raises `CatalogError` where it is damaged."""
        found = self._rows("PRAGMA integrity_check")[0][0]
        if found != "ok":
            raise CatalogError(
                f"the catalog {self.path} is damaged ({found})",
                "Save what can be read with byline export, then move the file away.",
            )

    # Sources and feedback

    def add_source(self, source: Source) -> None:
        """Remember a source, or what is new of it; the moment it was first added stays."""
        moment = now()
        row = {**asdict(source), "added_at": source.added_at or moment, "read_at": source.read_at or moment}
        with self.transaction():
            self._execute(
                """INSERT INTO sources VALUES (:address, :format, :company, :etag, :last_modified, :added_at, :read_at)
                ON CONFLICT (address) DO UPDATE SET format = :format, company = :company, etag = :etag,
                last_modified = :last_modified, read_at = :read_at""",
                row,
            )

    def sources(self) -> builtins.list[Source]:
        """Every source, by address."""
        return [Source(*row) for row in self._rows("SELECT * FROM sources ORDER BY address")]

    def remove_source(self, address: str) -> None:
        """Forget a source; its articles stay. Raises `NotFound`."""
        with self.transaction():
            if not self._execute("DELETE FROM sources WHERE address = ?", (address,)).rowcount:
                raise NotFound(f"there is no source '{address}'", "See them with: byline sources")

    def add_feedback(self, feedback: Feedback) -> None:
        """Keep one thumb."""
        row = (
            feedback.question,
            json.dumps(feedback.history),
            json.dumps(feedback.articles),
            feedback.helpful,
            feedback.comment,
            feedback.given_at or now(),
        )
        with self.transaction():
            self._execute(
                "INSERT INTO feedback (question, history, articles, helpful, comment, given_at) VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )

    def feedback(self) -> builtins.list[Feedback]:
        """Every thumb, oldest first."""
        rows = self._rows("SELECT question, helpful, history, articles, comment, given_at FROM feedback ORDER BY id")
        return [
            Feedback(
                question, bool(helpful), tuple(json.loads(history)), tuple(json.loads(articles)), comment, given_at
            )
            for question, helpful, history, articles, comment, given_at in rows
        ]

    # Inside

    def _tagged(self, kind: str, filters: Filters | None) -> dict[str, int]:
        condition, values = where(filters)
        # CROSS: the articles first. The other way round every name of the kind is looked at, however few articles match.
        matching = f"articles CROSS JOIN names ON article = id WHERE {condition} AND" if filters else "names WHERE"
        return self._tally(
            f"SELECT name, count(*) FROM {matching} kind = ? GROUP BY name ORDER BY 2 DESC, 1",  # noqa: S608
            [*values, kind],
        )

    def _tally(self, counts: str, values: Sequence[Any]) -> dict[str, int]:
        return {str(name): int(count) for name, count in self._rows(counts, values)}

    def _rows(self, statement: str, values: Any = ()) -> builtins.list[Any]:
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

    def _put(self, article: Article) -> Literal["added", "changed", "unchanged"]:
        row = self._execute("SELECT content_hash FROM articles WHERE id = ?", (article.id,)).fetchone()
        if row and row[0] == article.content_hash:
            return "unchanged"
        first, last = date_span(article.published) if article.published else (None, None)
        self._execute("DELETE FROM articles WHERE id = ?", (article.id,))
        self._execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.company,
                canonical_url(article.url) if article.url else None,
                first,
                last,
                article.reading_minutes,
                article.includes_code,
                article.content_hash,
                json.dumps(article.to_record(), ensure_ascii=False),
            ),
        )
        kinds = {"technology": article.technologies, "author": article.authors, "topic": article.topics}
        for kind, names in kinds.items():
            for name in names:
                self._execute("INSERT OR IGNORE INTO names VALUES (?, ?, ?)", (article.id, kind, name))
        return "changed" if row else "added"

    def _advance(self) -> None:
        self._execute("INSERT INTO meta VALUES ('revision', '1') ON CONFLICT (key) DO UPDATE SET value = value + 1")


@lru_cache(maxsize=1024)
def _article(row: tuple[str]) -> Article:
    """The article of a row that holds its record. Articles never change, so what says the same is read once."""
    return Article.from_stored(json.loads(row[0]))
