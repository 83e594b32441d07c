"""How sure a figure is: bootstrap intervals for means, and paired tests for the difference of two runs. All are seeded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

SEED = 20_240_229
RESAMPLES = 2_000
SHUFFLES = 10_000


def interval(values: Sequence[float], *, seed: int = SEED) -> tuple[float, float] | None:
    """The 95 % percentile bootstrap interval of the mean; None of nothing."""
    if not values:
        return None
    means = _resampled_means(np.asarray(values, dtype=np.float64), seed)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def estimate(values: Sequence[float]) -> dict[str, Any]:
    """The mean with its interval and the number of values, JSON-ready: `value`, `low`, `high` (None of nothing), `of`."""
    low, high = interval(values) or (None, None)
    return {"value": sum(values) / len(values) if values else None, "low": low, "high": high, "of": len(values)}


def paired_test(first: Sequence[float], second: Sequence[float], *, seed: int = SEED) -> float:
    """Two-sided p-value of the mean difference by randomisation: how often swapping pairs at random does as much.

    The values of the two belong together place by place. 1.0 where nothing differs.
    """
    differences = np.asarray(second, dtype=np.float64) - np.asarray(first, dtype=np.float64)
    differences = differences[differences != 0]
    if not differences.size:
        return 1.0
    observed = abs(differences.sum())
    generator = np.random.default_rng(seed)
    reached = 0
    for start in range(0, SHUFFLES, 500):  # in portions, so that long sets stay small in memory
        signs = generator.choice((-1.0, 1.0), size=(min(500, SHUFFLES - start), differences.size))
        reached += int((np.abs(signs @ differences) >= observed - 1e-12).sum())
    return (reached + 1) / (SHUFFLES + 1)  # the observed labelling is one of the possible ones


def _resampled_means(values: np.ndarray[Any, np.dtype[np.float64]], seed: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    generator = np.random.default_rng(seed)
    picks = generator.integers(0, values.size, size=(RESAMPLES, values.size))
    means: np.ndarray[Any, np.dtype[np.float64]] = values[picks].mean(axis=1)
    return means
