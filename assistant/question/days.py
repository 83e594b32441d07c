"""The stretches of days that words name: "March 2021", "Q3 2022", "the early 2010s", "the last two years".

Whether such a stretch restricts the day of publication is `dates`' to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.filters import days_in_month
from assistant.question.numbers import NUMBER, number
from assistant.question.patterns import lazy
from assistant.words import MONTHS, SHORT_MONTHS

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
MONTH_NAME = "|".join(MONTHS)
_YEAR = r"(?:19[89]\d|20[0-4]\d)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_PARTS = {
    "early": (1, 4),
    "start of": (1, 4),
    "beginning of": (1, 4),
    "mid": (5, 8),
    "middle of": (5, 8),
    "late": (9, 12),
    "end of": (9, 12),
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "fall": (9, 11),
    "winter": (12, 12),
}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_POINT = lazy(
    rf"""(?:(?<![\w.$€£-])|(?<=\bpre-)|(?<=\bpost-))(?:the\ )?(?:
        (?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)(?![\w-])
      | (?P<slash>(?:0?[1-9]|1[0-2])/{_YEAR})
      | (?P<quarter>
            (?:q[1-4]|h[12])[\ ,-]*(?:of\ )?{_YEAR}
          | {_YEAR}[\ -]*(?:q[1-4]|h[12])
          | (?:first|second|third|fourth|last)\ (?:quarter|half)\ of\ {_YEAR} )
      | (?:(?P<part>{"|".join(part.replace(" ", chr(92) + " ") for part in _PARTS)})[\ -](?:of\ |in\ )?)?
        (?: (?P<decade>(?:19[89]|20[0-4])0'?s)
          | (?P<months>{_MONTH}\ ?(?:and|to|until|till|through|-|–)\ ?{_MONTH})[\ ,]+(?:of\ )?(?P<monthsyear>{_YEAR})
          | (?P<day>{_DAY}\ (?:of\ )?)?(?P<month>{_MONTH})(?:\ (?P<day2>{_DAY}\b),?)?[\ ,]+(?:of\ )?(?P<monthyear>{_YEAR})
          | (?P<year>{_YEAR})
          | ['’](?P<short>[012]\d) ) )(?![\w%]|[.,]\d|-\w)""",
    re.VERBOSE,
)
_UNIT = r"(?:years?|months?|weeks?|days?)"
_RELATIVE = lazy(
    rf"""\b(?:
        (?P<which>last|this|past|previous|current)\ (?P<single>year|month|week|quarter|decade)
      | (?:last|past|previous|recent)\ (?P<count>{NUMBER}|few|couple\ of|couple)\ (?P<unit>{_UNIT})
      | (?:less\ than|under|younger\ than|newer\ than|within)\ (?P<young>{NUMBER})\ (?P<youngunit>{_UNIT})(?:\ old|\ ago)?
      | (?:older\ than|more\ than|over)\ (?P<old>{NUMBER})\ (?P<oldunit>{_UNIT})(?P<oldtail>\ old|\ ago)?
      | (?P<named>today|yesterday)
      | (?:(?:last|this|past)\ )?(?P<monthname>{MONTH_NAME})(?![\ ,]*\d)
    )\b(?!\ ?['’]?s\ (?:outage|incident))""",
    re.VERBOSE,
)
_YEARS = lazy(r"(?<=\b\d{4})[-‐](?=\d{4}\b)")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days, both ends included; None is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Point:
    """A day, a month, a year or the like, and the characters that name it.

    `bare_year` is set for four digits alone, `distant` for those past next year: more often a number ("2048 pods") than a date.
    """

    first: date
    last: date
    start: int
    end: int
    bare_year: bool
    distant: bool


@dataclass(frozen=True, slots=True)
class Relative:
    """A stretch that counts from today.

    `kind`: "named" for today and yesterday, "month" for the last month of a name, "within" for a bound on age, else "recent".
    """

    span: Span
    start: int
    end: int
    kind: str


def parted(plain: str) -> str:
    """`plain` with the hyphen of "2016-2018" made a dash, so that both years stand apart; no offset moves."""
    return _YEARS.sub("–", plain)


def points(plain: str, today: date) -> list[Point]:
    """The dates in folded text, in order."""
    return [point for found in _POINT.finditer(plain) if (point := _point(found, today))]


def relatives(plain: str, today: date) -> Iterator[Relative]:
    """The stretches in folded text that count from `today`, in order."""
    for found in _RELATIVE.finditer(plain):
        span = _relative_span(found, today)
        if span is not None:
            bounded = found.group().startswith(("within", "under", "less", "more", "over"))
            kind = "named" if found["named"] else "month" if found["monthname"] else "within" if bounded else "recent"
            yield Relative(span, *found.span(), kind)


def _point(found: re.Match[str], today: date) -> Point | None:
    try:
        span = _iso(found) or _quarter(found) or _calendar(found)
    except ValueError:
        return None
    bare = (found["year"] or found["short"]) is not None and found["part"] is None
    return Point(*span, *found.span(), bare_year=bare, distant=bare and span[0].year > today.year + 1)


def _iso(found: re.Match[str]) -> tuple[date, date] | None:
    if found["iso"]:
        parts = [int(part) for part in found["iso"].split("-")]
        return (date(*parts), date(*parts)) if len(parts) == 3 else _months(parts[0], parts[1], parts[1])
    if found["slash"]:
        month, year = found["slash"].split("/")
        return _months(int(year), int(month), int(month))
    return None


def _quarter(found: re.Match[str]) -> tuple[date, date] | None:
    text = found["quarter"]
    if not text:
        return None
    year = int(re.findall(_YEAR, text)[0])
    short = re.search(r"([qh])([1-4])", text)
    kind = short[1] if short else "q" if "quarter" in text else "h"
    last = 4 if kind == "q" else 2
    place = int(short[2]) if short else _ORDINALS.get(text.split()[0], last)
    if place > last:
        return None
    length = 3 if kind == "q" else 6
    return _months(year, (place - 1) * length + 1, place * length)


def _calendar(found: re.Match[str]) -> tuple[date, date]:
    part = found["part"] or ""
    if found["decade"]:
        first = int(found["decade"][:4])
        years = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get(part.split(" ")[0], (0, 9))
        return date(first + years[0], 1, 1), date(first + years[1], 12, 31)
    if found["months"]:
        one, other = re.findall(_MONTH, found["months"])
        return _months(int(found["monthsyear"]), _month(one), _month(other))
    if found["month"]:
        year, month = int(found["monthyear"]), _month(found["month"])
        day = re.match(r"\d+", found["day"] or found["day2"] or "")
        return (date(year, month, int(day[0])),) * 2 if day else _months(year, month, month)
    return _months(int(found["year"] or f"20{found['short']}"), *_PARTS.get(part, (1, 12)))


def _month(text: str) -> int:
    return next(place for place, name in enumerate(SHORT_MONTHS, 1) if text.startswith(name))


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, days_in_month(year, last))


def _relative_span(found: re.Match[str], today: date) -> Span | None:
    if found["single"]:
        return _single(found["which"], found["single"], today)
    if found["count"]:
        count = {"few": 3, "couple": 2, "couple of": 2}.get(found["count"]) or number(found["count"])
        return Span(_ago(today, count, found["unit"]), None)
    if found["young"]:
        return Span(_ago(today, number(found["young"]), found["youngunit"]), None)
    if found["old"] and (found["oldtail"] or found.group().startswith("older")):
        return Span(None, _ago(today, number(found["old"]), found["oldunit"]) - timedelta(days=1))
    if found["named"]:
        day = today if found["named"] == "today" else today - timedelta(days=1)
        return Span(day, day)
    if found["monthname"]:
        month = _month(found["monthname"])
        return Span(*_months(today.year - (month > today.month), month, month))
    return None


def _single(which: str, unit: str, today: date) -> Span:
    """The one stretch named: "this year" and "last year" are calendar years, "the past year" ends today."""
    if which == "past":
        count, unit = {"decade": (10, "year"), "quarter": (3, "month")}.get(unit, (1, unit))
        return Span(_ago(today, count, unit), None)
    back = which in ("last", "previous")
    if unit == "year":
        return Span(date(today.year - back, 1, 1), date(today.year - back, 12, 31))
    if unit == "decade":
        first = today.year // 10 * 10 - 10 * back
        return Span(date(first, 1, 1), date(first + 9, 12, 31))
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return Span(monday, monday + timedelta(days=6))
    length = 3 if unit == "quarter" else 1
    month = (today.year * 12 + today.month - 1) // length * length - length * back
    first_day, _ = _months(month // 12, month % 12 + 1, month % 12 + 1)
    return Span(first_day, _months(month // 12, month % 12 + 1, month % 12 + length)[1])


def _ago(today: date, count: int, unit: str) -> date:
    """The day `count` units before `today`, within the calendar's range; the 29th of February becomes the 28th."""
    if unit.startswith(("day", "week")):
        return today - timedelta(days=min(count * (7 if unit.startswith("week") else 1), 300_000))
    months = max(today.year * 12 + today.month - 1 - count * (12 if unit.startswith("year") else 1), 12)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, days_in_month(year, month)))
