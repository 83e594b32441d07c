"""What was worked out once, kept for as long as the state that it was worked out from: a revision, a generation."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """At most `most` values by key, all of one state; another state, or one value too many, and they are forgotten.

    Safe to share among threads. Values are shared, so they must not change.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: tuple[Hashable, dict[Key, Value]] = (None, {})

    def get(self, state: Hashable, key: Key, work_out: Callable[[], Value]) -> Value:
        """The value of `key` in `state`, worked out where it is not known. `state` must be read before what is worked out is."""
        held = self._held
        if held[0] != state:
            held = self._held = (state, {})
        values = held[1]
        if key in values:
            return values[key]
        value = work_out()
        # Where the state moved on meanwhile, this goes to values that nobody looks at any more.
        if len(values) >= self._most:
            values.clear()
        values[key] = value
        return value
