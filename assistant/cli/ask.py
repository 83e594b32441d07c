"""`byline ask`: one question from the terminal, answered as cards, JSON or Markdown."""

from __future__ import annotations

import gc
import json
import sys

import click

from assistant.filters import Filters, date_span
from assistant.limits import MAX_LIMIT, MAX_MINUTES, MAX_PAGE


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown.")
@click.option("--limit", type=click.IntRange(1, MAX_LIMIT), help="Most cards to show.")
@click.option("--page", type=click.IntRange(1, MAX_PAGE), help="Which of so many cards, from 1.")
@click.option("--company", multiple=True, help="Only articles of this company (repeatable).")
@click.option("--technology", multiple=True, help="Only articles about this technology (repeatable).")
@click.option("--author", multiple=True, help="Only articles by this author (repeatable).")
@click.option("--since", metavar="DATE", help="Only articles published on or after it (YYYY, YYYY-MM or YYYY-MM-DD).")
@click.option("--until", metavar="DATE", help="Only articles published on or before it.")
@click.option("--with-code/--without-code", default=None, help="Only articles known to include code, or known not to.")
@click.option("--max-minutes", type=click.IntRange(0, MAX_MINUTES), help="Only articles of at most this reading time.")
@click.option(
    "--after", "history", multiple=True, metavar="QUESTION", help="An earlier question, oldest first (repeatable)."
)
def ask(
    question: tuple[str, ...],
    as_json: bool,
    as_markdown: bool,
    limit: int | None,
    page: int | None,
    history: tuple[str, ...],
    **restrictions: object,
) -> None:
    """Ask a question and get cited articles. `-` reads the question from standard input.

    \b
    byline ask "what did Spotify write about autoscaling?"
    byline ask "and Netflix?" --after "what did Spotify write about autoscaling?"
    byline ask kafka on kubernetes --since 2021 --json
    """  # noqa: D301 - click reads the backspace: what follows it is not wrapped
    if as_json and as_markdown:
        raise click.UsageError("--json and --markdown exclude each other: choose one.")
    text = " ".join(question)
    if text == "-":
        text = sys.stdin.buffer.read(100_000).decode("utf-8", "replace")
    filters = _filters(restrictions)
    gc.disable()  # one answer makes little garbage, and looking for it takes a tenth of the time
    from assistant.assistant import Assistant

    with Assistant.open(progress=True) as assistant:
        answer = assistant.ask(text, history, filters=filters or None, limit=limit, page=page)
    if as_json:
        click.echo(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2))
    elif as_markdown:
        from assistant.cards.markdown import render as render_markdown

        click.echo(render_markdown(answer))
    else:
        from rich.console import Console

        from assistant.cards.terminal import render

        render(answer, Console(highlight=False))
        if answer.remaining:
            following = answer.cards[-1].number // len(answer.cards) + 1  # every page but the last is full
            click.echo(f"{answer.remaining} more: ask again with --page {following}\n")


def _filters(given: dict[str, object]) -> Filters:
    names = {"company": "companies", "technology": "technologies", "author": "authors"}
    dates = {"since": "published_from", "until": "published_to"}
    record: dict[str, object] = {filters: given[option] for option, filters in names.items() if given[option]}
    for option, name in dates.items():
        if given[option]:
            try:
                date_span(str(given[option]))
            except ValueError as error:
                raise click.BadParameter(
                    f"{error}. Write it as YYYY, YYYY-MM or YYYY-MM-DD.", param_hint=f"--{option}"
                ) from None
            record[name] = given[option]
    if given["with_code"] is not None:
        record["includes_code"] = given["with_code"]
    if given["max_minutes"] is not None:
        record["max_minutes"] = given["max_minutes"]
    return Filters.from_dict(record)
