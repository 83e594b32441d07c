"""What the page's events call. Every argument comes from a browser and is read as hostile."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

# At run time too: Gradio finds out from the annotations which handlers take an event.
import gradio as gr

from assistant.web import browse, dialogue, facets, welcome
from assistant.web.address import Place
from assistant.web.listing import Listings

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_MOST_OFFSET = 10_000_000


class Handlers:
    """The events of one page over one assistant; safe for threads."""

    def __init__(self, assistant: Assistant, listings: Listings) -> None:
        self.assistant = assistant
        self.listings = listings
        self._serial = itertools.count(1)

    def opened(self, query: Any, kept: Any) -> tuple[Any, ...]:
        """The page at an address: the conversation as it was, with the address's questions asked if it does not end with them."""
        place = self._place(query)
        turns = dialogue.read(kept)
        if place.question:
            turns = dialogue.ending_with(turns, [*place.history, place.question])
        told = self._parcel(dialogue.retell(self.assistant, turns), "all")
        pages = self._pages(place) if place.browse else ("", "", "")
        return told, dialogue.written(turns), *pages, place.words, welcome.render(self.listings)

    def ask(self, question: Any, kept: Any, fresh: Any) -> tuple[str, list[dict[str, Any]], str]:
        """The next turn, the conversation with it, and the emptied box."""
        turns = dialogue.read(kept)
        asked = dialogue.asked(turns, str(question or ""), fresh is True)
        if not asked.question:
            return self._parcel("", "none"), dialogue.written(turns), ""
        told = dialogue.ask(self.assistant, turns, asked)
        return self._parcel(told, "next"), dialogue.written([*turns, asked]), ""

    def undo(self, kept: Any) -> list[dict[str, Any]]:
        """The conversation without its last question, which was stopped while its answer was on the way."""
        return dialogue.written(dialogue.read(kept)[:-1])

    def go(self, event: gr.EventData) -> tuple[str, str, str]:
        """A page of the catalog: its headline, its facets and its articles."""
        return self._pages(self._place(_data(event).get("query")))

    def more(self, event: gr.EventData) -> str:
        """The articles that come after those on the page."""
        data = _data(event)
        offset = data.get("offset")
        start = offset if isinstance(offset, int) and 0 <= offset <= _MOST_OFFSET else 0
        listing = self.listings.listing(self._place(data.get("query")), start)
        return self._parcel(browse.results(listing, self.listings.names()), "more")

    def _place(self, query: Any) -> Place:
        return Place.read(query if isinstance(query, str) else "", self.listings.names())

    def _pages(self, place: Place) -> tuple[str, str, str]:
        listing, names = self.listings.listing(place), self.listings.names()
        return browse.head(listing, names), facets.side(listing, names), browse.main(listing, self.listings)

    def _parcel(self, content: str, mode: str) -> str:
        return dialogue.parcel(content, mode, next(self._serial))


def _data(event: gr.EventData) -> dict[str, Any]:
    # Gradio exposes what a component raised under this name only.
    data = event._data
    return data if isinstance(data, dict) else {}
