"""`byline evaluate`: figures for a question set or a test collection, and what changed between two evaluations."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.evaluation.questions import QuestionSet
    from assistant.evaluation.scores import Scored

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("questions", required=False, type=_FILE)
@click.option(
    "--json",
    "out",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="OUT",
    help="Write the summary and every question's outcome as JSON; - is the terminal.",
)
@click.option("--report", type=_FILE, metavar="OUT", help="Write an HTML report with plots and every failed question.")
@click.option("--baselines/--no-baselines", default=True, help="Also rank with dense, BM25 and rank fusion alone.")
@click.option(
    "--beir",
    "collection",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Measure the search on a test collection in BEIR layout instead.",
)
@click.option(
    "--compare",
    nargs=2,
    type=_FILE,
    metavar="A B",
    help="What changed from evaluation A to B (files of --json), with a paired test.",
)
@click.option(
    "--cross-validate",
    "folds_folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Train the encoder without a quarter of the companies, four times, and measure it on theirs; an hour or more.",
)
def evaluate(
    questions: Path | None,
    out: Path | None,
    report: Path | None,
    baselines: bool,
    collection: Path | None,
    compare: tuple[Path, Path] | None,
    folds_folder: Path | None,
) -> None:
    """Measure reading, ranking, answering and declining on QUESTIONS.

    QUESTIONS is a JSON Lines file as data/questions/README.md describes; without it, the development questions.
    """
    if collection and (questions or report or compare):
        raise click.UsageError("--beir takes no QUESTIONS, --report or --compare.")
    if compare and report:
        raise click.UsageError("--compare takes no --report.")
    if folds_folder and (questions or report or compare or collection):
        raise click.UsageError("--cross-validate takes no QUESTIONS, --report, --compare or --beir.")
    console = _console(out)
    if folds_folder:
        _write(out, _cross_validate(folds_folder, console))
    elif collection:
        _write(out, _measure_collection(collection, console))
    elif compare:
        _write(out, _compare(_question_set(questions), compare, console))
    else:
        _write(out, _evaluate(_question_set(questions), report, baselines, console))


def _evaluate(question_set: QuestionSet, report: Path | None, baselines: bool, console: Console) -> dict[str, Any]:
    from assistant.evaluation.questions import unknown_articles
    from assistant.evaluation.run import run_questions
    from assistant.evaluation.scores import score_outcomes
    from assistant.evaluation.summary import summarise
    from assistant.evaluation.tables import print_summary

    names: dict[str, str] = {}
    with _assistant() as assistant:
        if missing := unknown_articles(question_set.questions, assistant.catalog.ids()):
            click.echo(f"{len(missing)} relevant articles are not in the catalog, such as '{missing[0]}'.", err=True)
        with _progress("Asking", len(question_set.questions)) as step:
            outcomes = run_questions(question_set.questions, assistant, progress=step)
        ranked = _baselines(question_set, assistant) if baselines else {}
        scored = score_outcomes(question_set.questions, outcomes)
        if report:
            names = _names(scored, assistant)
    summary = summarise(question_set, scored, ranked)
    print_summary(summary, console)
    if report:
        from assistant.evaluation.report import render_report

        _write_text(report, render_report(summary, scored, names))
    return {"summary": summary, "questions": [outcome.to_dict() for outcome in outcomes]}


def _compare(question_set: QuestionSet, paths: tuple[Path, Path], console: Console) -> dict[str, Any]:
    from assistant.evaluation.compare import compare_evaluations, load_evaluation
    from assistant.evaluation.tables import print_comparison

    comparison = compare_evaluations(question_set, load_evaluation(paths[0]), load_evaluation(paths[1]))
    print_comparison(comparison, console)
    return comparison.to_dict()


def _measure_collection(folder: Path, console: Console) -> dict[str, Any]:
    from assistant.evaluation.beir import evaluate_collection, load_collection, run_collection
    from assistant.evaluation.collection_index import collection_search
    from assistant.evaluation.tables import print_collection

    collection = load_collection(folder)
    with (
        collection_search(collection, progress=sys.stderr.isatty()) as search,
        _progress("Searching", len(collection.queries)) as step,
    ):
        run = run_collection(collection, search, progress=step)
    measures = evaluate_collection(collection, run)
    print_collection(collection.name, measures, console)
    return {"measures": {name: estimate["value"] for name, estimate in measures.items()}, "run": run}


def _cross_validate(folder: Path, console: Console) -> dict[str, Any]:
    from assistant.evaluation.tables import print_folds
    from assistant.training.folds import FOLDS, cross_validate, summary
    from assistant.training.shipped import shipped_articles, shipped_examples
    from embeddings.progress import Progress
    from embeddings.training_plan import TrainingSettings

    with _assistant() as assistant:
        examples = shipped_examples(assistant)
    with Progress("Training", 1, shown=sys.stderr.isatty()) as bar:
        folds = cross_validate(
            shipped_articles(),
            examples,
            TrainingSettings(),
            folder,
            advance=lambda fold, done, steps: bar.reach((fold - 1) * steps + done, FOLDS * steps),
        )
    record = summary(folds)
    print_folds(record, console)
    return record


def _question_set(path: Path | None) -> QuestionSet:
    from assistant.evaluation.questions import load_questions
    from assistant.resources import shipped

    return load_questions(path or shipped("questions/dev.jsonl"))


@contextmanager
def _assistant() -> Iterator[Any]:
    from assistant.assistant import Assistant

    with Assistant.open(progress=sys.stderr.isatty()) as assistant:
        yield assistant


def _baselines(question_set: QuestionSet, assistant: Any) -> dict[str, dict[str, tuple[str, ...]]]:
    from assistant.evaluation.baselines import rank_baselines

    return rank_baselines(question_set.answerable, assistant.encoder, assistant.index)


def _names(scored: list[Scored], assistant: Any) -> dict[str, str]:
    shown = {id for each in scored for id in (*each.outcome.ranked, *each.question.relevant)}
    known = sorted(shown & set(assistant.catalog.ids()))
    return {article.id: f"{article.company}: {article.name}" for article in assistant.catalog.get_many(known)}


def _console(out: Path | None) -> Console:
    """Tables go to the terminal, or to stderr where stdout carries the JSON."""
    from rich.console import Console

    console = Console(stderr=out is not None and str(out) == "-", highlight=False)
    if not console.is_terminal:
        console.width = 140  # a file or a pipe has no edge to fold at
    return console


@contextmanager
def _progress(label: str, total: int) -> Iterator[Callable[[], None]]:
    """A step function behind a progress bar on stderr; without a terminal there, it does nothing."""
    with click.progressbar(length=total, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield lambda: bar.update(1)


def _write(out: Path | None, record: dict[str, Any]) -> None:
    if out is None:
        return
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    if str(out) == "-":
        click.echo(text, nl=False)
    else:
        _write_text(out, text)


def _write_text(path: Path, text: str) -> None:
    from assistant.errors import InputInvalid

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputInvalid(
            f"'{path}' cannot be written ({error.strerror})", "Name a file in a folder that you may write to."
        ) from None
