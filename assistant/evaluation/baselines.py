"""What Byline is compared with, over the very same index: dense search alone, BM25 alone, and reciprocal rank fusion of both.

A baseline knows no filters, no conversation and no declining: it searches for the words of the conversation as they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from assistant.evaluation.measures import DEPTH
from assistant.evaluation.protocols import QuestionEncoder, SearchIndex
from assistant.evaluation.questions import EvaluationQuestion

BASELINES = ("dense", "BM25", "reciprocal rank fusion")
_CANDIDATES = 100
_RRF_K = 60  # the constant of Cormack, Clarke and Buettcher (2009), as everybody uses it


def rank_baselines(
    questions: Iterable[EvaluationQuestion], encoder: QuestionEncoder, index: SearchIndex
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Each baseline's ranking (ten ids, best first) by question id."""
    rankings: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in BASELINES}
    for question in questions:
        text = " ".join((*question.history, question.question))
        vector = encoder.encode([text], kind="query")[0]
        dense = [id for id, _ in index.dense(vector, _CANDIDATES)]
        terms = {term: float(count) for term, count in Counter(index.analyze(text)).items()}
        lexical = [id for id, _ in index.lexical(terms, _CANDIDATES)] if terms else []
        for name, order in zip(BASELINES, (dense, lexical, fuse_ranks((dense, lexical))), strict=True):
            rankings[name][question.id] = tuple(order[:DEPTH])
    return rankings


def fuse_ranks(rankings: Sequence[Sequence[str]], k: int = _RRF_K) -> list[str]:
    """Reciprocal rank fusion: every ranking gives 1 / (k + place) to each id; highest sum first, ties by id."""
    scores: Mapping[str, float] = _reciprocal_sums(rankings, k)
    return sorted(scores, key=lambda id: (-scores[id], id))


def _reciprocal_sums(rankings: Sequence[Sequence[str]], k: int) -> dict[str, float]:
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, id in enumerate(ranking, 1):
            scores[id] = scores.get(id, 0.0) + 1 / (k + place)
    return scores
