"""Authors as they are written in bylines, as a list of names."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ROLE = re.compile(r"\s*[(\[][^()\[\]]*(?:[)\]]|$)")
_BREAK = re.compile(r"\s*(?:;|\||\n|,?\s+(?:and|und|et|with)\s+|,?\s*&\s+)\s*", re.IGNORECASE)
_SUFFIX = re.compile(r"(?i)^(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|msc|mba)\.?$")
_BY = re.compile(r"(?i)^\s*(?:written\s+by|posted\s+by|authors?\s*:|by)\s+")


def authors(text: str) -> list[str]:
    """The names in a byline, without their roles; brackets may be left open.

    >>> authors("Flavio Santos (Data Infrastructure Engineer) and Robert Stephenson (Senior Product Manager")
    ['Flavio Santos', 'Robert Stephenson']
    """
    text = _BY.sub("", text)
    text = _ROLE.sub("", text)
    names: list[str] = []
    for part in _BREAK.split(text):
        pieces = [" ".join(piece.split()) for piece in part.split(",")]
        if len(pieces) == 2 and all(pieces) and len(pieces[0].split()) == 1 and not _SUFFIX.match(pieces[1]):
            # "Knuth, Donald" is one person; "Ann Lee, Bob Ray" are two.
            pieces = [f"{pieces[1]} {pieces[0]}"] if len(pieces[1].split()) <= 2 else pieces
        for piece in pieces:
            if piece and _SUFFIX.match(piece) and names:
                names[-1] = f"{names[-1]}, {piece}"
            elif piece:
                names.append(piece)
    return list(dict.fromkeys(names))


def from_values(values: Sequence[str]) -> list[str]:
    """The names of several bylines, each once, in order."""
    return list(dict.fromkeys(name for value in values for name in authors(value)))
