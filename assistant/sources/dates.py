"""Dates as people and feeds write them, as the article's `published`. What is no date stays unknown; nothing is completed."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from assistant.filters import date_span
from assistant.words import SHORT_MONTHS

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T.*)?")
_NAMED = r"(?P<month>[A-Za-z]{3,9})\.?"
_WORDS = (
    re.compile(rf"{_NAMED}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?:[\s,].*)?"),
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_NAMED},?[\s-]+(?P<year>\d{{4}})(?:[\s,].*)?"),
    re.compile(rf"{_NAMED},?\s+(?P<year>\d{{4}})"),
)


def published(text: str) -> str:
    """The day, month or year that `text` states, as the article writes it.

    >>> published("May 3rd, 2024"), published("2024/5/3"), published("Fri, 03 May 2024 10:00:00 GMT"), published("May 2024")
    ('2024-05-03', '2024-05-03', '2024-05-03', '2024-05')

    Raises `ValueError` where it states none, or one outside the years 1000 to 9999. "03/05/2024" is refused: it names
    different days in different countries.
    """
    text = re.sub(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", "", " ".join(text.split()), flags=re.IGNORECASE)
    if re.fullmatch(r"\d{4}", text):
        return _checked(text)
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _checked("-".join([found[1], *(part.zfill(2) for part in found.groups()[1:] if part)]))
    for pattern in _WORDS:
        if (found := pattern.fullmatch(text)) and found["month"][:3].lower() in SHORT_MONTHS:
            month = SHORT_MONTHS.index(found["month"][:3].lower()) + 1
            day = found.groupdict().get("day")
            return _checked(f"{found['year']}-{month:02d}" + (f"-{int(day):02d}" if day else ""))
    try:
        return _checked(parsedate_to_datetime(text).date().isoformat())
    except (TypeError, ValueError, IndexError, OverflowError):
        raise ValueError(f"'{text[:60]}' is not a date such as 2024-02-29, 2024-02, 2024 or May 3, 2024") from None


def from_value(value: object) -> str:
    """`published` of a date, a datetime, a year as a number, or text. Raises `ValueError`."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"must be a date, not {type(value).__name__}")
    return published(value)


def _checked(text: str) -> str:
    date_span(text)
    return text
