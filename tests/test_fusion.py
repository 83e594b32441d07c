"""Fusion against values worked out by hand, and the properties that ranking and declining rest on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import fusion


def floats(*values):
    return np.array(values, np.float32)


def unit(*values):
    return np.array(values, np.float32) / np.float32(np.linalg.norm(values))


def test_idf_is_bm25s():
    # ln(1 + (10 - 2 + 0.5) / (2 + 0.5)) = ln 4.4
    assert fusion.idf(2, 10) == pytest.approx(math.log(4.4))


def test_a_term_nobody_holds_has_the_highest_idf():
    assert fusion.idf(0, 10) > fusion.idf(1, 10) > fusion.idf(10, 10) > 0


def test_a_term_of_typical_idf_weighs_its_count():
    assert fusion.term_weight(3, fusion.TYPICAL_IDF) == pytest.approx(3)
    assert fusion.term_weight(1, 2 * fusion.TYPICAL_IDF) == pytest.approx(2**fusion.RARITY)


def test_the_ceiling_is_the_length_and_not_the_sum():
    # weights 3 and 4: length 5, sum 7
    assert fusion.ceiling([3.0, 4.0]) == pytest.approx(5 * fusion.SATURATED)
    assert fusion.ceiling([]) == 0


def test_strength_is_measured_against_the_ceiling_where_no_hit_reaches_it():
    assert fusion.strength(floats(1, 2), 8.0).tolist() == pytest.approx([0.125, 0.25])


def test_strength_is_measured_against_the_best_hit_above_the_ceiling():
    assert fusion.strength(floats(4, 16), 8.0).tolist() == pytest.approx([0.25, 1])


@pytest.mark.parametrize("lexical", [floats(0, 0), floats()])
def test_no_lexical_evidence_has_no_strength(lexical):
    assert fusion.strength(lexical, 0.0).tolist() == [0] * len(lexical)


def test_fuse_mixes_the_damped_sides():
    # 0.75 * 0.25^1.5 + 0.25 * 0.64^1.5 = 0.75 * 0.125 + 0.25 * 0.512
    assert (fusion.DENSE_SHARE, fusion.POWER) == (0.75, 1.5)
    assert fusion.fuse(floats(0.25), floats(0.64)).tolist() == pytest.approx([0.09375 + 0.128])


def test_a_cosine_below_zero_counts_as_zero():
    assert fusion.fuse(floats(-0.4), floats(0)).tolist() == [0]


def test_a_stray_word_does_not_drown_a_good_dense_hit():
    good_dense, stray_word = fusion.fuse(
        floats(0.55, 0.30), fusion.strength(floats(0, 3), fusion.ceiling([5, 5, 5, 5, 5]))
    )
    assert good_dense > stray_word


def test_feedback_moves_the_query_towards_the_best_candidate():
    query, near, far = unit(1, 0, 0), unit(1, 1, 0), unit(0, 0, 1)
    moved = fusion.feedback(query, np.stack([far, near]), floats(0.1, 0.9))
    # the softmax leaves the second almost nothing: query + FEEDBACK_SHARE * near, of unit length
    assert moved == pytest.approx(unit(*(query + fusion.FEEDBACK_SHARE * near)), abs=1e-3)
    assert float(np.linalg.norm(moved)) == pytest.approx(1, abs=1e-6)


def test_feedback_from_nothing_leaves_the_query():
    query = unit(1, 2)
    assert fusion.feedback(query, np.empty((0, 2), np.float32), floats()) is query


def test_neighbours_share_their_scores():
    # Six candidates: five alike that score 1, 1, 1, 1, 1 and one among them that scores 0. Its five nearest are the others,
    # so it takes NEIGHBOUR_SHARE of their score; each of them has one neighbour of 0 among five.
    vectors = np.stack([unit(1, 0)] * 6)
    smoothed = fusion.smooth(vectors, floats(1, 1, 1, 1, 1, 0))
    share = fusion.NEIGHBOUR_SHARE
    assert smoothed.tolist() == pytest.approx([*([1 - share + share * 0.8] * 5), share])


def test_few_candidates_are_not_smoothed():
    scores = floats(0.5, 0.4)
    assert fusion.smooth(np.stack([unit(1, 0), unit(1, 1)]), scores).tolist() == scores.tolist()


def test_candidates_without_a_neighbour_keep_their_score():
    vectors = np.eye(8, dtype=np.float32)
    scores = floats(*(0.1 * place for place in range(8)))
    assert fusion.smooth(vectors, scores).tolist() == pytest.approx(scores.tolist())


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=300), st.integers(0, 2**16))
def test_what_lies_beyond_the_pool_stays_behind_it(scores, seed):
    vectors = np.random.default_rng(seed).standard_normal((len(scores), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    before = np.array(scores, np.float32)
    smoothed = fusion.smooth(vectors, before)
    order = np.argsort(-before, kind="stable")
    pool, rest = order[: fusion.NEIGHBOUR_POOL], order[fusion.NEIGHBOUR_POOL :]
    assert np.isfinite(smoothed).all()
    assert not len(rest) or smoothed[rest].max() <= smoothed[pool].min() + 1e-6
    assert (np.diff(smoothed[rest]) <= 1e-6).all()


@given(st.lists(st.tuples(st.floats(-1, 1, width=32), st.floats(0, 1, width=32)), min_size=1, max_size=50))
def test_more_evidence_never_lowers_a_fused_score(pairs):
    cosines, strengths = (np.array(side, np.float32) for side in zip(*pairs, strict=True))
    scores = fusion.fuse(cosines, strengths)
    assert ((scores >= 0) & (scores <= 1 + 1e-6)).all()
    more = fusion.fuse(np.minimum(cosines + np.float32(0.1), 1), strengths)
    assert (more >= scores - 1e-6).all()
