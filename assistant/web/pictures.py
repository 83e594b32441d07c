"""Two small pictures of the catalog, in HTML that is also text: articles per year, and companies by technology."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant.cards.html import escape

_MOST_YEARS = 40


def years(counts: Mapping[str, int], chosen: str | None, address: Callable[[str], str]) -> str:
    """A bar for each year from the first to the last; each bar leads to its year, and the chosen one back out."""
    found = sorted(int(year) for year in counts if year.isdigit())
    span = range(max(found[0], found[-1] - _MOST_YEARS + 1), found[-1] + 1)
    most = max(counts.values())
    bars = "".join(_bar(str(year), counts.get(str(year), 0), most, str(year) == chosen, address) for year in span)
    return f'<section class="block"><h2>Articles per year</h2><ol class="years">{bars}</ol></section>'


def _bar(year: str, count: int, most: int, chosen: bool, address: Callable[[str], str]) -> str:
    label = f'<span class="year-label"><span class="century">{year[:2]}</span>{year[2:]}</span>'
    if not count:
        return f'<li class="none"><span class="bar-space"></span>{label}</li>'
    bar = f'<span class="bar-space"><span class="bar" style="--share:{count / most:.3f}"></span></span>'
    said = f"{year}: {count} {'article' if count == 1 else 'articles'}{', chosen' if chosen else ''}"
    current = ' aria-current="true"' if chosen else ""
    return (
        f'<li><a href="{escape(address(year))}" data-nav title="{said}" aria-label="{said}"{current}>'
        f'<span class="bar-count">{count}</span>{bar}{label}</a></li>'
    )


def heat_map(
    companies: Sequence[str],
    technologies: Sequence[str],
    counts: Mapping[tuple[str, str], int],
    address: Callable[[str, str], str],
) -> str:
    """A table of companies by technologies, the fuller cells darker, each a link to its articles; empty without two of each."""
    if len(companies) < 2 or len(technologies) < 2 or not counts:
        return ""
    most = max(counts.values())
    header = "".join(f'<th scope="col"><span>{escape(name)}</span></th>' for name in technologies)
    rows = "".join(
        f'<tr><th scope="row">{escape(company)}</th>'
        + "".join(_cell(company, name, counts.get((company, name), 0), most, address) for name in technologies)
        + "</tr>"
        for company in companies
    )
    return (
        '<section class="block"><h2 id="heat-title">Who writes about what</h2>'
        '<div class="heat-scroll" tabindex="0" role="region" aria-labelledby="heat-title"><table class="heat">'
        f"<thead><tr><td></td>{header}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _cell(company: str, name: str, count: int, most: int, address: Callable[[str, str], str]) -> str:
    if not count:
        return "<td></td>"
    said = escape(f"{company} and {name}: {count} {'article' if count == 1 else 'articles'}")
    # Square root: a cell of 27 must not bleach the ones of 3.
    heat = (count / most) ** 0.5
    link = escape(address(company, name))
    return (
        f'<td><a href="{link}" data-nav style="--heat:{heat:.2f}" title="{said}" aria-label="{said}">{count}</a></td>'
    )
