"""The report: one HTML page of an evaluation that needs nothing else, with every failed question as it was read and answered.

Every text that comes from a question or an article is escaped here; the page has no script and loads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from assistant.evaluation.measures import RANKING
from assistant.evaluation.plots import bars, calibration_plot, risk_coverage_plot
from assistant.evaluation.scores import Scored

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --dim: #657080; --paper: #fff; --line: #d5dae1; --mark: #2a6fdb; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ee; --dim: #98a2b0; --paper: #14181e; --line: #37404c; --mark: #7fb0ff; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 68rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; } caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .7rem; text-align: right; vertical-align: top; }
th:first-child, td:first-child { text-align: left; } .dim, small { color: var(--dim); fill: var(--dim); }
.plots { display: flex; flex-wrap: wrap; gap: 1.5rem; } svg { font: 12px system-ui, sans-serif; fill: var(--ink);
  max-width: 100%; height: auto; }
.bar, .dot { fill: var(--mark); } .dot { fill-opacity: .7; } .line { fill: none; stroke: var(--mark); stroke-width: 2; }
.frame { fill: none; stroke: var(--line); } line.dim { stroke: var(--dim); stroke-dasharray: 4 4; }
details { border-top: 1px solid var(--line); padding: .5rem 0; } summary { cursor: pointer; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0 .5rem 1rem; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; } ol { margin: 0; padding-left: 1.4rem; }
"""


def render_report(summary: Mapping[str, Any], scored: Sequence[Scored], names: Mapping[str, str]) -> str:
    """The page. `names` gives article ids a name to show; an id without one is shown itself."""
    questions, failed = summary["questions"], [each for each in scored if each.failed]
    types = {
        name: (figures["nDCG@10"], figures["questions"])
        for name, figures in summary["by_type"].items()
        if figures["nDCG@10"] is not None
    }
    confidence = summary["confidence"]
    parts = [
        f"<h1>Evaluation: {escape(questions['file'])}</h1>",
        f"<p>{questions['total']} questions, {questions['answerable']} answerable, {questions['unanswerable']} not; "
        f"Byline {escape(summary['byline'])}. Brackets hold 95 % bootstrap intervals.</p>",
        _ranking(summary),
        _decisions(summary),
        '<div class="plots">',
        f"<figure><figcaption>nDCG@10 by type</figcaption>{bars(types)}</figure>",
        f"<figure><figcaption>Risk over coverage</figcaption>{risk_coverage_plot(confidence['risk_coverage'])}</figure>",
        f"<figure><figcaption>Calibration</figcaption>{calibration_plot(confidence['bins'])}</figure>",
        "</div>",
        f"<h2>Failed questions: {len(failed)} of {len(scored)}</h2>",
        "<p>A question failed when its first article does not answer it, it was declined or answered wrongly, or a filter or "
        "number is wrong.</p>",
        *(_failure(each, names) for each in failed),
    ]
    title = f"Byline: evaluation of {escape(questions['file'])}"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _ranking(summary: Mapping[str, Any]) -> str:
    rows = {
        "Byline": summary["ranked"],
        "Byline, with declines": summary["answered"],
        **{f"{name} (baseline)": measures for name, measures in summary["baselines"].items()},
    }
    return _table(
        "Ranking",
        ("", *RANKING),
        [(name, *(_estimated(row[measure]) for measure in RANKING)) for name, row in rows.items()],
    )


def _decisions(summary: Mapping[str, Any]) -> str:
    declined, cards, confidence = summary["declined"], summary["answer_cards"], summary["confidence"]
    estimates = {
        "Filters exactly right": summary["filters_exact"],
        "Counts right": summary["counts_right"],
        "Declined, unanswerable": declined["unanswerable"],
        **{f"Declined, {kind}": estimated for kind, estimated in declined["by_kind"].items()},
        "Wrongly declined": declined["wrongly"],
        "Answer cards: precision (grade 1 or more)": cards["precision"],
        "Answer cards: recall (grade 2 or more)": cards["recall"],
    }
    figures = {
        "Calibration error": confidence["calibration_error"],
        "Brier score": confidence["brier"],
        "Area under the curve": confidence["area_under_curve"],
    }
    rows = [(name, _estimated(estimated), str(estimated["of"])) for name, estimated in estimates.items()]
    rows += [(name, "-" if value is None else f"{value:.3f}", "") for name, value in figures.items()]
    return _table("Reading, declining, cards, confidence", ("", "value", "questions"), rows)


def _failure(each: Scored, names: Mapping[str, str]) -> str:
    question, outcome = each.question, each.outcome
    score = f", nDCG@10 {each.ranked['nDCG@10']:.2f}" if each.ranked else ""
    facts = {
        "Earlier": escape(" / ".join(question.history)),
        "What is wrong": escape("; ".join(_faults(each))),
        "Understood": escape(_understood(each)),
        "Filters stated": escape(_filters(question.filters.to_dict() if question.filters else {})),
        "Filters read": escape(_filters(outcome.filters)),
        "Decision": escape(_decision(each)),
        "Answer": escape(outcome.text),
        "Ranked": _articles(outcome.ranked, question.relevant, names),
        "Missed": _articles([id for id in question.relevant if id not in outcome.ranked], question.relevant, names),
    }
    listed = "".join(f"<dt>{term}</dt><dd>{fact}</dd>" for term, fact in facts.items() if fact)
    kind = f" ({question.unanswerable_kind})" if question.unanswerable_kind else ""
    return (
        f"<details><summary>{escape(question.question)} <small>{escape(question.id)}, {escape(question.type + kind)}{score}"
        f"</small></summary><dl>{listed}</dl></details>"
    )


def _faults(each: Scored) -> list[str]:
    question, outcome = each.question, each.outcome
    faults = []
    if not question.answerable and not outcome.declined:
        faults.append("answered although nothing here answers it")
    if question.answerable and outcome.declined:
        faults.append("declined although it can be answered")
    if question.answerable and each.ranked["Success@1"] < 1:
        faults.append("the first article does not answer it" if outcome.ranked else "nothing was found")
    if each.filters_exact is False:
        faults.append("the filters read are not those stated")
    if each.count_right is False:
        faults.append(f"the number is {question.count}, not {outcome.count}")
    return faults


def _understood(each: Scored) -> str:
    parts = (
        each.outcome.intent and f"intent {each.outcome.intent}",
        each.outcome.topic and f"topic “{each.outcome.topic}”",
    )
    return ", ".join(part for part in parts if part)


def _decision(each: Scored) -> str:
    reason = f"declined ({each.outcome.decline_reason})" if each.outcome.declined else "answered"
    return f"{reason}, confidence {each.outcome.confidence:.2f}"


def _filters(filters: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{key}: {', '.join(map(str, value)) if isinstance(value, list) else value}" for key, value in filters.items()
    )


def _articles(ids: Sequence[str], relevant: Mapping[str, int], names: Mapping[str, str]) -> str:
    items = "".join(
        f"<li>{escape(names.get(id, id))} <small>{escape(id)}{f', grade {relevant[id]}' if id in relevant else ''}</small></li>"
        for id in ids
    )
    return f"<ol>{items}</ol>" if items else ""


def _estimated(estimated: Mapping[str, Any]) -> str:
    if estimated["value"] is None:
        return "-"
    return f"{estimated['value']:.3f} [{estimated['low']:.3f}, {estimated['high']:.3f}]"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
