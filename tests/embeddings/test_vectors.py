"""Exact search among vectors."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.vectors import Vectors


@pytest.fixture
def rows():
    matrix = np.random.default_rng(3).standard_normal((300, 48), dtype=np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def test_the_nearest_are_those_of_the_full_product(rows):
    scores, found = Vectors(rows).search(rows[7], 10)
    expected = np.argsort(-(rows @ rows[7]), kind="stable")[:10]
    assert found.tolist() == expected.tolist()
    assert scores == pytest.approx((rows @ rows[7])[expected], abs=1e-6)


def test_equal_scores_come_in_the_order_of_rows_even_at_the_last_place(rows):
    rows[[250, 40, 199, 3, 77]] = rows[10]
    assert Vectors(rows).search(rows[10], 3)[1].tolist() == [3, 10, 40]
    assert Vectors(rows).search(rows[10], 3, np.array([250, 199, 77, 5]))[1].tolist() == [77, 199, 250]


def test_a_filter_is_exact_and_never_short_and_changes_no_score(rows):
    vectors = Vectors(rows)
    allowed = np.arange(0, 300, 7)
    scores, found = vectors.search(rows[1], 20, allowed)
    assert len(found) == 20
    assert set(found.tolist()) <= set(allowed.tolist())
    everything = dict(zip(*[part.tolist() for part in reversed(vectors.search(rows[1], 300))], strict=True))
    assert [everything[row] for row in found.tolist()] == scores.tolist()
    assert len(vectors.search(rows[1], 20, allowed[:4])[1]) == 4


def test_nothing_is_found_in_nothing(rows):
    assert len(Vectors(rows[:0]).search(rows[0], 5)[1]) == 0
    assert len(Vectors(rows).search(rows[0], 5, np.empty(0, np.int64))[1]) == 0
    assert len(Vectors(rows).search(rows[0], 0)[1]) == 0


def test_a_vector_of_another_length_is_refused(rows):
    with pytest.raises(ValueError, match="12 numbers"):
        Vectors(rows).search(np.zeros(12, np.float32), 5)
