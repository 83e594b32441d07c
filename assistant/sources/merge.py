"""One record from two of the same article, field by field.

What is known beats what is not; what was given beats what was derived; then the better source beats the other. Sources rank:
the user's own table, the article's page, a feed, a listing, a list of links. Between sources of one rank the one that the
article was first read from wins, so that reading them in turn settles; a source read again replaces what it said before.
A row that names the article by its id is a correction, and wins.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.article import DERIVABLE, Article
from assistant.sources.parsed import Format

RANKS: dict[Format, int] = {"records": 4, "page": 3, "feed": 2, "opml": 2, "listing": 1, "list": 0}
_FIELDS = (
    "company",
    "title",
    "url",
    "authors",
    "published",
    "reading_minutes",
    "technologies",
    "topics",
    "includes_code",
)


def merge(known: Article, new: Article, *, prefer_new: bool) -> Article:
    """The known article completed from the new one, and where `prefer_new` is set, corrected by it. The id stays."""
    values: dict[str, Any] = {}
    derived: list[str] = []
    for name in _FIELDS:
        old_value, new_value = getattr(known, name), getattr(new, name)
        old_sure, new_sure = name not in known.derived, name not in new.derived
        take_new = _takes_new(old_value, new_value, old_sure=old_sure, new_sure=new_sure, prefer_new=prefer_new)
        if name == "published" and old_value and new_value and old_value != new_value:
            # A day refines its month or year; it does not contradict it.
            take_new = new_value.startswith(old_value) or (take_new and not old_value.startswith(new_value))
        values[name] = new_value if take_new else old_value
        if name in DERIVABLE and not (new_sure if take_new else old_sure):
            derived.append(name)
    take_summary = _takes_new(
        known.summary,
        new.summary,
        old_sure=known.summary_source == "given",
        new_sure=new.summary_source == "given",
        prefer_new=prefer_new,
    )
    chosen = new if take_summary else known
    merged = replace(
        known, **values, derived=tuple(derived), summary=chosen.summary, summary_source=chosen.summary_source
    )
    if merged.content_hash == known.content_hash and not (prefer_new and known.source != new.source):
        return known
    return replace(merged, source=new.source, read_at=new.read_at) if prefer_new or known.source is None else merged


def prefers_new(
    known: Article, new: Article, formats: dict[str, Format], new_format: Format, *, named: bool, borrowed: bool
) -> bool:
    """Whether the new record may correct the known one; `formats` tells the format of each source's name.

    `named` says that the record named the article by its id, `borrowed` that its page lies on another site than the article.
    """
    if borrowed:
        return False
    if named or (new.source is not None and known.source == new.source):
        return True
    known_rank = RANKS[formats[known.source]] if known.source in formats else RANKS["records"]
    return RANKS[new_format] > known_rank


def _takes_new(old: Any, new: Any, *, old_sure: bool, new_sure: bool, prefer_new: bool) -> bool:
    if new in (None, ()):
        return False
    if old in (None, ()):
        return True
    if old_sure != new_sure:
        return new_sure
    return prefer_new
