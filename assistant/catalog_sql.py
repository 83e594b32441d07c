"""The catalog's tables, and filters as SQL. What is done with them is `catalog`'s."""

from __future__ import annotations

from assistant.filters import Filters

FORMAT = 1

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY,
    company TEXT NOT NULL COLLATE NOCASE,
    address TEXT,                -- canonical URL, for recognising the article again
    first_day TEXT,              -- the days that `published` covers
    last_day TEXT,
    reading_minutes INTEGER,
    includes_code INTEGER,
    content_hash TEXT NOT NULL,
    record TEXT NOT NULL         -- the whole article as JSON
);
CREATE INDEX IF NOT EXISTS articles_company ON articles (company);
CREATE INDEX IF NOT EXISTS articles_address ON articles (address);
CREATE INDEX IF NOT EXISTS articles_first_day ON articles (first_day);

CREATE TABLE IF NOT EXISTS names (
    article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('technology', 'author', 'topic')),
    name TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (article, kind, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS names_name ON names (kind, name, article);

CREATE TABLE IF NOT EXISTS sources (
    address TEXT PRIMARY KEY,
    format TEXT NOT NULL,
    company TEXT,
    etag TEXT,
    last_modified TEXT,
    added_at TEXT NOT NULL,
    read_at TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    history TEXT NOT NULL,       -- JSON list of the earlier questions
    articles TEXT NOT NULL,      -- JSON list of the cited articles' ids
    helpful INTEGER NOT NULL,
    comment TEXT,
    given_at TEXT NOT NULL
);
"""

ORDERS = {
    "newest": "first_day IS NULL, first_day DESC, id",
    "oldest": "last_day IS NULL, last_day, id",
    "shortest": "reading_minutes IS NULL, reading_minutes, id",
    "longest": "reading_minutes IS NULL, reading_minutes DESC, id",
    "id": "id",
}


def where(filters: Filters | None) -> tuple[str, list[str | int]]:
    """A condition on table `articles` (with its parameters) that holds for just the articles that match."""
    if filters is None:
        return "1", []
    clauses: list[str] = []
    values: list[str | int] = []

    def add(clause: str, *parameters: str | int) -> None:
        clauses.append(clause)
        values.extend(parameters)

    if filters.companies:
        add(f"company IN ({_marks(filters.companies)})", *filters.companies)
    if filters.exclude_companies:
        add(f"company NOT IN ({_marks(filters.exclude_companies)})", *filters.exclude_companies)
    if filters.technologies:
        add(*_named("technology", filters.technologies, every=filters.all_technologies))
    if filters.exclude_technologies:
        clause, *names = _named("technology", filters.exclude_technologies)
        add(f"NOT {clause}", *names)
    if filters.authors:
        add(*_named("author", filters.authors))
    for column, operator, value in (
        ("includes_code", "=", filters.includes_code),
        ("first_day", ">=", filters.published_from),
        ("last_day", "<=", filters.published_to),
        ("reading_minutes", ">=", filters.min_minutes),
        ("reading_minutes", "<=", filters.max_minutes),
    ):
        if value is not None:
            add(f"{column} {operator} ?", value)
    return " AND ".join(clauses) or "1", values


def _named(kind: str, names: tuple[str, ...], every: bool = False) -> tuple[str, ...]:
    """A condition that an article bears any (or every one) of the names, and its parameters."""
    if every:
        one = f"id IN (SELECT article FROM names WHERE kind = '{kind}' AND name = ?)"  # noqa: S608 - kind is ours
        return (f"({' AND '.join([one] * len(names))})", *names)
    return (f"id IN (SELECT article FROM names WHERE kind = '{kind}' AND name IN ({_marks(names)}))", *names)  # noqa: S608


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" * len(values))
