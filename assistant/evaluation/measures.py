"""Measures of one ranking, one decision and one group of cards, question by question. Means and intervals are `summary`'s job.

The field's measures come from ir-measures; what stands here is how a question's grades reach it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.filters import Filters

DEPTH = 10
RANKING = ("nDCG@10", "Success@1", "Recall@10", "MRR@10")
"""The ranking measures, each from 0 to 1, as they are called in code, tables and files."""

Judgments = Mapping[str, Mapping[str, int]]
"""Grades (1 to 3; 0 is not relevant) by question id and document id."""


def ranking_scores(judgments: Judgments, ranked: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """Each ranking measure's value by question id, for every question judged.

    nDCG@10 has the gain 2^grade - 1. Success@1: the first document has grade 2 or 3, or any grade where none is above 1.
    Recall@10 is over min(10, relevant documents). A question without results scores 0 on all of them.
    """
    from ir_measures import RR, P, Success, nDCG

    runs = {
        question: {document: float(-place) for place, document in enumerate(list(dict.fromkeys(order))[:DEPTH])}
        for question, order in ranked.items()
    }
    # ir-measures' own exponential nDCG starts a Perl script, and its `gains` lose grade 1; mapped grades need neither.
    gains = _mapped(judgments, lambda grade, _: 2**grade - 1)
    successes = _mapped(judgments, lambda grade, highest: int(grade >= min(2, highest)))
    precision = _calculate(P @ DEPTH, judgments, runs)
    return {
        "nDCG@10": _calculate(nDCG @ DEPTH, gains, runs),
        "Success@1": _calculate(Success @ 1, successes, runs),
        "Recall@10": {
            question: value * DEPTH / min(DEPTH, max(1, _relevant(judgments[question])))
            for question, value in precision.items()
        },
        "MRR@10": _calculate(RR @ DEPTH, judgments, runs),
    }


def collection_scores(judgments: Judgments, run: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Measures of a run over a test collection, by query id, with trec_eval's conventions (its gain is the grade itself).

    Only judged queries are scored. These are the measures that collections in BEIR layout are published with.
    """
    from ir_measures import AP, RR, P, R, nDCG

    wanted = {"nDCG@10": nDCG @ 10, "Recall@100": R @ 100, "MRR@10": RR @ 10, "P@10": P @ 10, "MAP@100": AP @ 100}
    return {name: _calculate(measure, judgments, run) for name, measure in wanted.items()}


def filters_match(expected: Filters, read: Mapping[str, Any]) -> bool:
    """Whether the filters read are exactly those stated, names in any order.

    Whether several technologies must all hold is not part of a question set, so it is not compared.
    """
    return _canonical(expected.to_dict()) == _canonical(read)


def group_scores(relevant: Mapping[str, int], group: Sequence[str]) -> tuple[float | None, float | None]:
    """Precision (grade 1 or more) and recall (grade 2 or more) of the cards that make up an answer.

    Precision is None for an empty group, recall None where no article has grade 2 or more.
    """
    shown = set(group)
    wanted = {id for id, grade in relevant.items() if grade >= 2}
    precision = sum(relevant.get(id, 0) >= 1 for id in shown) / len(shown) if shown else None
    recall = len(wanted & shown) / len(wanted) if wanted else None
    return precision, recall


def first_is_relevant(relevant: Mapping[str, int], ranked: Sequence[str]) -> bool:
    """Whether the first document has any grade: what an answer's confidence is the probability of."""
    return bool(ranked) and relevant.get(ranked[0], 0) >= 1


def mean(values: Iterable[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    known = list(values)
    return sum(known) / len(known) if known else None


def _canonical(filters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: frozenset(value) if isinstance(value, list | tuple) else value
        for key, value in filters.items()
        if key != "all_technologies"
    }


def _relevant(grades: Mapping[str, int]) -> int:
    return sum(grade >= 1 for grade in grades.values())


def _mapped(judgments: Judgments, change: Any) -> dict[str, dict[str, int]]:
    return {
        question: {id: change(grade, max(grades.values())) if grade else 0 for id, grade in grades.items()}
        for question, grades in judgments.items()
    }


def _calculate(measure: Any, judgments: Judgments, runs: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The measure's value of every judged question; 0 where the run has nothing, whatever the library leaves out."""
    import ir_measures

    values = dict.fromkeys(judgments, 0.0)
    qrels = {question: dict(grades) for question, grades in judgments.items() if grades}
    run = {question: dict(found) for question, found in runs.items() if found and question in qrels}
    if run:
        for metric in ir_measures.iter_calc([measure], qrels, run):
            values[metric.query_id] = float(metric.value)
    return values
