"""The restrictions a question or a caller can state, as one value that can be compared, merged and tested on an article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from assistant.errors import FilterInvalid
from assistant.limits import MAX_MINUTES

DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_in_month(year: int, month: int) -> int:
    """Days in a month of the Gregorian calendar."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 if month == 2 and not leap else _MONTH_DAYS[month - 1]


def date_span(text: str) -> tuple[str, str]:
    """The first and the last day that a date, a month or a year covers, as ISO dates.

    >>> date_span("2024-02")
    ('2024-02-01', '2024-02-29')

    Raises `ValueError` for anything that is not a date of the years 1000 to 9999.
    """
    found = DATE.fullmatch(text)
    if not found or int(found[1]) < 1000:
        raise ValueError(f"'{text}' is not a date, a month or a year such as 2024-02-29, 2024-02 or 2024")
    year, month, day = found[1], found[2], found[3]
    if month is None:
        return f"{year}-01-01", f"{year}-12-31"
    if not 1 <= int(month) <= 12:
        raise ValueError(f"'{text}' has no month from 01 to 12")
    last = days_in_month(int(year), int(month))
    if day is None:
        return f"{year}-{month}-01", f"{year}-{month}-{last:02d}"
    if not 1 <= int(day) <= last:
        raise ValueError(f"'{text}' has a day that its month lacks")
    return text, text


@dataclass(frozen=True, slots=True)
class Filters:
    """What an article must be. Keys and meaning are those of `data/questions/README.md`.

    Several companies or authors mean any of them. Several technologies mean any, or all where `all_technologies` is set.
    `published_from` and `published_to` are inclusive ISO days; minutes are inclusive whole minutes.
    An attribute that an article does not state never matches a restriction on it.
    """

    companies: tuple[str, ...] = ()
    exclude_companies: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    exclude_technologies: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    includes_code: bool | None = None
    published_from: str | None = None
    published_to: str | None = None
    min_minutes: int | None = None
    max_minutes: int | None = None
    all_technologies: bool = False

    def __post_init__(self) -> None:
        for name in _LISTS:
            if type(getattr(self, name)) is not tuple:
                object.__setattr__(self, name, _typed(name, getattr(self, name)))
        if self.includes_code is not None:
            _typed("includes_code", self.includes_code)
        for name, last in (("published_from", False), ("published_to", True)):
            value = getattr(self, name)
            if value is not None:
                try:
                    span = date_span(value)
                except ValueError as error:
                    raise FilterInvalid(f"the date {error}", "Write a date as YYYY, YYYY-MM or YYYY-MM-DD.") from None
                object.__setattr__(self, name, span[1] if last else span[0])
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise FilterInvalid(
                f"the first day, {self.published_from}, lies after the last, {self.published_to}",
                "Swap the two dates, or leave one out.",
            )
        for name in _MINUTES:
            value = getattr(self, name)
            if value is not None and not 0 <= value <= MAX_MINUTES:
                raise FilterInvalid(f"{name} must be from 0 to {MAX_MINUTES}, not {value}", "Give whole minutes.")

    def __bool__(self) -> bool:
        return self != _NONE

    def to_dict(self) -> dict[str, Any]:
        """The restrictions that are set, under the keys of `data/questions/README.md`; JSON-ready."""
        out: dict[str, Any] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if value is None or value == () or (value is False and name == "all_technologies"):
                continue
            out[name] = list(value) if isinstance(value, tuple) else value
        return out

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Filters:
        """The inverse of `to_dict`. Raises `FilterInvalid` for a key or a type that no filter has."""
        known = {field.name: field for field in fields(cls)}
        values: dict[str, Any] = {}
        for key, value in record.items():
            if key not in known:
                raise FilterInvalid(f"there is no filter '{key}'", f"Filters are: {', '.join(known)}.")
            values[key] = _typed(key, value)
        return cls(**values)

    def merged(self, other: Filters) -> Filters:
        """These restrictions with each one that `other` sets put in its place: either date in that of both, and so with minutes."""
        given = set(_set_names(other))
        for pair in (_DATES, _MINUTES):
            given |= set(pair) if given.intersection(pair) else set()
        if "technologies" in given:
            given.add("all_technologies")
        changes: dict[str, Any] = {name: getattr(other, name) for name in given}
        for kind in ("companies", "technologies"):
            if kind in given and f"exclude_{kind}" not in given:
                kept = (name for name in getattr(self, f"exclude_{kind}") if name not in changes[kind])
                changes[f"exclude_{kind}"] = tuple(kept)
        return replace(self, **changes)


_LISTS = ("companies", "exclude_companies", "technologies", "exclude_technologies", "authors")
_FLAGS = ("includes_code", "all_technologies")
_DATES = ("published_from", "published_to")
_MINUTES = ("min_minutes", "max_minutes")
_NONE = Filters()


def _set_names(filters: Filters) -> list[str]:
    return list(filters.to_dict())


def _typed(key: str, value: Any) -> Any:
    if key in _LISTS:
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise FilterInvalid(f"{key} must be a list of names", "Write it as a list of strings.")
    if key in _FLAGS:
        wanted: type = bool
    elif key in _DATES:
        wanted = str
    else:
        wanted = int
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise FilterInvalid(f"{key} must be {wanted.__name__}, not {type(value).__name__}", "Correct its type.")
    return value
