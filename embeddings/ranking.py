"""The best rows by score, with ties in the order of the rows: the same answer however an engine breaks its ties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scored = tuple[NDArray[np.float32], NDArray[np.int64]]


def best(fetch: Callable[[int], Scored], limit: int, size: int) -> Scored:
    """The `limit` best (scores, rows), best first, equal scores by row.

    `fetch(n)` gives the n best in falling order, fewer where there are no more; it may break ties as it likes, for it is
    asked for more while a tie reaches over the last place. `size` bounds the number of rows.
    """
    window = limit + 1
    while True:
        scores, rows = fetch(min(window, size))
        if len(scores) <= limit or window >= size or scores[-1] < scores[limit - 1]:
            break
        window *= 4
    order = np.lexsort((rows, -scores))[:limit]
    return scores[order], rows[order]


def distinct(*rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every row of any of `rows`, sorted and once."""
    merged = np.sort(np.concatenate(rows))
    first = np.ones(len(merged), bool)
    np.not_equal(merged[1:], merged[:-1], out=first[1:])
    return merged[first]


def located(ordered: NDArray[Any], wanted: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each of `wanted` stands in the sorted `ordered`, and whether it does; the place of one that does not means nothing."""
    if not len(ordered):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    places = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return places, ordered[places] == wanted
