"""Technology names run together without spaces ("DockerElasticsearchGoogle Cloud"), taken apart by the known names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.sources.parsed import Names

_BOUNDARY = re.compile(r"(?<=[a-z0-9+#.)])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def split(text: str, known: Iterable[str]) -> list[str]:
    """The names in `text`, in order, every letter kept: the fewest letters unknown, then the fewest names.

    A known name counts where it stands letter for letter. It may not begin or end inside a word, unless another known name
    ends or begins right there ("KotlingRPC"). What no known name covers is cut where a small letter meets a capital, and
    kept as it is.

    >>> split("ApacheApache KafkaGoogle CloudJSONScalaSQL", ["Apache", "Apache Kafka", "Google Cloud", "SQL", "Scala"])
    ['Apache', 'Apache Kafka', 'Google Cloud', 'JSON', 'Scala', 'SQL']
    """
    text = " ".join(text.split())
    names = sorted({name for name in known if name and name in text}, key=lambda name: (-len(name), name))
    starts: dict[int, list[str]] = {}
    for name in names:
        at = text.find(name)
        while at >= 0:
            starts.setdefault(at, []).append(name)
            at = text.find(name, at + 1)
    ends = {at + len(name) for at, found in starts.items() for name in found}
    # best[i]: the cheapest way to take text[i:] apart, as (unknown letters, names, known name first or None)
    best: list[tuple[int, int, str | None]] = [(0, 0, None)] * (len(text) + 1)
    for at in range(len(text) - 1, -1, -1):
        unknown, pieces, _ = best[at + 1]
        choice: tuple[int, int, str | None] = (unknown + (not text[at].isspace()), pieces, None)
        for name in starts.get(at, ()):
            end = at + len(name)
            if (_apart(text, at) or at in ends) and (_apart(text, end) or end in starts):
                rest = best[end]
                choice = min(choice, (rest[0], rest[1] + 1, name), key=lambda way: way[:2])
        best[at] = choice
    return _pieces(text, best)


def _pieces(text: str, best: list[tuple[int, int, str | None]]) -> list[str]:
    pieces: list[str] = []
    unknown = ""
    at = 0
    while at < len(text):
        name = best[at][2]
        if name is None:
            unknown += text[at]
            at += 1
            continue
        pieces += [*_BOUNDARY.split(unknown.strip(" ,;|·")), name]
        unknown = ""
        at += len(name)
    pieces += _BOUNDARY.split(unknown.strip(" ,;|·"))
    return [piece.strip() for piece in pieces if piece.strip()]


def _apart(text: str, at: int) -> bool:
    """Whether one name may end and another begin at this place: not between two small letters of one word."""
    if at in (0, len(text)):
        return True
    before, after = text[at - 1], text[at]
    return not (after.islower() and before.isalpha())


def tidy(found: Iterable[str], names: Names) -> list[str]:
    """The names in their known spelling, each once, in order; unknown ones stay as they are."""
    return list(dict.fromkeys(names.technology(name) or name for name in found))
