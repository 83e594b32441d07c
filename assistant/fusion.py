"""How dense and lexical evidence become one score: pure arithmetic on arrays of candidates. What is searched is `retriever`'s job.

Every constant was chosen on questions other than those it is reported on; `benchmarks/ranking.py` shows what each is worth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

DENSE_SHARE = 0.75
"""Share of dense evidence in the fused score; the rest goes to lexical strength."""
POWER = 1.5
"""Above 1, evidence of either side counts less than in proportion where it is weak: a stray word does not drown a good dense
hit, and a middling cosine does not drown the document that holds every word."""
SATURATED = 1.6
"""What a term scores in a document that is about it, in units of its IDF (BM25 with k1 = 1.2 gives at most 2.2)."""
RARITY = 0.25
"""A query term weighs its count times (IDF / TYPICAL_IDF) ** RARITY on top of BM25's own IDF: a rare word says most of what is asked."""
TYPICAL_IDF = 5.0
FEEDBACK_SHARE = 0.3
FEEDBACK_COUNT = 5
FEEDBACK_HEAT = 0.05
"""The query moves by FEEDBACK_SHARE towards its FEEDBACK_COUNT best candidates, weighted by a softmax of this heat."""
NEIGHBOUR_SHARE = 0.3
NEIGHBOUR_COUNT = 5
NEIGHBOUR_POOL = 100
NEIGHBOUR_SQUARINGS = 3
"""A candidate's score takes NEIGHBOUR_SHARE of its NEIGHBOUR_COUNT nearest among the NEIGHBOUR_POOL best candidates, each
weighted by its cosine squared so many times (to the power 8)."""
PREFERENCE = 0.1
"""Added to the score of what bears a technology that the question names without insisting on it."""


def idf(frequency: int, size: int) -> float:
    """BM25's inverse document frequency of a term that `frequency` of `size` documents hold; the highest for none."""
    return float(np.log1p((size - frequency + 0.5) / (frequency + 0.5)))


def term_weight(count: int, idf: float) -> float:
    """What a term that a question holds `count` times weighs in it."""
    return float(count * (idf / TYPICAL_IDF) ** RARITY)


def ceiling(weights: Sequence[float]) -> float:
    """A lexical score that counts as full strength, from the query's terms (weight x IDF of each).

    It is the Euclidean length of what the terms could score, not their sum: of n equal terms a document needs about the
    square root to be strong. Single terms must be matched whole, long queries in part; neither is judged by the best hit
    alone, which makes strong evidence of a stray word.
    """
    return SATURATED * math.hypot(*weights)


def strength(lexical: Array, ceiling: float) -> Array:
    """BM25 scores as strengths from 0 to 1: against the ceiling, or against the best score where that is higher."""
    top = max(float(lexical.max(initial=0.0)), ceiling)
    return lexical / np.float32(top) if top > 0 else np.zeros_like(lexical)


def fuse(cosines: Array, strengths: Array) -> Array:
    """The convex mix of cosines and strengths, weak ones of either damped; cosines below 0 count as 0."""
    dense = np.maximum(cosines, np.float32(0)) ** np.float32(POWER)
    mixed: Array = DENSE_SHARE * dense + (1 - DENSE_SHARE) * strengths ** np.float32(POWER)
    return mixed.astype(np.float32)


def feedback(query: Array, vectors: Array, scores: Array) -> Array:
    """The query vector moved towards its best candidates (pseudo-relevance feedback), of unit length.

    `vectors` (n, d) and `scores` (n,) are the candidates'. No text is encoded for it.
    """
    if not len(scores):
        return query
    best = np.argsort(-scores, kind="stable")[:FEEDBACK_COUNT]
    weights = np.exp((scores[best] - scores[best[0]]) / FEEDBACK_HEAT)
    moved = query + FEEDBACK_SHARE * (weights / weights.sum()) @ vectors[best]
    unit: Array = (moved / math.sqrt(moved @ moved)).astype(np.float32)
    return unit


def smooth(vectors: Array, scores: Array) -> Array:
    """Scores of which the best NEIGHBOUR_POOL take a share of their nearest neighbours' in that pool.

    Documents like one another tend to be relevant to the same questions; a candidate alone among weak ones loses a little.
    The others are lowered by as much as the pool's last, so that the order across its edge stays.
    """
    if len(scores) <= NEIGHBOUR_COUNT:
        return scores
    order = np.argsort(-scores, kind="stable")
    pool = order[:NEIGHBOUR_POOL]
    members = vectors[pool]
    near = np.maximum(members @ members.T, 0)
    np.fill_diagonal(near, 0)
    least = np.partition(near, -NEIGHBOUR_COUNT, axis=1)[:, -NEIGHBOUR_COUNT, None]
    near *= near >= least  # much faster than setting the others to 0
    for _ in range(NEIGHBOUR_SQUARINGS):  # many times faster than a power
        np.square(near, out=near)
    total = near.sum(axis=1)
    own = scores[pool]
    around = np.divide(near @ own, total, out=own.copy(), where=total > 0)
    smoothed = scores.copy()
    smoothed[pool] = (1 - NEIGHBOUR_SHARE) * own + NEIGHBOUR_SHARE * around
    rest = order[NEIGHBOUR_POOL:]
    if len(rest):
        smoothed[rest] += min(0.0, float(smoothed[pool].min() - scores[rest[0]]))
    return smoothed
