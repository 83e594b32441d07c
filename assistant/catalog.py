"""The catalog: articles in one SQLite file with their sources and thumbs, the record of truth. Searching by meaning is the index's job."""

from __future__ import annotations

import builtins
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from assistant.article import Article, canonical_url
from assistant.catalog_sources import SourcesAndFeedback
from assistant.catalog_sql import ORDERS, where
from assistant.errors import NotFound
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


class Catalog(SourcesAndFeedback):
    """Articles by id, with filters and facets. Every call is one transaction; threads may share one catalog.

    Raises `CatalogError` where the file cannot be read or written.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, path)
        self._facets = Remembered[None, Facets](1)  # of the whole catalog
        self._ids = Remembered[Filters | None, tuple[str, ...]](_REMEMBERED)

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
