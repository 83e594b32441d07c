"""`byline export`: the catalog's articles as a file, or the questions that readers found well answered."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import click

_FORMAT_OF = {
    "": "jsonl",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".bib": "bibtex",
    ".bibtex": "bibtex",
}


@click.command()
@click.option(
    "--format", "format_", type=click.Choice(("jsonl", "csv", "bibtex")), help="By default as OUT ends, else jsonl."
)
@click.option("--output", "-o", default="-", metavar="OUT", help="The file to write; - is standard output.")
@click.option(
    "--company", "companies", multiple=True, metavar="NAME", help="Only this company's articles; may be repeated."
)
@click.option(
    "--technology", "technologies", multiple=True, metavar="NAME", help="Only articles tagged so; may be repeated."
)
@click.option(
    "--feedback",
    is_flag=True,
    help="Write the questions whose answer readers found helpful instead, to train or evaluate on.",
)
def export(
    format_: Any, output: str, companies: tuple[str, ...], technologies: tuple[str, ...], feedback: bool
) -> None:
    """Write the articles as JSON Lines, CSV or BibTeX; `byline add` reads each of them back unchanged."""
    if feedback:
        if format_ or companies or technologies:
            raise click.UsageError("--feedback takes no --format, --company or --technology.")
        _export_feedback(output)
        return
    from assistant.assistant import Assistant
    from assistant.export import write
    from assistant.filters import Filters
    from assistant.names import checked
    from assistant.wording import plural

    suffix = "" if output == "-" else Path(output).suffix.lower()
    chosen: Any = format_ or _FORMAT_OF.get(suffix)
    if chosen is None:
        raise click.UsageError(f"The ending {suffix} names no format. Name one: --format jsonl, csv or bibtex.")
    with Assistant.open(progress=sys.stderr.isatty()) as assistant:
        filters = checked(Filters(companies=companies, technologies=technologies), assistant.vocabulary)
        articles = assistant.catalog.list(filters, order="id")
    count = _write_out(output, lambda stream: write(articles, stream, chosen))
    if output != "-":
        click.echo(f"Wrote {plural(count, 'article')} to {output}.", err=True)


def _export_feedback(output: str) -> None:
    from assistant.assistant import Assistant
    from assistant.feedback import as_questions
    from assistant.wording import plural

    with Assistant.open(progress=sys.stderr.isatty()) as assistant:
        rows = list(as_questions(assistant.catalog.feedback(), assistant.catalog.ids()))

    def write(stream: TextIO) -> int:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return len(rows)

    _write_out(output, write)
    if output != "-":
        click.echo(f"Wrote {plural(len(rows), 'question')} to {output}.", err=True)


def _write_out(output: str, write: Callable[[TextIO], int]) -> int:
    """Have `write` write to a file, or to standard output for `-`; returns what it does."""
    if output != "-":
        return _write_file(Path(output), write)
    # Not click.echo: CSV's line ends must reach a pipe as they are.
    stream = sys.stdout
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", newline="")
    return write(stream)


def _write_file(path: Path, write: Callable[[TextIO], int]) -> int:
    """Write beside the file and put it in its place at the end, so that a full disk costs no earlier export."""
    from assistant.errors import NotFound

    if not path.name:
        raise NotFound(f"'{path}' is no file", "Name one, or - for standard output.")
    in_place = path.exists() and not path.is_file()  # a pipe or a device, which nothing may replace
    part = path if in_place else path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            count = write(stream)
        if not in_place:
            part.replace(path)
    except OSError as error:
        if not in_place:
            part.unlink(missing_ok=True)
        raise NotFound(
            f"{path} cannot be written ({error.strerror or error})", "Name a file in a folder that exists."
        ) from None
    return count
