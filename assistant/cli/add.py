"""`byline add`, `refresh`, `remove` and `sources`: what goes into the catalog and out of it, from the command line."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.assistant import Assistant
    from assistant.sources.ingest import Ingest
    from assistant.sources.report import Report

_FORMATS = click.Choice(("records", "feed", "opml", "listing", "page", "list"))
_SHOWN_PROBLEMS = 10

as_json = click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
allow_private = click.option(
    "--allow-private", is_flag=True, help="Also fetch from private and loopback addresses (a server of your own)."
)
pages = click.option(
    "--pages/--no-pages",
    default=None,
    help="Read the page behind each entry that comes without a summary; by default for feeds that were fetched.",
)


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--format", "format_", type=_FORMATS, help="What SOURCE is, in the place of what its content says.")
@click.option("--company", metavar="NAME", help="Whose articles they are, in the place of what the source says.")
@click.option("--strict", is_flag=True, help="Add nothing of a source in which a record breaks a rule.")
@pages
@allow_private
@as_json
def add(
    sources: tuple[str, ...],
    format_: Any,
    company: str | None,
    strict: bool,
    pages: bool | None,
    allow_private: bool,
    as_json: bool,
) -> None:
    """Add articles from SOURCE...: files, addresses, or - for standard input.

    A source is a feed (RSS, Atom, JSON Feed), an OPML file, an article's page, a listing, a Markdown list of links, or a table
    (JSON Lines, JSON, CSV, BibTeX). An article that the catalog has is completed, never added again.
    """
    from assistant.sources.ingest import Options

    options = Options(format=format_, company=company, strict=strict, pages=pages)
    with _open() as assistant, _ingest(assistant, allow_private) as ingest:
        report = ingest.add(sources, options)
    _show(report, as_json)
    _exit(report)


@click.command()
@click.option(
    "--source", "sources", multiple=True, metavar="ADDRESS", help="Only this source; may be given several times."
)
@pages
@allow_private
@as_json
def refresh(sources: tuple[str, ...], pages: bool | None, allow_private: bool, as_json: bool) -> None:
    """Read the sources again and put in what is new."""
    from assistant.sources.ingest import Options

    with _open() as assistant, _ingest(assistant, allow_private) as ingest:
        report = ingest.refresh(sources, Options(pages=pages))
    _show(report, as_json)
    _exit(report)


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="ID_OR_SOURCE...")
@click.option("--keep-articles", is_flag=True, help="Forget a source, and keep the articles read from it.")
@as_json
def remove(targets: tuple[str, ...], keep_articles: bool, as_json: bool) -> None:
    """Remove articles (by id or address) and sources (with the articles read from them)."""
    from assistant.sources.removal import remove as take_out
    from assistant.wording import plural

    with _open() as assistant:
        removed = take_out(assistant.catalog, targets, keep_articles=keep_articles)
        if removed.articles:
            assistant.update_index(progress=sys.stderr.isatty())
    if as_json:
        click.echo(json.dumps({"articles": removed.articles, "sources": removed.sources}, ensure_ascii=False))
        return
    click.echo(f"Removed {plural(len(removed.articles), 'article')} and {plural(len(removed.sources), 'source')}.")


@click.command()
@as_json
def sources(as_json: bool) -> None:
    """List the sources that articles were read from, and when."""
    from collections import Counter

    with _open() as assistant:
        kept = assistant.catalog.sources()
        counts = Counter(article.source for article in assistant.catalog.list())
    if as_json:
        keys = ("address", "format", "company", "added_at", "read_at")
        rows = [{**{key: getattr(item, key) for key in keys}, "articles": counts[item.address]} for item in kept]
        click.echo(json.dumps({"sources": rows}, ensure_ascii=False))
        return
    if not kept:
        click.echo("No source was added yet. Add one with: byline add SOURCE")
        return
    table = _table("Source", "Format", "Company", "Articles", "Last read")
    for item in kept:
        table.add_row(
            *map(_plain, (item.address, item.format, item.company or "", str(counts[item.address]), item.read_at))
        )
    _console().print(table)


@contextmanager
def _open() -> Iterator[Assistant]:
    from assistant.assistant import Assistant

    with Assistant.open(progress=sys.stderr.isatty()) as assistant:
        yield assistant


@contextmanager
def _ingest(assistant: Assistant, private: bool) -> Iterator[Ingest]:
    from assistant.sources.fetcher import Fetcher
    from assistant.sources.ingest import Ingest
    from assistant.sources.known_names import KnownNames
    from assistant.sources.library import Library

    facets = assistant.catalog.facets()
    names = KnownNames.load(companies=facets.companies, technologies=facets.technologies)
    library = Library(assistant.catalog, names, assistant.encode)
    with Fetcher(allow_private=private) as fetcher, _bar() as progress:
        update = partial(assistant.update_index, progress=sys.stderr.isatty())
        yield Ingest(library, names, fetcher, update, progress)


@contextmanager
def _bar() -> Iterator[Any]:
    """A progress bar on standard error, one line a source; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        shown: dict[str, TaskID] = {}
        lock = threading.Lock()

        def tell(source: str, act: str, done: int, total: int) -> None:
            if not console.is_terminal:
                return
            name = _plain(source)
            name = name if len(name) <= 40 else f"…{name[-39:]}"
            with lock:  # several sources are fetched at once
                if source not in shown:
                    for old in shown.values():
                        bar.remove_task(old)
                    shown.clear()
                    shown[source] = bar.add_task("", total=None, rate="")
                speed = next(task.speed for task in bar.tasks if task.id == shown[source])
                rate = f"{speed:.0f}/s" if speed else ""
                bar.update(shown[source], description=f"{name}: {act}", completed=done, total=total or None, rate=rate)

        yield tell


def _exit(report: Report) -> None:
    """Exit status 1 where anything did not go in."""
    if report.failed:
        raise SystemExit(1)


def _show(report: Report, as_json: bool) -> None:
    """The outcome as JSON, or as a table with the reasons for what was skipped below it."""
    if as_json:
        click.echo(json.dumps(report.to_dict(), ensure_ascii=False))
        return
    table = _table("Source", "Format", "Added", "Changed", "Unchanged", "Skipped")
    for item in report.sources:
        counts = map(str, (item.added, item.changed, item.unchanged, item.skipped))
        table.add_row(_plain(item.source), item.format or "", *counts)
    console = _console()
    console.print(table)
    for item in report.sources:
        # What was lost first: remarks can be many.
        problems = sorted(item.problems, key=lambda problem: not problem.lost)
        for problem in problems[:_SHOWN_PROBLEMS]:
            console.print(_plain(str(problem)), markup=False, highlight=False, soft_wrap=True)
        if len(problems) > _SHOWN_PROBLEMS:
            rest = len(problems) - _SHOWN_PROBLEMS
            console.print(
                f"{_plain(item.source)}: {rest} more; --json lists all", markup=False, highlight=False, soft_wrap=True
            )


def _table(*headings: str) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, overflow="fold" if number == 0 else "ellipsis")
    return table


def _console() -> Console:
    from rich.console import Console

    # In a pipe nothing is folded to the width of a terminal that is not there.
    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200)


def _plain(text: str) -> str:
    """Text of others as it may be shown: escape sequences in a feed's title must not reach the terminal."""
    from assistant.cards.words import clean

    return " ".join(clean(text).split())
