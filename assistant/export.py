"""Articles as JSON Lines, CSV and BibTeX; what is written here, `byline add` reads back unchanged."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, TextIO

from assistant.article import Article
from assistant.cards import bibtex
from assistant.sources import people
from assistant.sources.fields import UNKNOWN
from assistant.words import SHORT_MONTHS

ExportFormat = Literal["jsonl", "csv", "bibtex"]
FORMATS: tuple[ExportFormat, ...] = ("jsonl", "csv", "bibtex")

_FIELDS = tuple(Article.__dataclass_fields__)
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_TEX = frozenset('\\{}$&#_%~^"')


def write(articles: Iterable[Article], stream: TextIO, format: ExportFormat = "jsonl") -> int:  # noqa: A002 - the option's name
    """Write the articles in the order given; how many they were."""
    pieces = 0
    for piece in _WRITERS[format](articles):
        stream.write(piece)
        pieces += 1
    return pieces - 1  # the first piece is the head


def _jsonl(articles: Iterable[Article]) -> Iterator[str]:
    yield ""
    for article in articles:
        yield json.dumps(article.to_record(), ensure_ascii=False) + "\n"


def _csv(articles: Iterable[Article]) -> Iterator[str]:
    yield _csv_line(_FIELDS)
    for article in articles:
        yield _csv_line([guarded(_cell(name, value)) for name, value in article.to_record().items()])


def _csv_line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def guarded(cell: str) -> str:
    """A cell with an apostrophe before what a spreadsheet would take for a formula; reading takes it off again."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        # Names that a joined cell could not give back, such as "Trust and Safety", are written as a JSON list.
        joined = "; ".join(value)
        clear = (
            people.authors(joined) == value
            if name == "authors"
            else not any(mark in item for item in value for mark in ";|,")
        )
        clear = clear and not joined.startswith("[") and joined.lower() not in UNKNOWN and joined == joined.strip()
        return joined if clear else json.dumps(value, ensure_ascii=False)
    return str(value)


def _bibtex(articles: Iterable[Article]) -> Iterator[str]:
    yield ""
    for article in articles:
        yield _entry(article)


def _tex(text: str) -> str:
    """`text` with TeX's special characters escaped, and every other one as it is."""
    return "".join(bibtex.escape(letter) if letter in _TEX else letter for letter in text)


def _entry(article: Article) -> str:
    # Braces around a whole name keep BibTeX from splitting "Spotify Engineering" into first and last name.
    values: dict[str, str] = {
        "title": f"{{{_tex(article.title)}}}" if article.title else "",
        "author": " and ".join(f"{{{_tex(name)}}}" for name in article.authors),
        "organization": _tex(article.company),
        "date": article.published or "",
        "year": (article.published or "")[:4],
        "url": re.sub(r"([%#{}])", r"\\\1", article.url or ""),
        "abstract": _tex(article.summary or ""),
        "summary_source": _tex(article.summary_source),
    }
    record = article.to_record()
    rest = ("reading_minutes", "technologies", "topics", "includes_code", "derived", "source", "read_at")
    values |= {name: _tex(_cell(name, record[name])) for name in rest if record[name] not in (None, [])}
    lines = [f"  {name} = {{{value}}}," for name, value in values.items() if value]
    if article.published and len(article.published) > 4:
        lines.append(f"  month = {SHORT_MONTHS[int(article.published[5:7]) - 1]},")
    return "\n".join([f"@online{{{article.id},", *lines, "}", "", ""])


_WRITERS = {"jsonl": _jsonl, "csv": _csv, "bibtex": _bibtex}
