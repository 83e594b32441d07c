"""Reading BibTeX entries as rows. Writing them is `assistant.export`'s job."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from assistant.sources.parsed import Problem
from assistant.words import SHORT_MONTHS

_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*[{(]")
_FIELD = re.compile(r"\s*,?\s*([A-Za-z][\w:-]*)\s*=\s*")
_WORDS = {
    r"\textbackslash": "\\",
    r"\textasciitilde": "~",
    r"\textasciicircum": "^",
    r"\textquotedbl": '"',
    r"\ss": "ß",
    r"\o": "ø",
    r"\O": "Ø",
    r"\ae": "æ",
    r"\aa": "å",
}
_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    '"': "\u0308",
    "^": "\u0302",
    "~": "\u0303",
    "c": "\u0327",
    "v": "\u030c",
    "H": "\u030b",
}
_ESCAPES = re.compile(
    r"\{?(?:" + "|".join(re.escape(word) + r"(?![A-Za-z])" for word in _WORDS) + r")(?:\{\}|\}|\s)?"
    r"|\{?\\(['`\"^~]|[cvH](?=\s*\{))\s*\{?(\\?[A-Za-z])\}?\}?|\\([{}$&#_%])|([{}])"
)
_SKIPPED = ("comment", "preamble", "string")


def rows(name: str, text: str) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    """Each entry's fields under an article's names, with the line it starts on; a broken entry gives a problem."""
    found = _ENTRY.search(text)
    while found:
        line = text.count("\n", 0, found.start()) + 1
        following = _ENTRY.search(text, found.end())
        if found[1].lower() not in _SKIPPED:
            try:
                values, end = _fields(text, found.end())
                following = _ENTRY.search(text, end)
                yield line, _row(values)
            except ValueError as error:
                yield line, Problem(name, f"is not a BibTeX entry ({error})", line=line, lost=True)
        found = following


def _fields(text: str, at: int) -> tuple[dict[str, str], int]:
    key = re.compile(r"\s*([^\s,{}()=]*)\s*").match(text, at)
    values = {"": key[1] if key else ""}
    at = key.end() if key else at
    while found := _FIELD.match(text, at):
        value, at = _value(text, found.end())
        values.setdefault(found[1].lower(), value)
    close = re.compile(r"\s*,?\s*[})]").match(text, at)
    if not close:
        raise ValueError("it does not end where it should, or is cut off")
    return values, close.end()


def _value(text: str, at: int) -> tuple[str, int]:
    """A value in braces, in quotes or bare, with its pieces (joined by #) put together."""
    out = ""
    while True:
        mark = text[at : at + 1]
        if mark in ("{", '"'):
            end = _closing(text, at)
            out, at = out + text[at + 1 : end], end + 1
        else:
            found = re.compile(r"[\w.+-]+").match(text, at)
            if not found:
                raise ValueError("a field has no value")
            out, at = out + found[0], found.end()
        more = re.compile(r"\s*#\s*").match(text, at)
        if not more:
            return out, at
        at = more.end()


def _closing(text: str, at: int) -> int:
    depth, quoted = 0, text[at] == '"'
    position = at + 1
    while position < len(text):
        letter = text[position]
        if letter == "\\":
            position += 2
            continue
        if depth == 0 and letter == ('"' if quoted else "}"):
            return position
        depth += (letter == "{") - (letter == "}")
        position += 1
    raise ValueError("a brace or a quote is not closed")


def _row(values: dict[str, str]) -> dict[str, Any]:
    key = values.pop("")
    row: dict[str, Any] = {
        name: plain(value) for name, value in values.items() if name not in ("year", "month", "day", "author")
    }
    if "date" not in row and "year" in values:
        row["date"] = _date(values)
    if "author" in values:
        row["authors"] = [_person(name) for name in _names(values["author"])]
    row["company"] = next(
        (row.pop(name) for name in ("company", "organization", "publisher", "journal") if row.get(name)), None
    )
    for name in ("organization", "publisher", "journal", "urldate", "howpublished", "note"):
        row.pop(name, None)
    return {"id": key, **row} if "derived" in row or "summary_source" in row else row


def _date(values: dict[str, str]) -> str:
    month = values.get("month", "")[:3].lower()
    number = SHORT_MONTHS.index(month) + 1 if month in SHORT_MONTHS else int(month) if month.isdigit() else 0
    day = values.get("day", "")
    parts = [
        values["year"].strip(),
        f"{number:02d}" if number else "",
        day.zfill(2) if day.isdigit() and number else "",
    ]
    return "-".join(filter(None, parts))


def _names(text: str) -> list[str]:
    """The names between "and"s that stand outside braces."""
    names, depth, start = [], 0, 0
    for found in re.finditer(r"\\.|[{}]|\s+and\s+", text):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif found[0].strip() == "and" and depth == 0:
            names.append(text[start : found.start()])
            start = found.end()
    return [name.strip() for name in (*names, text[start:]) if name.strip()]


def _person(name: str) -> str:
    last, comma, first = name.partition(",")
    if comma and not name.startswith("{"):
        return plain(f"{first.strip()} {last.strip()}")
    return plain(name)


def plain(text: str) -> str:
    """A value without TeX's escapes, accents and grouping braces."""
    import unicodedata

    def replaced(found: re.Match[str]) -> str:
        if found[1]:
            return unicodedata.normalize("NFC", found[2].lstrip("\\") + _ACCENTS[found[1]])
        if found[3]:
            return found[3]
        if found[4]:
            return ""
        return next(
            letter for word, letter in sorted(_WORDS.items(), key=lambda item: -len(item[0])) if word in found[0]
        )

    return " ".join(_ESCAPES.sub(replaced, text).split())
