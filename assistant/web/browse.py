"""Pages of the catalog as HTML: headline, neighbours, pictures and cards. What is on them is `listing`'s to find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from assistant.cards import html
from assistant.cards.html import escape, tag
from assistant.cards.words import card_of
from assistant.filters import Filters
from assistant.names import NOUNS
from assistant.selection import SORTS, Selection
from assistant.vocabulary import Kind
from assistant.web import facets, pictures
from assistant.web.address import NameBook, Names, Place
from assistant.web.links import count_mark, linked_names, page_link, state
from assistant.web.listing import Listing, Listings
from assistant.wording import listed

_NEIGHBOURS = 10
_TECHNOLOGIES = 36
_HEAT = 12


def head(listing: Listing, names: Names) -> str:
    """The headline with its count, and a chip for each restriction that takes it back."""
    title = tag("h1", escape(headline(listing)), tabindex=-1, data_address=listing.place.address(names))
    return title + tag("p", escape(lead(listing)), class_="lead") + facets.active(listing.place, names)


def headline(listing: Listing) -> str:
    """What the page is about, in a few words."""
    place = listing.place
    companies, technologies = listed(place.companies), listed(place.technologies)
    if companies and technologies:
        return f"How {companies} {'use' if len(place.companies) > 1 else 'uses'} {technologies}"
    if technologies:
        return f"How companies use {technologies}"
    if companies:
        return f"Engineering at {companies}"
    return f"Articles by {listed(place.authors)}" if place.authors else "Everything in the catalog"


def lead(listing: Listing) -> str:
    """How many articles there are, and of what kind."""
    place, total = listing.place, listing.total
    text = f"{total:,} engineering {'article' if total == 1 else 'articles'}"
    if place.technologies:
        text += f" about {listed(place.technologies)}"
    if len(place.companies) == 1:
        text += f" from {_possessive(place.companies[0])} engineering team"
    elif place.companies:
        text += f" from the engineering teams of {listed(place.companies)}"
    elif total:
        count = len(listing.facets.companies)
        text += f" by {count} {'company' if count == 1 else 'companies'}"
        if not place.restricted:
            text += f" about {len(listing.facets.technologies)} technologies"
    return text + "".join(f", {phrase}" for phrase in _further(place))


def main(listing: Listing, listings: Listings) -> str:
    """Everything under the headline: neighbours and pictures, the order, the cards and what comes after them."""
    names = listings.names()
    beside = _neighbours(listing, listings) if listing.place.restricted else _index(listing, listings)
    return beside + _sorting(listing.place, names) + results(listing, names)


def results(listing: Listing, names: Names) -> str:
    """The cards of this page of results, and the button or the line that ends them."""
    if not listing.total:
        everything = page_link("see everything", Place(browse=True), names)
        said = _unknown(listing.place, names) or "<p>No article matches all of this.</p>"
        return tag("div", f"{said}<p>Take a filter away, or {everything}.</p>", class_="empty-results", role="status")
    cards = "".join(html.item(card_of(article), "b", 2) for article in listing.articles)
    return tag("ol", cards, class_="cards listing") + _ending(listing, names)


def _unknown(place: Place, names: Names) -> str:
    """A line for each name in the address that the catalog does not hold, with links to those that it may stand for."""
    kinds: tuple[Kind, ...] = ("companies", "technologies", "authors")
    lines = ""
    for kind in kinds:
        book: NameBook = getattr(names, kind)
        for name in getattr(place, kind):
            if name in book:
                continue
            without = place.toggled(kind, name)
            meant = [page_link(escape(near), without.toggled(kind, near), names) for near in book.near(name)]
            asked = f" Did you mean {listed(meant, 'or')}?" if meant else ""
            lines += f"<p>The catalog holds no {NOUNS[kind]} “{escape(name)}”.{asked}</p>"
    return lines


def _ending(listing: Listing, names: Names) -> str:
    if listing.shown < listing.total:
        label = f"Show more <span>({listing.total - listing.shown:,} left)</span>"
        query = listing.place.address(names).lstrip("/")
        more = html.button(label, class_="button", data_more=listing.shown, data_query=query)
        return tag("div", more, class_="ending")
    loaded = "The only article is loaded." if listing.total == 1 else f"All {listing.total:,} articles loaded."
    return tag("p", f"You've reached the end! {loaded}", class_="ending", role="status")


def _neighbours(listing: Listing, listings: Listings) -> str:
    """What else the company uses, and who else uses the technology."""
    place, names = listing.place, listings.names()
    companies, technologies = place.companies, place.technologies
    out = ""
    if len(companies) == 1:
        others = listings.facets(Selection(Filters(companies=companies))).technologies
        out += linked_names(
            f"Other {companies[0]} technologies" if technologies else f"{companies[0]} technologies",
            _without(others, technologies),
            lambda name: Place(browse=True, companies=companies, technologies=(name,)),
            names,
            _NEIGHBOURS,
        )
    if technologies:
        others = listings.facets(Selection(Place(technologies=technologies).filters())).companies
        out += linked_names(
            f"{'Other companies' if companies else 'Companies'} using {listed(technologies)}",
            _without(others, companies),
            lambda name: Place(browse=True, companies=(name,), technologies=technologies),
            names,
            _NEIGHBOURS,
        )
    return out


def _index(listing: Listing, listings: Listings) -> str:
    """The start page's lists: every company, every technology, and how they meet."""
    names, found = listings.names(), listing.facets
    tiles = "".join(
        tag("li", page_link(_tile(name, count), Place(browse=True, companies=(name,)), names, class_="tile"))
        for name, count in found.companies.items()
    )
    companies = f'<section class="block"><h2>Companies</h2><ul class="tiles">{tiles}</ul></section>' if tiles else ""
    technologies = linked_names(
        "Technologies",
        found.technologies,
        lambda name: Place(browse=True, technologies=(name,)),
        names,
        _TECHNOLOGIES,
    )
    rows, columns = list(found.companies)[:_HEAT], list(found.technologies)[:_HEAT]
    heat = pictures.heat_map(
        rows,
        columns,
        listings.pairs(rows, columns),
        lambda company, name: Place(browse=True, companies=(company,), technologies=(name,)).address(names),
    )
    return companies + technologies + heat + facets.years(listing, names)


def _tile(name: str, count: int) -> str:
    return html.letter_mark(name) + tag("span", escape(name), class_="tile-name") + count_mark(count)


def _sorting(place: Place, names: Names) -> str:
    links = "".join(
        page_link(
            sort.capitalize(), replace(place, browse=True, sort=sort), names, aria_current=state(sort == place.sort)
        )
        for sort in SORTS
        if place.words or sort != "relevance"
    )
    return tag("nav", f"<span>Sort</span>{links}", class_="sorting", aria_label="Sort articles")


def _further(place: Place) -> list[str]:
    phrases = []
    if place.authors and (place.companies or place.technologies):
        phrases.append(f"written by {listed(place.authors, 'or')}")
    if place.year:
        phrases.append(f"from {place.year}")
    if place.with_code:
        phrases.append("with code")
    if place.max_minutes:
        phrases.append(f"of at most {place.max_minutes} minutes")
    if place.with_summary:
        phrases.append("with a summary")
    if place.words:
        phrases.append(f"matching “{place.words}”")
    return phrases


def _without(counts: Mapping[str, int], names: tuple[str, ...]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if name not in names}


def _possessive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"
