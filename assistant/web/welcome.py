"""The empty page: what Byline is, in figures of this catalog, and questions that it can answer."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.cards.html import button, escape, tag
from assistant.filters import Filters
from assistant.selection import Selection
from assistant.web.listing import Listings

_EXAMPLES = 6


def render(listings: Listings) -> str:
    """The welcome with its example questions."""
    facets = listings.facets()
    count = (
        f"{facets.total:,} engineering articles by {len(facets.companies)} companies"
        if facets.total
        else "an empty catalog"
    )
    buttons = "".join(
        tag("li", button(escape(each), class_="example", data_act="ask", data_fresh=1, data_question=each))
        for each in examples(listings)
    )
    lead = f"Ask {count}. Answers come at once, cite every article, and say so when there is none."
    return (
        '<div class="welcome"><h1>What did they write about that?</h1>'
        f'<p class="lead">{escape(lead)}</p></div>'
        f'<div class="examples"><h2 class="sr-only">Examples</h2><ul>{buttons}</ul></div>'
    )


def examples(listings: Listings, most: int = _EXAMPLES) -> list[str]:
    """Questions of different kinds about what this catalog holds most of; fewer where it holds little."""
    facets = listings.facets()
    companies, technologies = list(facets.companies), list(facets.technologies)
    if not companies:
        return []
    questions = []
    for place, template in enumerate(
        ("How does {company} use {technology}?", "What did {company} write about {technology}?")
    ):
        company = companies[min(place, len(companies) - 1)]
        own = _own(listings, company, avoid=technologies[: 3 * place])
        if own:
            questions.append(template.format(company=company, technology=own))
    if len(technologies) > 1:
        questions.append(f"Which companies use {technologies[1]}?")
        years = sorted(facets.years)
        questions.append(f"Articles about {technologies[0]}{f' since {years[-3]}' if len(years) > 3 else ''}")
    questions += _comparison(listings, companies[2:], technologies)
    coded = list(listings.facets(Selection(Filters(includes_code=True))).technologies)
    if coded:
        questions.append(f"{coded[0]} articles with code")
    return list(dict.fromkeys(questions))[:most]


def _own(listings: Listings, company: str, avoid: Sequence[str]) -> str | None:
    own = listings.facets(Selection(Filters(companies=(company,)))).technologies
    return next((name for name in own if name not in avoid), next(iter(own), None))


def _comparison(listings: Listings, companies: Sequence[str], technologies: Sequence[str]) -> list[str]:
    """A question that compares the two companies that wrote most about one technology."""
    for name in technologies[1:6]:
        found = listings.facets(Selection(Filters(technologies=(name,)))).companies
        pair = [company for company in found if company in companies][:2]
        if len(pair) == 2:
            return [f"Compare how {pair[0]} and {pair[1]} use {name}"]
    return []
