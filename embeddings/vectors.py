"""Exact search among unit vectors by inner product (FAISS), over a file that is mapped into memory and not read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embeddings.ranking import Scored, best


class Vectors:
    """Unit vectors by row. A row's score does not depend on the subset searched in."""

    def __init__(self, rows: NDArray[np.float32]) -> None:
        self.rows = rows
        self._all = np.arange(len(rows), dtype=np.int64)

    def __len__(self) -> int:
        return len(self.rows)

    def search(self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.int64] | None = None) -> Scored:
        """The `limit` rows nearest to `vector`, best first, ties by row; scores are cosines in [-1, 1].

        `allowed` holds the distinct rows to search in, None all; fewer are given only where there are fewer.
        """
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(-1)
        if query.shape[0] != self.rows.shape[1]:
            raise ValueError(f"a vector of {query.shape[0]} numbers in an index of {self.rows.shape[1]}")
        subset = self._all if allowed is None else np.ascontiguousarray(allowed, dtype=np.int64)
        limit = min(limit, len(subset))
        if limit <= 0:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        return best(lambda count: self._scan(query, subset, count), limit, len(subset))

    def _scan(self, query: NDArray[np.float32], subset: NDArray[np.int64], count: int) -> Scored:
        """FAISS's exact scan of the listed rows, where they lie.

        All rows go the same way as some: its scan without a list adds up in another order, and the last bit of a score
        would depend on the filter.
        """
        import faiss

        scores = np.empty(count, np.float32)
        found = np.empty(count, np.int64)
        faiss.knn_inner_products_by_idx(  # type: ignore[attr-defined,unused-ignore]
            faiss.swig_ptr(query),
            faiss.swig_ptr(self.rows),
            faiss.swig_ptr(subset),
            len(query),
            1,
            len(self.rows),
            len(subset),
            count,
            faiss.swig_ptr(scores),
            faiss.swig_ptr(found),
            0,
        )
        real = found >= 0
        return scores[real], found[real]
