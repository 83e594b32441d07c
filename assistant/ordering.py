"""The order of answers where it is not that of relevance: by date or length, or company by company."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.article import Article
from assistant.filters import date_span
from assistant.findings import Found
from assistant.question.types import Order


def ordered(answers: tuple[Found, ...], order: Order) -> tuple[Found, ...]:
    """The answers by date or length, ties by id; those that do not say it come last, as they stood."""
    if order == "relevance":
        return answers
    worths = {item.article.id: _worth(item.article, order) for item in answers}
    known = [item for item in answers if worths[item.article.id] is not None]
    known.sort(key=lambda item: item.article.id)
    known.sort(key=lambda item: worths[item.article.id] or "", reverse=order in ("newest", "longest"))
    return (*known, *(item for item in answers if worths[item.article.id] is None))


def _worth(article: Article, order: Order) -> str | None:
    """What an article is ordered by, as text that compares as its days or minutes do; None where it does not say it.

    A month or a year counts from its first day among the newest and from its last among the oldest, as in a listing.
    """
    if order in ("shortest", "longest"):
        return None if article.reading_minutes is None else f"{article.reading_minutes:06d}"
    return None if article.published is None else date_span(article.published)[order == "oldest"]


def in_turn(answers: Sequence[Found]) -> tuple[Found, ...]:
    """The first of every company before the second of any, so that each one compared is on the first page."""
    met: Counter[str] = Counter()
    turns = []
    for item in answers:
        turns.append(met[item.article.company])
        met[item.article.company] += 1
    return tuple(answers[place] for place in sorted(range(len(answers)), key=turns.__getitem__))
