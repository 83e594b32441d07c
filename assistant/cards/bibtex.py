"""Cited articles as BibTeX entries (`@online`, with both `date` for biblatex and `year` for BibTeX)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Card
from assistant.article import slug
from assistant.cards.words import clean, heading, safe_url
from assistant.words import SHORT_MONTHS

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    '"': r"{\textquotedbl}",
}


def escape(text: str) -> str:
    """`text` on one line with every character that TeX gives a meaning escaped."""
    return "".join(_SPECIAL.get(letter, letter) for letter in " ".join(clean(text).split()))


def render(cards: Sequence[Card]) -> str:
    """An entry for each card, in order, with distinct keys; empty without cards."""
    taken: set[str] = set()
    return "\n".join(_entry(card, _key(card, taken)) for card in cards)


def _key(card: Card, taken: set[str]) -> str:
    base = slug(card.id) or "article"
    key, copy = base, 1
    while key in taken:
        copy += 1
        key = f"{base}-{copy}"
    taken.add(key)
    return key


def _entry(card: Card, key: str) -> str:
    # Braces around a whole name keep BibTeX from splitting "Spotify Engineering" into first and last name.
    fields = {
        "title": f"{{{escape(heading(card))}}}",
        "author": " and ".join(f"{{{escape(name)}}}" for name in card.authors) or f"{{{escape(card.company)}}}",
        "organization": escape(card.company),
        **_dates(card.published),
    }
    if url := safe_url(card.url):
        fields["url"] = url.replace("%", r"\%").replace("#", r"\#")
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items()]
    return "\n".join([f"@online{{{key},", *lines, "}", ""])


def _dates(published: str | None) -> dict[str, str]:
    found = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-\d{2})?)?", published or "")
    if not found or published is None:
        return {}
    dates = {"date": published, "year": found[1]}
    if found[2] and 1 <= int(found[2]) <= 12:
        dates["month"] = SHORT_MONTHS[int(found[2]) - 1]
    return dates
