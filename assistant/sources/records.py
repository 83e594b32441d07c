"""Tables of articles: JSON Lines, JSON, CSV and BibTeX, told apart by content. A bad row is reported, good ones are kept."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from assistant.errors import ArticleInvalid, SourceError
from assistant.sources import bibtex, fields
from assistant.sources.parsed import Context, Draft, Material, Parsed, Problem

_LISTS = ("articles", "items", "records", "data", "posts", "results")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")

Row = tuple[int, dict[str, Any] | Problem]


def parse(material: Material, context: Context) -> Parsed:
    """The drafts of the table's rows. Raises `SourceError` where it is no table at all."""
    text, remark = material.text()
    drafts: list[Draft] = []
    problems: list[Problem] = [remark] if remark else []
    ignored: dict[str, None] = {}
    for line, row in _rows(material.name, text):
        if isinstance(row, Problem):
            problems.append(row)
            continue
        known: dict[str, Any] = {}
        for key, value in row.items():
            field = fields.field_named(key)
            if field is None:
                ignored[key] = None
            elif field not in known or key == field:
                known[field] = value
        try:
            record, full_text = fields.record(known, context.names)
        except ArticleInvalid as error:
            problems.append(Problem(material.name, error.rule, line=line, field=error.field, lost=True))
            continue
        drafts.append(Draft(record, line=line, text=full_text))
    problems += [Problem(material.name, "means no field of an article and was left out", field=key) for key in ignored]
    return Parsed("records", tuple(drafts), tuple(problems))


def _rows(name: str, text: str) -> Iterator[Row]:
    start = text.lstrip("\ufeff \t\r\n")[:200]
    if not start:
        raise SourceError(f"{name} is empty", "Add a file with at least one article.")
    if start.startswith("@"):
        return bibtex.rows(name, text)
    if start.startswith("["):
        return _json_list(name, text, text.index("[") + 1)
    if start.startswith("{"):
        return _json_object(name, text)
    return _csv_rows(name, text)


def _json_object(name: str, text: str) -> Iterator[Row]:
    """JSON Lines, or one JSON object: an article, or one that holds the list of articles."""
    first, _, rest = text.strip().partition("\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        # Not one object a line: one object over many lines, or JSON Lines whose first line is broken.
        if rest.lstrip().startswith("{"):
            yield from _json_lines(name, text)
            return
        holder = re.match(rf'\s*\{{\s*"(?:{"|".join(_LISTS)})"\s*:\s*\[', text)
        if holder:
            yield from _json_list(name, text, holder.end())
            return
        yield from _one_object(name, text)
        return
    if rest.strip():
        yield from _json_lines(name, text)
    else:
        yield from _one_object(name, text)


def _one_object(name: str, text: str) -> Iterator[Row]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield _not_json(name, getattr(error, "lineno", 1), error)
        return
    held = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
    for item in [value] if held is None else held:
        yield 1, item if isinstance(item, dict) else _no_object(name, 1, item)


def _json_lines(name: str, text: str) -> Iterator[Row]:
    # Not splitlines(): that also breaks at characters which may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield _not_json(name, number, error)
            continue
        yield number, value if isinstance(value, dict) else _no_object(name, number, value)


def _json_list(name: str, text: str, at: int) -> Iterator[Row]:
    """The items of a JSON list one by one, so that each has its line and those before a break are kept."""
    decoder, space = json.JSONDecoder(), re.compile(r"[\s,]*")
    line, counted = 1, 0
    while True:
        found = space.match(text, at)
        at = found.end() if found else at
        line, counted = line + text.count("\n", counted, at), at
        if text[at : at + 1] == "]":
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield _not_json(name, line, error)
            return
        yield line, value if isinstance(value, dict) else _no_object(name, line, value)


def _csv_rows(name: str, text: str) -> Iterator[Row]:
    head = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    delimiter = max(",;\t|", key=head.count)
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=False)
    header: list[str] | None = None
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, Problem(name, f"is not a row of a table ({error})", line=line, lost=True)
            line = reader.line_num + 1
            continue
        start, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = _header(name, cells)
            continue
        if len(cells) > len(header) and any(cells[len(header) :]):
            yield start, Problem(name, f"has {len(cells)} cells under {len(header)} columns", line=start, lost=True)
            continue
        yield start, {key: unguarded(cell) for key, cell in zip(header, cells, strict=False) if key}


def _header(name: str, cells: list[str]) -> list[str]:
    known = {fields.field_named(cell) for cell in cells} - {None}
    if not known & {"title", "summary", "url", fields.TEXT}:
        raise SourceError(
            f"{name} is neither a table of articles nor anything else that is known",
            "A table's first row names its columns, such as title, url, company, date and summary.",
        )
    return [cell.strip() for cell in cells]


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _not_json(name: str, line: int, error: Exception) -> Row:
    detail = getattr(error, "msg", "nested too deeply")
    return line, Problem(name, f"is not JSON, or is cut off ({detail})", line=line, lost=True)


def _no_object(name: str, line: int, value: Any) -> Problem:
    return Problem(
        name, f"must be an object with the article's fields, not {type(value).__name__}", line=line, lost=True
    )
