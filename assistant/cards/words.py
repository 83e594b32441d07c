"""The words every medium shares: dates, people, reading time, safe links, citations and the evidence's place in a summary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.answer import Card
from assistant.wording import day

if TYPE_CHECKING:
    from assistant.article import Article

CITATION = re.compile(r"\[(\d{1,4})\]")
# C0 and C1 controls (terminal escapes among them), line separators, and marks that reorder the text around them.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` without control characters, lone surrogates and bidirectional overrides; spaces and lines stay."""
    return _UNSAFE.sub("", text)


def safe_url(url: str | None) -> str | None:
    """The address where it is http or https with a host and holds no space, quote or bracket; else None."""
    if not url or re.search(r"[\s<>\"'`\\{}|^]", url) or _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.hostname else None


def date_words(published: str | None) -> str | None:
    """A date as people write it.

    >>> date_words("2024-02-29"), date_words("2024-02"), date_words("2024")
    ('29 February 2024', 'February 2024', '2024')
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", published or "")
    if not found:
        return None
    return day(found[0]) if found[2] is None or 1 <= int(found[2]) <= 12 else found[1]


def people(authors: Sequence[str], most: int = 3) -> str | None:
    """Authors in one phrase, the rest counted.

    >>> people(["Ada", "Grace"]), people(list("ABCDE"))
    ('Ada and Grace', 'A, B, C and 2 others')
    """
    names = [clean(name) for name in authors]
    if not names:
        return None
    if len(names) > most:
        rest = len(names) - most
        return f"{', '.join(names[:most])} and {rest} other{'s' if rest > 1 else ''}"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def minutes(count: int | None) -> str | None:
    """Reading time in words, or None where it is not known."""
    return None if count is None else f"{count} min read"


def facts(card: Card) -> list[str]:
    """Company, authors, date and reading time, as far as they are known."""
    known = (clean(card.company), people(card.authors), date_words(card.published), minutes(card.reading_minutes))
    return [fact for fact in known if fact]


def evidence_span(summary: str | None, evidence: str | None) -> tuple[int, int] | None:
    """Where the evidence stands in the summary, as (start, end); None where it does not, or where it is all of it."""
    if not summary or not evidence:
        return None
    start = summary.find(evidence)
    if start < 0 or len(evidence) == len(summary):
        return None
    return start, start + len(evidence)


def split_citations(text: str, numbers: frozenset[int]) -> Iterator[tuple[str, int | None]]:
    """The text in pieces: plain ones with None, citations of a number in `numbers` with that number."""
    last = 0
    for found in CITATION.finditer(text):
        number = int(found[1])
        if number not in numbers:
            continue
        if found.start() > last:
            yield text[last : found.start()], None
        yield found[0], number
        last = found.end()
    if last < len(text):
        yield text[last:], None


def card_of(article: Article, number: int = 0, evidence: str | None = None) -> Card:
    """A card for an article that no question chose, as in a listing; `number` 0 shows none."""
    return Card(
        number=number,
        id=article.id,
        title=article.title,
        url=article.url,
        company=article.company,
        authors=article.authors,
        published=article.published,
        reading_minutes=article.reading_minutes,
        technologies=article.technologies,
        includes_code=article.includes_code,
        summary=article.summary,
        evidence=evidence,
        score=0.0,
    )


def heading(card: Card, limit: int = 90) -> str:
    """What to call the article in a heading: its title, or the first words of its evidence or summary, cut at a word."""
    text = " ".join(clean(card.title or card.evidence or card.summary or "").split()) or clean(card.id)
    if card.title or len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
