"""What adding sources did: counts and problems for each source, as values that a command can show or print as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from assistant.errors import BylineError
from assistant.sources.parsed import Problem


@dataclass(slots=True)
class SourceReport:
    """What one source did. Counts are of distinct articles; `skipped` counts records (or a source) that did not go in.

    `modified` is False where the server said that nothing is new since the last reading.
    """

    source: str
    format: str | None = None
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)
    modified: bool = True

    @property
    def failed(self) -> bool:
        """Whether anything of the source did not go in."""
        return any(problem.lost for problem in self.problems)

    def fail(self, error: BylineError) -> SourceReport:
        """This report, with the error as the reason why the source did not go in."""
        hint = f" {error.hint}" if error.hint else ""
        text = error.message[:1].upper() + error.message[1:].rstrip(".") + "." + hint
        self.problems.append(Problem(self.source, text, lost=True))
        self.skipped = max(self.skipped, 1)
        return self

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready data."""
        return {
            "source": self.source,
            "format": self.format,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "problems": [problem.to_dict() for problem in self.problems],
        }


@dataclass(slots=True)
class Report:
    """What each of the sources did, in the order they were read."""

    sources: list[SourceReport] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether anything of any source did not go in."""
        return any(source.failed for source in self.sources)

    @property
    def changes(self) -> int:
        """How many articles were added or changed."""
        return sum(source.added + source.changed for source in self.sources)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready data: `{"sources": [...]}`."""
        return {"sources": [source.to_dict() for source in self.sources]}
