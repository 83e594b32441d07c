"""The figures of one evaluation: means with intervals over scored questions, by type and kind, beside the baselines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from assistant.evaluation.calibration import (
    area_under_curve,
    brier_score,
    calibration_bins,
    calibration_error,
    risk_coverage,
)
from assistant.evaluation.measures import RANKING, mean, ranking_scores
from assistant.evaluation.questions import QuestionSet
from assistant.evaluation.scores import Scored
from assistant.evaluation.significance import estimate
from assistant.version import __version__

Ranked = Mapping[str, Sequence[str]]


def summarise(
    question_set: QuestionSet, scored: Sequence[Scored], baselines: Mapping[str, Ranked] | None = None
) -> dict[str, Any]:
    """The summary of an evaluation, JSON-ready; shares and measures from 0 to 1, times in milliseconds.

    An estimate is `{"value", "low", "high", "of"}`: mean, 95 % bootstrap interval, number of questions; all None of nothing.
    """
    answerable = [each for each in scored if each.question.answerable]
    unanswerable = [each for each in scored if not each.question.answerable]
    return {
        "byline": __version__,
        "questions": {
            "file": question_set.name,
            "sha256": question_set.digest,
            "total": len(scored),
            "answerable": len(answerable),
            "unanswerable": len(unanswerable),
        },
        "ranked": {name: estimate([each.ranked[name] for each in answerable]) for name in RANKING},
        "answered": {name: estimate([each.answered[name] for each in answerable]) for name in RANKING},
        "baselines": _baselines(question_set, baselines or {}),
        "by_type": {name: _of_type(members) for name, members in _grouped(scored).items()},
        "filters_exact": estimate([float(each.filters_exact) for each in scored if each.filters_exact is not None]),
        "counts_right": estimate([float(each.count_right) for each in scored if each.count_right is not None]),
        "declined": {
            "unanswerable": _declined(unanswerable),
            "by_kind": {kind: _declined(members) for kind, members in _kinds(unanswerable).items()},
            "wrongly": _declined(answerable),
            "reasons": _reasons(scored),
        },
        "answer_cards": {
            "precision": estimate([each.precision for each in answerable if each.precision is not None]),
            "recall": estimate([each.recall for each in answerable if each.recall is not None]),
            "cards": mean(len(each.outcome.answer_ids) for each in answerable if each.outcome.answer_ids),
        },
        "confidence": _confidence(scored),
        "took_ms": _times([each.outcome.took_ms for each in scored]),
    }


def _declined(scored: Iterable[Scored]) -> dict[str, Any]:
    return estimate([float(each.outcome.declined) for each in scored])


def _reasons(scored: Iterable[Scored]) -> dict[str, int]:
    return dict(sorted(Counter(each.outcome.decline_reason or "" for each in scored if each.outcome.declined).items()))


def _baselines(question_set: QuestionSet, baselines: Mapping[str, Ranked]) -> dict[str, Any]:
    judgments = {question.id: question.relevant for question in question_set.answerable}
    return {
        name: {
            measure: estimate(list(values.values())) for measure, values in ranking_scores(judgments, ranked).items()
        }
        for name, ranked in baselines.items()
    }


def _grouped(scored: Sequence[Scored]) -> dict[str, list[Scored]]:
    groups: dict[str, list[Scored]] = {}
    for each in scored:
        groups.setdefault(each.question.type, []).append(each)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def _kinds(unanswerable: Sequence[Scored]) -> dict[str, list[Scored]]:
    kinds: dict[str, list[Scored]] = {}
    for each in unanswerable:
        kinds.setdefault(each.question.unanswerable_kind or "", []).append(each)
    return dict(sorted(kinds.items()))


def _of_type(members: Sequence[Scored]) -> dict[str, Any]:
    measured = [each for each in members if each.question.answerable]
    return {
        "questions": len(members),
        **{name: mean(each.ranked[name] for each in measured) for name in RANKING},
        "filters_exact": mean(float(each.filters_exact) for each in members if each.filters_exact is not None),
        "declined": mean(float(each.outcome.declined) for each in members),
        "precision": mean(each.precision for each in measured if each.precision is not None),
        "recall": mean(each.recall for each in measured if each.recall is not None),
    }


def _confidence(scored: Sequence[Scored]) -> dict[str, Any]:
    confidences = [each.outcome.confidence for each in scored]
    right = [each.right for each in scored]
    return {
        "calibration_error": calibration_error(confidences, right),
        "brier": brier_score(confidences, right),
        "area_under_curve": area_under_curve(confidences, right),
        "bins": [asdict(each) for each in calibration_bins(confidences, right)],
        "risk_coverage": [list(point) for point in risk_coverage(confidences, right)],
    }


def _times(times: Sequence[float]) -> dict[str, float | None]:
    if not times:
        return {"p50": None, "p95": None}
    order = sorted(times)
    return {"p50": order[len(order) // 2], "p95": order[min(len(order) - 1, int(len(order) * 0.95))]}
