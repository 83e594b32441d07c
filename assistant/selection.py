"""A selection of the catalog's articles, by filters and words, with its facet counts: what pages, API and MCP list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

from assistant.article import Article
from assistant.catalog import Catalog, CatalogOrder, Facets
from assistant.filters import Filters
from assistant.remembered import Remembered

Sort = Literal["newest", "oldest", "shortest", "longest", "relevance"]
SORTS: tuple[Sort, ...] = get_args(Sort)
_REMEMBERED = 256


def default_sort(words: str) -> Sort:
    """The order that is not asked for otherwise: words are searched for, a listing is read by date."""
    return "relevance" if words.strip() else "newest"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles: those that the filters let through, that hold every one of the words, and have a summary if asked."""

    filters: Filters = field(default_factory=Filters)
    words: str = ""
    with_summary: bool = False

    @property
    def scans(self) -> bool:
        """Whether articles must be looked at one by one, since the catalog does not know of these restrictions."""
        return bool(self.words.strip() or self.with_summary)


class Selector:
    """Articles and facet counts of selections, the counts remembered until the catalog changes. Safe to share among threads."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._facets = Remembered[Selection, Facets](_REMEMBERED)

    def facets(self, selection: Selection = Selection()) -> Facets:
        """Facet counts within the selection."""
        return self._facets.get(self.catalog.revision, selection, lambda: self._count(selection))

    def _count(self, selection: Selection) -> Facets:
        return _tally(self._scan(selection, "id")) if selection.scans else self.catalog.facets(selection.filters)

    def pairs(self, companies: Iterable[str], technologies: Iterable[str]) -> dict[tuple[str, str], int]:
        """How many articles each company has about each technology, for the heat map."""
        counts: dict[tuple[str, str], int] = {}
        wanted = set(technologies)
        for company in companies:
            found = self.facets(Selection(Filters(companies=(company,)))).technologies
            counts.update({(company, name): count for name, count in found.items() if name in wanted})
        return counts

    def articles(self, selection: Selection, sort: Sort, offset: int, limit: int) -> list[Article]:
        """The selected articles in order, `limit` of them from `offset` on."""
        # Without words every article is as relevant as the next: newest first.
        order: CatalogOrder = "newest" if sort == "relevance" else sort
        if not selection.scans:
            return self.catalog.list(selection.filters, order=order, limit=limit, offset=offset)
        found = self._scan(selection, order)
        if sort == "relevance" and selection.words:
            words = _words(selection.words)
            found.sort(key=lambda article: (-_weight(article, words), article.id))
        return found[offset : offset + limit]

    def _scan(self, selection: Selection, order: CatalogOrder) -> list[Article]:
        words = _words(selection.words)
        return [
            article
            for article in self.catalog.list(selection.filters, order=order)
            if (article.summary or not selection.with_summary) and all(word in _text(article) for word in words)
        ]


def _words(text: str) -> list[str]:
    return re.findall(r"\S+", text.casefold())[:20]


def _text(article: Article) -> str:
    parts = (
        article.title or "",
        article.company,
        *article.authors,
        *article.technologies,
        *article.topics,
        article.summary or "",
    )
    return "\n".join(parts).casefold()


def _weight(article: Article, words: list[str]) -> int:
    """How well an article that holds every word fits them: a word in the title counts most, then in a technology."""
    title = (article.title or "").casefold()
    tags = "\n".join((*article.technologies, *article.topics)).casefold()
    return sum(6 * (word in title) + 3 * (word in tags) + min(_text(article).count(word), 3) for word in words)


def _tally(articles: list[Article]) -> Facets:
    def counts(names: Iterable[str]) -> dict[str, int]:
        return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))

    return Facets(
        companies=counts(article.company for article in articles),
        technologies=counts(name for article in articles for name in article.technologies),
        authors=counts(name for article in articles for name in article.authors),
        topics=counts(name for article in articles for name in article.topics),
        years=counts(article.published[:4] for article in articles if article.published),
        with_code=sum(article.includes_code is True for article in articles),
        with_summary=sum(article.summary is not None for article in articles),
        total=len(articles),
    )
