"""How far a confidence can be trusted: calibration error, Brier score, right ranked over wrong, and the price of declining."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The confidences from `low` (inclusive) to `high` (exclusive, but for 1): how many, their mean, and the share right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def calibration_bins(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> tuple[Bin, ...]:
    """The confidences in bins of equal width over 0 to 1; empty bins are left out."""
    members: dict[int, list[int]] = {}
    for place, confidence in enumerate(confidences):
        members.setdefault(min(int(confidence * bins), bins - 1), []).append(place)
    return tuple(
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            count=len(places),
            confidence=sum(confidences[place] for place in places) / len(places),
            right=sum(right[place] for place in places) / len(places),
        )
        for number, places in sorted(members.items())
    )


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float | None:
    """Expected calibration error: the mean distance of confidence from the share right, over bins weighted by their size."""
    if not confidences:
        return None
    filled = calibration_bins(confidences, right, bins)
    return sum(each.count * abs(each.confidence - each.right) for each in filled) / len(confidences)


def brier_score(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """The mean squared distance of the confidence from what happened (1 right, 0 wrong); lower is better."""
    if not confidences:
        return None
    pairs = zip(confidences, right, strict=True)
    return sum((confidence - happened) ** 2 for confidence, happened in pairs) / len(confidences)


def area_under_curve(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """The chance that something right has a higher confidence than something wrong, ties counting half.

    None where all are right or all are wrong.
    """
    count = sum(right)
    if count in (0, len(right)):
        return None
    order = sorted(range(len(right)), key=confidences.__getitem__)
    ranks, start = 0.0, 0
    while start < len(order):
        end = start
        while end < len(order) and confidences[order[end]] == confidences[order[start]]:
            end += 1
        middle = (start + 1 + end) / 2  # tied confidences share the mean of their ranks
        ranks += middle * sum(right[place] for place in order[start:end])
        start = end
    return (ranks - count * (count + 1) / 2) / (count * (len(right) - count))


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> tuple[tuple[float, float], ...]:
    """(coverage, risk) from the most confident on: the share answered, and the share of those that is wrong.

    Questions of one confidence are answered together, since no threshold tells them apart.
    """
    order = sorted(range(len(right)), key=lambda place: -confidences[place])
    points: list[tuple[float, float]] = []
    wrong = 0
    for number, place in enumerate(order, 1):
        wrong += not right[place]
        if number == len(order) or confidences[order[number]] != confidences[place]:
            points.append((number / len(order), wrong / number))
    return tuple(points)
