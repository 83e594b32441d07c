"""What a page of the catalog holds: its articles, their facets and its neighbours. Drawing it is `browse`'s job."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.article import Article
from assistant.catalog import Facets
from assistant.names import nearest
from assistant.selection import Selection, Selector
from assistant.vocabulary import Kind
from assistant.web.address import NameBook, Names, Place

if TYPE_CHECKING:
    from assistant.assistant import Assistant

PAGE = 20
"""Articles shown at once."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the catalog: `articles` from `offset` on, of `total`; `facets` within the place, and without each choice."""

    place: Place
    articles: tuple[Article, ...]
    offset: int
    total: int
    facets: Facets
    companies: dict[str, int]
    authors: dict[str, int]
    years: dict[str, int]

    @property
    def shown(self) -> int:
        """How many articles are on the page once these have been added to the earlier ones."""
        return self.offset + len(self.articles)


class Listings(Selector):
    """An assistant's catalog as the page sees it: names, facets and listings, remembered until the catalog changes."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(assistant.catalog)
        self._assistant = assistant
        self._names: tuple[Facets, Names] | None = None

    def names(self) -> Names:
        """The name books of the catalog."""
        facets = self.facets()
        known = self._names
        if known is None or known[0] is not facets:
            book = self._book
            names = Names(
                book("companies", facets.companies),
                book("technologies", facets.technologies),
                book("authors", facets.authors),
            )
            known = self._names = (facets, names)
        return known[1]

    def _book(self, kind: Kind, names: Iterable[str]) -> NameBook:
        # The vocabulary is only asked for what the book itself does not hold: it may wait for the index to follow the catalog.
        return NameBook(
            names,
            alias=lambda given: self._assistant.vocabulary.held(kind, given),
            near=lambda given: nearest(given, kind, self._assistant.vocabulary),
        )

    def listing(self, place: Place, offset: int = 0, limit: int = PAGE) -> Listing:
        """The articles of a place, `limit` of them from `offset` on."""
        facets = self.facets(selected(place))
        return Listing(
            place=place,
            articles=tuple(self.articles(selected(place), place.sort, offset, limit)),
            offset=offset,
            total=facets.total,
            facets=facets,
            companies=self.facets(selected(replace(place, companies=()))).companies,
            authors=self.facets(selected(replace(place, authors=()))).authors,
            years=self.facets(selected(replace(place, year=None))).years,
        )


def selected(place: Place) -> Selection:
    """The articles that a place of the page shows."""
    return Selection(place.filters(), place.words, place.with_summary)
