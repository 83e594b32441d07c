"""The restrictions of a follow-up: which of the old ones stay, and which the new ones replace or join."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from assistant.filters import Filters
from assistant.question.set_phrases import Lean

_DATES = ("published_from", "published_to")
_MINUTES = ("min_minutes", "max_minutes")


def moved(old: Filters, *, earlier: bool) -> Filters:
    """The old restrictions with the time before, or after, the old dates."""
    if earlier and old.published_from:
        last = date.fromisoformat(old.published_from) - timedelta(days=1)
        return replace(old, published_from=None, published_to=last.isoformat())
    first = date.fromisoformat(old.published_to or "") + timedelta(days=1)
    return replace(old, published_from=first.isoformat(), published_to=None)


def merged(old: Filters, new: Filters, lean: Lean) -> Filters:
    """The old restrictions with the new ones in their place, beside them or taken from them, as the follow-up leans on them."""
    values: dict[str, Any] = {name: getattr(old, name) for name in ("includes_code", *_DATES, *_MINUTES)}
    if new.includes_code is not None or lean.any_code:
        values["includes_code"] = None if lean.any_code else new.includes_code
    for names in (_DATES, _MINUTES):
        values |= _bounds(old, new, names)
    if lean.any_time:
        values |= dict.fromkeys(_DATES)
    elif lean.either:
        values |= _either(old, new)
    if lean.which is not None:
        old = _one_of(old, lean.which)
    for kind in ("companies", "technologies"):
        wanted, excluded = _names(
            getattr(old, kind),
            getattr(new, kind),
            getattr(old, f"exclude_{kind}"),
            getattr(new, f"exclude_{kind}"),
            lean.adds or (lean.among and kind == "technologies"),
        )
        values |= {kind: wanted, f"exclude_{kind}": excluded}
    values["authors"] = new.authors or (() if new.companies and not (lean.adds or lean.picks) else old.authors)
    if (lean.others or lean.anyone) and not new.companies:
        values["exclude_companies"] = union(values["exclude_companies"], old.companies) if lean.others else ()
        values["companies"] = ()
        values["authors"] = new.authors
    values["all_technologies"] = (
        new.all_technologies
        or (old.all_technologies and values["technologies"] == old.technologies)
        or (lean.among and len(values["technologies"]) > 1)
    )
    return Filters(**values)


def _one_of(old: Filters, place: int) -> Filters:
    """The old restrictions with one of two companies, or else of two technologies."""
    if len(old.companies) > 1:
        return replace(old, companies=(old.companies[place],))
    return replace(old, technologies=(old.technologies[place],)) if len(old.technologies) > 1 else old


def _either(old: Filters, new: Filters) -> dict[str, str]:
    """Both stretches of days as one, where one follows on the other ("in 2022", "or 2021")."""
    first, second = sorted((f.published_from or "", f.published_to or "") for f in (old, new))
    if not all((*first, *second)):
        return {}
    follows = date.fromisoformat(first[1]) + timedelta(days=1) >= date.fromisoformat(second[0])
    return dict(zip(_DATES, (first[0], max(first[1], second[1])), strict=True)) if follows else {}


def _bounds(old: Filters, new: Filters, names: tuple[str, str]) -> dict[str, Any]:
    """A new bound replaces the old ones, unless each has just the one the other lacks and they leave something between."""
    low, high = names
    was, is_now = (getattr(old, low), getattr(old, high)), (getattr(new, low), getattr(new, high))
    if is_now == (None, None):
        return {low: was[0], high: was[1]}
    joined = (is_now[0] if was[0] is None else was[0], is_now[1] if was[1] is None else was[1])
    opposite = (
        (was[0] is None) != (was[1] is None)
        and (is_now[0] is None) == (was[0] is not None)
        and (is_now[1] is None) == (was[1] is not None)
    )
    if opposite and joined[0] <= joined[1]:
        return {low: joined[0], high: joined[1]}
    return {low: is_now[0], high: is_now[1]}


def _names(
    old: tuple[str, ...], new: tuple[str, ...], old_out: tuple[str, ...], new_out: tuple[str, ...], adds: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names wanted and ruled out: new ones replace or join the old, and ruling a name out takes it from the wanted."""
    wanted = union(old, new) if adds and new else new or old
    wanted = tuple(name for name in wanted if name not in new_out)
    excluded = tuple(name for name in union(old_out, new_out) if name not in wanted)
    return wanted, () if new and not new_out and not adds else excluded


def union(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    """The distinct names of both, in order."""
    return tuple(dict.fromkeys((*first, *second)))
