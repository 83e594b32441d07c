"""What the catalog keeps beside its articles: where they are read from, and readers' thumbs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from assistant.catalog_file import CatalogFile
from assistant.errors import NotFound


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


class SourcesAndFeedback(CatalogFile):
    """Sources by address, and thumbs in the order they were given."""

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

    def sources(self) -> list[Source]:
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

    def feedback(self) -> list[Feedback]:
        """Every thumb, oldest first."""
        rows = self._rows("SELECT question, helpful, history, articles, comment, given_at FROM feedback ORDER BY id")
        return [
            Feedback(
                question, bool(helpful), tuple(json.loads(history)), tuple(json.loads(articles)), comment, given_at
            )
            for question, helpful, history, articles, comment, given_at in rows
        ]
