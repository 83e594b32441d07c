"""Links between the page's places, and the small marks that stand in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.cards.html import escape, tag
from assistant.web.address import Names, Place

REMOVE = '<span class="x" aria-hidden="true">×</span><span class="sr-only">, remove this filter</span>'


def page_link(content: str, place: Place, names: Names, **attributes: object) -> str:
    """A link to another page of the catalog; `content` is finished HTML."""
    return tag("a", content, href=place.address(names), data_nav=True, **attributes)


def state(holds: bool) -> str | None:
    """An ARIA state, left out where it does not hold."""
    return "true" if holds else None


def count_mark(count: int) -> str:
    """A count as it stands behind a name."""
    return tag("span", f"{count:,}", class_="n")


def linked_names(label: str, counts: Mapping[str, int], place: Callable[[str], Place], names: Names, most: int) -> str:
    """A section of names with their counts, each leading to its place; those over `most` unfold. Empty without names."""
    if not counts:
        return ""
    items = [
        tag("li", page_link(f"{escape(name)} {count_mark(count)}", place(name), names, class_="chip"))
        for name, count in counts.items()
    ]
    rest = ""
    if len(items) > most:
        further = tag("ul", "".join(items[most:]), class_="chips")
        rest = tag("details", f"<summary>Show all {len(items)}</summary>{further}", class_="rest")
    shown = tag("ul", "".join(items[:most]), class_="chips")
    return tag("section", f"<h2>{escape(label)}</h2>{shown}{rest}", class_="block")
