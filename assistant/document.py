"""What of an article, or of any titled text, is indexed: its words for the lexical side, its text and sentences for the dense."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.article import Article
from embeddings.index import Document

COMPOSITION = 2
"""Grows whenever other words or texts of an article are indexed, so that an index made before is brought up to date."""
TITLE_REPEATS = 2
"""How often the title stands among the words: one field with its weighty part repeated saturates BM25 once per term, and
ranks better than a sum over fields."""
FIELD = "words"
MAX_PARTS = 40
_SENTENCE_END = re.compile(r"[.!?][\"”’)]*(\s+)(?=[\"“‘(]?[A-Z0-9])")
_LONGEST_ABBREVIATION = len(" approx.")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|no|fig|dr|mr|mrs|ms|st|inc|ltd|al)|\b[A-Z])\.$", re.IGNORECASE
)


def article_document(article: Article) -> Document:
    """The document of an article; its parts are the summary's sentences."""
    summary = article.summary or ""
    tags = (", ".join(article.technologies), ", ".join(article.topics))
    names = (article.company, *tags, *article.authors)
    return Document(
        id=article.id,
        fields={FIELD: _words(article.title or "", names, summary)},
        text=joined(article.title or "", summary, *tags),
        parts=sentences(summary),
    )


def plain_document(id_: str, title: str, text: str) -> Document:
    """A document of a title (may be empty) and a text, such as those of public test collections."""
    return Document(id=id_, fields={FIELD: _words(title, (), text)}, text=joined(title, text))


@lru_cache(maxsize=1024)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text`, in order, as they stand; at most MAX_PARTS.

    >>> sentences("It failed at 10 a.m. UTC. Nobody saw it, e.g. the graphs. Then it ended.")
    ('It failed at 10 a.m. UTC.', 'Nobody saw it, e.g. the graphs.', 'Then it ended.')
    """
    text = text.strip()
    gaps = [end.span(1) for end in _SENTENCE_END.finditer(text)]
    starts, ends = [0, *(after for _, after in gaps)], [*(before for before, _ in gaps), len(text)]
    found: list[str] = []
    for start, end in zip(starts, ends, strict=True):
        piece = text[start:end]
        if found and _ABBREVIATION.search(found[-1], max(0, len(found[-1]) - _LONGEST_ABBREVIATION)):
            found[-1] = f"{found[-1]} {piece}"
        elif piece:
            found.append(piece)
    return tuple(found[:MAX_PARTS])


def _words(title: str, names: tuple[str, ...], text: str) -> str:
    return joined(*(title,) * TITLE_REPEATS, *names, text)


def joined(*pieces: str) -> str:
    """The pieces that are not empty, a full stop between them."""
    kept = [piece.strip() for piece in pieces if piece.strip()]
    return " ".join([*(f"{piece.rstrip('.')}." for piece in kept[:-1]), *kept[-1:]])
