"""The facets beside a page of the catalog, and the chips of those in use, as HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from assistant.cards.html import escape, tag
from assistant.web import pictures
from assistant.web.address import Names, Place
from assistant.web.links import REMOVE, count_mark, page_link, state
from assistant.web.listing import Listing

_ROWS = 8
_MINUTES = (5, 10, 15, 20)


@dataclass(frozen=True, slots=True)
class _Facet:
    """One facet: its values with their counts (None where none is shown), those chosen, and where a click leads."""

    label: str
    counts: Mapping[str, int | None]
    chosen: tuple[str, ...]
    toggled: Callable[[str], Place]


def side(listing: Listing, names: Names) -> str:
    """Every facet with its values, each a link with its count; chosen ones first, with a way to take them back."""
    groups = "".join(_section(facet, names) for facet in _facets(listing))
    if listing.place.restricted:  # the start page has the picture among its lists
        groups = years(listing, names) + groups
    return f'<details class="facets"><summary>Filters</summary>{groups}</details>'


def years(listing: Listing, names: Names) -> str:
    """The picture of articles per year, each bar a way into its year; empty where there is next to nothing to see."""
    if sum(listing.years.values()) < 2:
        return ""
    place = listing.place
    return pictures.years(listing.years, place.year, lambda year: with_year(place, year).address(names))


def active(place: Place, names: Names) -> str:
    """A chip for each restriction that takes it back; empty where there is none."""
    chips = "".join(
        tag("li", page_link(escape(label) + REMOVE, replace(without, browse=True), names, class_="chip understood"))
        for label, without in _restrictions(place)
    )
    return tag("ul", chips, class_="chips active", aria_label="Filters in use") if chips else ""


def _facets(listing: Listing) -> list[_Facet]:
    place, facets = listing.place, listing.facets
    years = dict(sorted(listing.years.items(), reverse=True))
    limits: dict[str, int | None] = dict.fromkeys(map(_limit, _MINUTES))
    more = {"Includes Code": place.with_code, "Has Summary": place.with_summary}
    return [
        _Facet("Company", listing.companies, place.companies, _toggle(place, "companies")),
        _Facet("Technology", facets.technologies, place.technologies, _toggle(place, "technologies")),
        _Facet("Author", listing.authors, place.authors, _toggle(place, "authors")),
        _Facet("Year", years, (place.year,) if place.year else (), lambda year: with_year(place, year)),
        _Facet(
            "Reading time",
            limits,
            (_limit(place.max_minutes),) if place.max_minutes else (),
            lambda label: _with_minutes(place, label),
        ),
        _Facet(
            "More",
            {"Includes Code": facets.with_code, "Has Summary": facets.with_summary},
            tuple(name for name, on in more.items() if on),
            lambda name: (
                replace(place, with_code=not place.with_code)
                if name == "Includes Code"
                else replace(place, with_summary=not place.with_summary)
            ),
        ),
    ]


def with_year(place: Place, year: str) -> Place:
    """The place restricted to the year, or freed of it where it was restricted to it."""
    return replace(place, browse=True, year=None if year == place.year else year)


def _section(facet: _Facet, names: Names) -> str:
    values = [*facet.chosen, *(name for name, count in facet.counts.items() if name not in facet.chosen and count != 0)]
    if not values:
        return ""
    rows = [_row(facet, value, names) for value in values]
    rest = ""
    if len(rows) > _ROWS:
        rest = f'<details class="rest"><summary>All {len(rows)}</summary><ul>{"".join(rows[_ROWS:])}</ul></details>'
    return f'<section class="facet"><h2>{facet.label}</h2><ul>{"".join(rows[:_ROWS])}</ul>{rest}</section>'


def _row(facet: _Facet, value: str, names: Names) -> str:
    chosen, count = value in facet.chosen, facet.counts.get(value)
    mark = REMOVE if chosen else "" if count is None else count_mark(count)
    content = tag("span", escape(value), class_="facet-name") + mark
    target = replace(facet.toggled(value), browse=True)
    return tag("li", page_link(content, target, names, aria_current=state(chosen)))


def _restrictions(place: Place) -> list[tuple[str, Place]]:
    """Each restriction in words, with the place that lacks it."""
    found = [(name, place.toggled("companies", name)) for name in place.companies]
    found += [(name, place.toggled("technologies", name)) for name in place.technologies]
    found += [(name, place.toggled("authors", name)) for name in place.authors]
    if place.year:
        found.append((place.year, replace(place, year=None)))
    if place.max_minutes:
        found.append((_limit(place.max_minutes), replace(place, max_minutes=None)))
    if place.with_code:
        found.append(("Includes Code", replace(place, with_code=False)))
    if place.with_summary:
        found.append(("Has Summary", replace(place, with_summary=False)))
    if place.words:
        found.append((f"“{place.words}”", replace(place, words="", sort="newest")))
    return found


def _toggle(place: Place, field: Literal["companies", "technologies", "authors"]) -> Callable[[str], Place]:
    return lambda name: place.toggled(field, name)


def _limit(minutes: int) -> str:
    return f"up to {minutes} min"


def _with_minutes(place: Place, label: str) -> Place:
    minutes = int("".join(sign for sign in label if sign.isdigit()))
    return replace(place, max_minutes=None if place.max_minutes == minutes else minutes)
