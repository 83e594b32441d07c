"""Names that a caller gives as filters, brought into the catalog's spelling. Names inside a question are `question`'s to find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.errors import FilterInvalid
from assistant.filters import Filters
from assistant.vocabulary import Kind, Vocabulary
from assistant.wording import listed
from assistant.words import phrase

MOST = 6
"""Names that an error tells of where none is near."""
NOUNS: dict[Kind, str] = {"companies": "company", "technologies": "technology", "authors": "author"}


def checked(filters: Filters, vocabulary: Vocabulary) -> Filters:
    """`filters` with aliases and other spellings replaced ("k8s", "facebook").

    Raises `FilterInvalid` for a name that the catalog does not hold, with the nearest ones it does.
    """
    return replace(
        filters,
        companies=_all_held(filters.companies, "companies", vocabulary),
        exclude_companies=_all_held(filters.exclude_companies, "companies", vocabulary),
        technologies=_all_held(filters.technologies, "technologies", vocabulary),
        exclude_technologies=_all_held(filters.exclude_technologies, "technologies", vocabulary),
        authors=_all_held(filters.authors, "authors", vocabulary),
    )


def _all_held(names: Sequence[str], kind: Kind, vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_held(name, kind, vocabulary) for name in names))


def _held(name: str, kind: Kind, vocabulary: Vocabulary) -> str:
    known: Sequence[str] = getattr(vocabulary, kind)
    for spelling in known:
        if spelling.casefold() == name.strip().casefold():
            return spelling
    if alias := vocabulary.held(kind, name):
        return alias
    raise FilterInvalid(f"the catalog holds no {NOUNS[kind]} '{name}'", _way_out(name, kind, vocabulary))


def nearest(name: str, kind: Kind, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The names in the catalog that a caller may have meant by one that it does not hold, likeliest first, at most three."""
    from rapidfuzz import fuzz, process, utils

    words = [vocabulary.nearest(word) for word in phrase(name)]
    put_right = vocabulary.held(kind, " ".join(near[0] for near in words if near)) if words and all(words) else None
    known: Sequence[str] = getattr(vocabulary, kind)
    like = process.extract(name, known, scorer=fuzz.WRatio, processor=utils.default_process, limit=3, score_cutoff=80)
    return tuple(dict.fromkeys([*([put_right] if put_right else []), *(match[0] for match in like)]))[:3]


def _way_out(name: str, kind: Kind, vocabulary: Vocabulary) -> str:
    if near := nearest(name, kind, vocabulary):
        return f"Did you mean {listed(near, 'or')}?"
    known: Sequence[str] = getattr(vocabulary, kind)
    return f"It holds {listed(known, most=MOST)}." if known else f"It holds no {kind} at all."
