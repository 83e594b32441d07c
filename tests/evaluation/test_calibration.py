"""Calibration figures against values worked out by hand."""

from __future__ import annotations

import pytest

from assistant.evaluation.calibration import (
    area_under_curve,
    brier_score,
    calibration_bins,
    calibration_error,
    risk_coverage,
)

# two bins of ten: [0.2, 0.3) holds 0.20 and 0.28 (one right), [0.9, 1] holds 0.9, 1.0 and 0.95 (two right)
CONFIDENCES = [0.2, 0.28, 0.9, 1.0, 0.95]
RIGHT = [False, True, True, True, False]


def test_bins_hold_their_mean_confidence_and_the_share_right():
    low, high = calibration_bins(CONFIDENCES, RIGHT)
    assert (low.low, low.high, low.count, low.right) == (0.2, 0.3, 2, 0.5)
    assert low.confidence == pytest.approx(0.24)
    assert (high.low, high.high, high.count) == (0.9, 1.0, 3)
    assert high.confidence == pytest.approx(0.95)
    assert high.right == pytest.approx(2 / 3)


def test_calibration_error_weighs_bins_by_size():
    # 2/5 * |0.24 - 0.5| + 3/5 * |0.95 - 0.66667| = 0.104 + 0.17 = 0.274
    assert calibration_error(CONFIDENCES, RIGHT) == pytest.approx(0.274, abs=1e-4)


def test_brier_score():
    # 0.04 + 0.5184 + 0.01 + 0 + 0.9025 = 1.4709; / 5 = 0.29418
    assert brier_score(CONFIDENCES, RIGHT) == pytest.approx(0.29418)


def test_area_under_curve_counts_pairs():
    # right: 0.28, 0.9, 1.0; wrong: 0.2, 0.95. Pairs won: 0.28>0.2, 0.9>0.2, 1.0>0.2, 1.0>0.95 = 4 of 6
    assert area_under_curve(CONFIDENCES, RIGHT) == pytest.approx(4 / 6)


def test_ties_count_half():
    assert area_under_curve([0.5, 0.5], [True, False]) == pytest.approx(0.5)
    # right 0.5, 0.7; wrong 0.5: one tie (half) and one win = 1.5 of 2
    assert area_under_curve([0.5, 0.7, 0.5], [True, True, False]) == pytest.approx(0.75)


def test_nothing_to_tell_apart_has_no_area():
    assert area_under_curve([0.1, 0.9], [True, True]) is None
    assert area_under_curve([], []) is None


def test_risk_grows_as_less_certain_questions_are_answered():
    # by confidence: 1.0 right, 0.95 wrong, 0.9 right, 0.28 right, 0.2 wrong
    assert risk_coverage(CONFIDENCES, RIGHT) == (
        (0.2, 0.0),
        (0.4, 1 / 2),
        (0.6, 1 / 3),
        (0.8, 1 / 4),
        (1.0, 2 / 5),
    )


def test_one_confidence_is_one_point():
    assert risk_coverage([0.5, 0.5, 0.5], [True, False, True]) == ((1.0, 1 / 3),)


def test_nothing_has_no_figures():
    assert calibration_error([], []) is None
    assert brier_score([], []) is None
    assert risk_coverage([], []) == ()
    assert calibration_bins([], []) == ()
