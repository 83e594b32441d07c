from __future__ import annotations

from functools import partial

from assistant.remembered import Remembered


def never() -> str:
    raise AssertionError("it is known already")


def test_a_value_is_worked_out_once_in_each_state() -> None:
    remembered = Remembered[str, str](2)
    assert remembered.get(1, "a", lambda: "first") == "first"
    assert remembered.get(1, "a", never) == "first"
    assert remembered.get(2, "a", lambda: "second") == "second"
    assert remembered.get(1, "a", lambda: "third") == "third"


def test_no_more_values_are_kept_than_asked_for() -> None:
    remembered = Remembered[int, int](3)
    for key in range(10):
        assert remembered.get("state", key, partial(abs, key)) == key
        assert len(remembered._held[1]) <= 3


def test_a_value_that_was_overtaken_by_a_change_is_not_kept_for_the_new_state() -> None:
    remembered = Remembered[str, str](2)

    def overtaken() -> str:
        remembered.get(2, "other", lambda: "new")  # another thread, which saw the change
        return "old"

    assert remembered.get(1, "a", overtaken) == "old"
    assert remembered.get(2, "a", lambda: "fresh") == "fresh"
