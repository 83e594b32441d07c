"""Intervals and the paired test: exact where they can be counted, and the same every time."""

from __future__ import annotations

import pytest

from assistant.evaluation.significance import estimate, interval, paired_test


def test_the_interval_holds_the_mean_and_narrows_with_more_questions():
    few, many = estimate([0.0, 1.0] * 10), estimate([0.0, 1.0] * 500)
    assert few["low"] < few["value"] < few["high"]
    wide, narrow = few["high"] - few["low"], many["high"] - many["low"]
    # a share of one half over n questions has the standard error 0.5 / sqrt(n): 0.112 and 0.0158; times 2 * 1.96
    assert wide == pytest.approx(0.438, abs=0.05)
    assert narrow == pytest.approx(0.062, abs=0.006)


def test_equal_values_have_no_width_and_nothing_has_no_interval():
    assert interval([0.3, 0.3]) == pytest.approx((0.3, 0.3))
    assert interval([]) is None
    assert estimate([]) == {"value": None, "low": None, "high": None, "of": 0}


def test_the_same_values_give_the_same_interval():
    assert interval([0.1, 0.5, 0.9]) == interval([0.1, 0.5, 0.9])


def test_the_paired_test_counts_sign_changes():
    # five differences of +1: of the 2^5 = 32 ways to sign them, two (all plus, all minus) reach the sum of 5
    assert paired_test([0.0] * 5, [1.0] * 5) == pytest.approx(2 / 32, abs=0.01)


def test_questions_without_a_difference_do_not_count():
    assert paired_test([0.0] * 5 + [0.7] * 100, [1.0] * 5 + [0.7] * 100) == pytest.approx(2 / 32, abs=0.01)


def test_no_difference_is_no_evidence():
    assert paired_test([0.2, 0.4], [0.2, 0.4]) == 1.0
    assert paired_test([], []) == 1.0
    assert paired_test([0.0, 1.0], [1.0, 0.0]) == pytest.approx(1.0)


def test_a_steady_gain_is_significant_and_direction_does_not_matter():
    first, second = [0.1] * 40, [0.3] * 40
    assert paired_test(first, second) < 0.001
    assert paired_test(first, second) == paired_test(second, first)
