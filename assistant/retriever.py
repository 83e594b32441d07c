"""From a question's words to ranked documents with the raw evidence for each; whether that evidence is enough is `confidence`'s job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from assistant import fusion
from assistant.remembered import Remembered
from embeddings.encoder import Encoder
from embeddings.index import Generation, Index
from embeddings.lexical import LexicalQuery
from embeddings.ranking import Scored, distinct, located

CANDIDATES = 100
"""Taken from each side; what both found is scored exactly on both."""
OUTSIDE = 5
"""Best documents of the whole index that are looked at beside a restricted search."""
REMEMBERED = 512
"""Texts whose vectors are kept: follow-ups, further pages and what others wrote search for the same words again."""
REMEMBERED_SUBSETS = 64
"""Sets of ids whose keys are kept: follow-ups search inside the same company again."""

Array = NDArray[np.float32]
Keys = NDArray[np.int64]


class Hit(NamedTuple):
    """One document found. `score` is fused, comparable within one ranking only; the rest is raw and comparable across.

    `dense` is the cosine to the question, `lexical` the BM25 score, `strength` that score from 0 to 1 (`fusion.strength`),
    `coverage` the share of the question's IDF whose terms the document holds.
    """

    id: str
    score: float
    dense: float = 0.0
    lexical: float = 0.0
    strength: float = 0.0
    coverage: float = 0.0
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Signals:
    """Raw evidence about a whole question, from which `confidence` judges.

    `terms` counts the distinct analysed terms, `unknown_terms` those that no document holds, `unknown_share` their share of
    the IDF. `ceiling` is `fusion.ceiling` of the terms. `dense_top` and `lexical_top` are the best scores inside the
    restrictions, `outside_dense` and `outside_lexical` the best of the documents that they shut out (0 where there are none).
    """

    terms: int = 0
    unknown_terms: int = 0
    unknown_share: float = 0.0
    ceiling: float = 0.0
    dense_top: float = 0.0
    lexical_top: float = 0.0
    outside_dense: float = 0.0
    outside_lexical: float = 0.0


@dataclass(frozen=True, slots=True)
class Ranking(Sequence[Hit]):
    """The hits, best first; `allowed` is how many documents lie inside the restrictions, `vector` the question's."""

    hits: tuple[Hit, ...]
    signals: Signals
    allowed: int
    vector: Array

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    @overload
    def __getitem__(self, place: int) -> Hit: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Hit, ...]: ...

    def __getitem__(self, place: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[place]

    def preferring(self, ids: Collection[str]) -> Ranking:
        """The same hits, of which those with the `ids`, and no others, have the bonus of the preferred and come first."""
        moved = (
            hit._replace(score=hit.score + fusion.PREFERENCE * (chosen - hit.preferred), preferred=chosen)
            for hit, chosen in ((hit, hit.id in ids) for hit in self.hits)
        )
        return replace(self, hits=tuple(sorted(moved, key=lambda hit: (not hit.preferred, -hit.score, hit.id))))


@dataclass(frozen=True, slots=True)
class _Query:
    """A question made ready: its vector, the search for its terms, and each term's share of the question's IDF."""

    vector: Array
    words: LexicalQuery
    shares: dict[str, float]
    unknown: frozenset[str]
    ceiling: float


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Documents from either side with both scores, by their keys, which stand in the order of their ids."""

    keys: Keys
    vectors: Array
    dense: Array
    lexical: Array


class Retriever:
    """Hybrid search over an index. Safe to share among threads; follows the index to new generations."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        self._vector = lru_cache(maxsize=REMEMBERED)(self._encoded)
        self._keys = Remembered[tuple[str, ...], Keys](REMEMBERED_SUBSETS)

    def search(
        self,
        text: str,
        limit: int = 10,
        *,
        allowed: Sequence[str] | None = None,
        preferred: Sequence[str] | None = None,
    ) -> Ranking:
        """The `limit` best documents for `text`, ties by id, among the ids `allowed` (None for all).

        The ids `preferred` get a bonus, as those tagged with a technology that is asked for but not insisted on. A text
        without a single term is ranked by its vector alone; a blank one finds nothing.
        """
        view = self._index.current
        keys = None if allowed is None else self._keys_of(view, allowed)
        size = view.size if keys is None else len(keys)
        if not text.strip() or not size or limit <= 0:
            return Ranking((), Signals(), size, np.zeros(self._encoder.dimension, np.float32))
        query = self._query(view, text)
        candidates = _candidates(view, query, max(limit, CANDIDATES), keys)
        strengths = fusion.strength(candidates.lexical, query.ceiling)
        liked = np.zeros(len(strengths), bool)
        if preferred:
            liked = located(self._keys_of(view, preferred), candidates.keys)[1]
        scores = _scored(query.vector, candidates, strengths, liked * np.float32(fusion.PREFERENCE))
        order = np.argsort(-scores, kind="stable")[:limit]  # keys are in order: ties go by id
        best = candidates.keys[order]
        hits = map(
            Hit,
            view.ids_of(best),
            *(column[order].tolist() for column in (scores, candidates.dense, candidates.lexical, strengths)),
            view.held(query.shares, best).tolist(),
            liked[order].tolist(),
        )
        return Ranking(tuple(hits), _signals(view, query, candidates, keys), size, query.vector)

    def _keys_of(self, view: Generation, ids: Sequence[str]) -> Keys:
        return self._keys.get(view.name, tuple(ids), lambda: view.keys(ids))

    def _query(self, view: Generation, text: str) -> _Query:
        counts = Counter(view.analyze(text))
        frequencies = {term: view.document_frequency(term) for term in counts}
        idfs = {term: fusion.idf(frequency, view.size) for term, frequency in frequencies.items()}
        weights = {term: fusion.term_weight(count, idfs[term]) for term, count in counts.items()}
        total = sum(idfs.values())
        return _Query(
            vector=self._vector(text),
            words=view.lexical_query(weights),
            shares={term: value / total for term, value in idfs.items()},
            unknown=frozenset(term for term, frequency in frequencies.items() if not frequency),
            ceiling=fusion.ceiling([weights[term] * idfs[term] for term in weights]),
        )

    def _encoded(self, text: str) -> Array:
        vector: Array = self._encoder.encode([text], kind="query")[0]
        vector.flags.writeable = False
        return vector


def evidence(index: Index, ids: Sequence[str], vector: Array) -> list[int | None]:
    """Which part of each document (by its order, from 0) is nearest to a question's vector; None for one without parts.

    Nor has a document parts that another process removed since the search.
    """
    view = index.current
    documents = (view.parts_of(row) if row >= 0 else () for row in view.rows(ids).tolist())
    return [int(np.argmax(parts @ vector)) if len(parts) else None for parts in documents]


def _candidates(view: Generation, query: _Query, count: int, allowed: Keys | None) -> _Candidates:
    """The `count` best of each side, each scored on both."""
    _, near = view.dense_keys(query.vector, count, allowed)
    _, worded = query.words.best(count, allowed)
    keys = distinct(near, worded)
    vectors = view.vectors_of(keys)
    return _Candidates(keys=keys, vectors=vectors, dense=vectors @ query.vector, lexical=query.words.scores(keys))


def _scored(query: Array, candidates: _Candidates, strengths: Array, bonus: Array) -> Array:
    scores = fusion.fuse(candidates.dense, strengths) + bonus
    moved = fusion.feedback(query, candidates.vectors, scores)
    return fusion.smooth(candidates.vectors, fusion.fuse(candidates.vectors @ moved, strengths) + bonus)


def _signals(view: Generation, query: _Query, candidates: _Candidates, keys: Keys | None) -> Signals:
    outside_dense = outside_lexical = 0.0
    if keys is not None and len(keys) < view.size:
        outside_dense = _best_outside(view.dense_keys(query.vector, OUTSIDE), candidates.keys)
        outside_lexical = _best_outside(query.words.best(OUTSIDE), candidates.keys)
    return Signals(
        terms=len(query.shares),
        unknown_terms=len(query.unknown),
        unknown_share=sum(query.shares[term] for term in query.unknown),
        ceiling=query.ceiling,
        dense_top=float(candidates.dense.max()),
        lexical_top=float(candidates.lexical.max(initial=0.0)),
        outside_dense=outside_dense,
        outside_lexical=outside_lexical,
    )


def _best_outside(found: Scored, inside: Keys) -> float:
    scores, keys = found
    return float(scores[~located(inside, keys)[1]].max(initial=0.0))
