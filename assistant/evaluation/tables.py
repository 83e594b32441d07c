"""An evaluation as tables for a terminal. What the figures are is `summary`'s and `compare`'s job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant.evaluation.measures import RANKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from assistant.evaluation.compare import Change, Comparison

SIGNIFICANT = 0.05


def print_summary(summary: Mapping[str, Any], console: Console) -> None:
    """The tables of one evaluation: ranking beside the baselines, by type, and decisions, filters and cards."""
    questions = summary["questions"]
    console.print(
        f"{questions['file']}: {questions['total']} questions, {questions['answerable']} answerable; "
        "± half the 95 % bootstrap interval",
        markup=False,
    )
    for table in (_ranking(summary), _by_type(summary["by_type"]), _decisions(summary)):
        console.print(table)


def print_comparison(comparison: Comparison, console: Console) -> None:
    """What changed between two evaluations: by measure, by type, and the questions that flipped."""
    first, second = comparison.names
    console.print(f"{first} -> {second}", markup=False)
    console.print(_changes("by measure", comparison.changes))
    console.print(_changes("nDCG@10 by type", comparison.by_type))
    table = _table("questions that flipped", "question", "id", "what", "")
    for flip in comparison.flips:
        _row(table, flip.question, flip.id, flip.what, "better" if flip.better else "worse")
    console.print(table if comparison.flips else "No question flipped.")


def print_collection(name: str, measures: Mapping[str, Mapping[str, Any]], console: Console) -> None:
    """The measures of one test collection."""
    table = _table(name, "measure", "value", "queries")
    for measure, estimated in measures.items():
        _row(table, measure, _estimated(estimated), str(estimated["of"]))
    console.print(table)


def print_folds(record: Mapping[str, Any], console: Console) -> None:
    """A cross-validation: dense nDCG@10 on each fold's questions before and after training, and over all of them."""
    table = _table("companies not trained on", "companies", "questions", "before", "after")
    for fold in record["folds"]:
        _row(table, ", ".join(fold["companies"]), str(fold["questions"]), _share(fold["before"]), _share(fold["after"]))
    before, after = record["before"], record["after"]
    _row(table, "all", str(before["of"]), _estimated(before), _estimated(after))
    console.print(table)
    difference = _estimated(record["difference"])
    console.print(f"difference {difference}, p = {record['p_value']:.4f}", markup=False)
    separation = f"{record['separation_before']:.3f} before, {record['separation_after']:.3f} after"
    console.print(f"area under the curve of answerable against unanswerable questions: {separation}", markup=False)


def _ranking(summary: Mapping[str, Any]) -> Table:
    table = _table("ranking", "", *RANKING)
    rows = {
        "Byline": summary["ranked"],
        "Byline, with declines": summary["answered"],
        **{f"{name} (baseline)": measures for name, measures in summary["baselines"].items()},
    }
    for name, measures in rows.items():
        _row(table, name, *(_estimated(measures[measure]) for measure in RANKING))
    return table


def _by_type(types: Mapping[str, Mapping[str, Any]]) -> Table:
    columns = {**{name: name for name in RANKING}, "filters": "filters_exact", "declined": "declined"}
    table = _table("by type", "type", "of", *columns)
    for name, figures in types.items():
        _row(table, name, str(figures["questions"]), *(_share(figures[key]) for key in columns.values()))
    return table


def _decisions(summary: Mapping[str, Any]) -> Table:
    table = _table("reading, declining, cards", "", "value", "of")
    declined, cards, confidence = summary["declined"], summary["answer_cards"], summary["confidence"]
    estimates = {
        "filters exactly right": summary["filters_exact"],
        "counts right": summary["counts_right"],
        "declined, unanswerable": declined["unanswerable"],
        **{f"  {kind}": estimated for kind, estimated in declined["by_kind"].items()},
        "wrongly declined": declined["wrongly"],
        "answer cards: precision (grade >= 1)": cards["precision"],
        "answer cards: recall (grade >= 2)": cards["recall"],
    }
    for name, estimated in estimates.items():
        _row(table, name, _estimated(estimated), str(estimated["of"]))
    figures = {
        "calibration error": confidence["calibration_error"],
        "Brier score": confidence["brier"],
        "area under the curve": confidence["area_under_curve"],
    }
    for name, value in figures.items():
        _row(table, name, _share(value), "")
    for name, value in summary["took_ms"].items():
        _row(table, f"time a question, {name}", "-" if value is None else f"{value:.1f} ms", "")
    return table


def _changes(title: str, changes: tuple[Change, ...]) -> Table:
    table = _table(title, "", "first", "second", "difference (95 %)", "p", "of")
    for change in changes:
        difference = f"{change.difference:+.3f} [{change.low:+.3f}, {change.high:+.3f}]"
        p = f"{change.p:.4f}" + (" *" if change.p < SIGNIFICANT else "")
        _row(table, change.measure, f"{change.first:.3f}", f"{change.second:.3f}", difference, p, str(change.of))
    return table


def _table(title: str, first: str, *others: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right", overflow="fold")
    return table


def _row(table: Table, *cells: str) -> None:
    from rich.text import Text

    # Text, not markup: a question may hold brackets.
    wrapped: list[RenderableType] = [Text(cell) for cell in cells]
    table.add_row(*wrapped)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _estimated(estimated: Mapping[str, Any]) -> str:
    if estimated["value"] is None:
        return "-"
    return f"{estimated['value']:.3f} ±{(estimated['high'] - estimated['low']) / 2:.3f}"
