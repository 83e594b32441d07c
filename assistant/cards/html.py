"""An answer and its cards as HTML. Every text is escaped here, links are http(s) only and open apart from the page.

The strings are finished HTML: they are placed in the page as values, never through a template, which would run `${...}`.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from urllib.parse import urlencode

from assistant.answer import Answer, Card
from assistant.cards.words import (
    clean,
    date_words,
    evidence_span,
    heading,
    minutes,
    people,
    safe_url,
    split_citations,
)

_SHOWN_TECHNOLOGIES = 6
_SHOWN_CARDS = 10


def escape(text: object) -> str:
    """`text` safe between tags and inside a quoted attribute."""
    return html.escape(clean(str(text)), quote=True)


def tag(name: str, content: str, **attributes: object) -> str:
    """An element around `content`, which is finished HTML; attributes are escaped here.

    `data_act` becomes `data-act` and `class_` becomes `class`; None and False leave an attribute out, True gives its bare name.

    >>> tag("a", "here", href="/?a&b", class_="chip", hidden=True, title=None)
    '<a href="/?a&amp;b" class="chip" hidden>here</a>'
    """
    parts = [name]
    for key, value in attributes.items():
        label = key.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(label)
        elif value is not None and value is not False:
            parts.append(f'{label}="{escape(value)}"')
    return f"<{' '.join(parts)}>{content}</{name}>"


def button(content: str, **attributes: object) -> str:
    """A button that submits nothing; its `data_act` names what the page's script does on a click."""
    return tag("button", content, type="button", **attributes)


def hue(company: str) -> int:
    """The company's own colour, as a hue in degrees that stays the same everywhere."""
    return int.from_bytes(hashlib.sha256(company.encode("utf-8", "replace")).digest()[:2], "big") % 360


def letter_mark(company: str) -> str:
    """The company's first letter in its own colour; decoration, silent to screen readers."""
    letter = next((sign for sign in clean(company) if sign.isalnum()), "•").upper()
    return f'<span class="mark" style="--hue:{hue(company)}" aria-hidden="true">{escape(letter)}</span>'


def external_link(text: str, url: str | None, css: str = "") -> str:
    """`text`, escaped, as a link in a new tab where the address is safe; plain otherwise."""
    address = safe_url(url)
    if not address:
        return f"<span{_class(css)}>{escape(text)}</span>"
    return (
        f'<a{_class(css)} href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(text)}'
        '<span class="sr-only"> (opens in a new tab)</span></a>'
    )


def browse_link(text: str, css: str = "", **parameters: str) -> str:
    """`text`, escaped, as a link to a page of the catalog, such as `company="Spotify"`."""
    return f'<a{_class(css)} href="/?{escape(urlencode(parameters))}" data-nav>{escape(text)}</a>'


def render(answer: Answer, anchor: str = "a") -> str:
    """The answer's text and cards; `anchor` begins every id, so that several answers share a page."""
    return f"{text(answer, anchor)}{cards(answer.cards, anchor)}"


def text(answer: Answer, anchor: str) -> str:
    """The answer's paragraphs and lists (lines that begin with `- `), with each citation linked to its card."""
    known = {card.number: card for card in answer.cards}
    out, points = [], []
    for line in [*(line.strip() for line in answer.answer.split("\n")), ""]:
        if line.startswith("- "):
            points.append(tag("li", _cited(line[2:], known, anchor)))
            continue
        if points:
            out.append(tag("ul", "".join(points), class_="points"))
            points = []
        if line:
            out.append(tag("p", _cited(line, known, anchor)))
    return "".join(out)


def cards(shown: Sequence[Card], anchor: str, level: int = 3) -> str:
    """The cards as an ordered list; related ones stand after a line that says so."""
    answering = [card for card in shown if card.group == "answer"]
    related = [card for card in shown if card.group != "answer"]
    parts = []
    if answering:
        parts.append(_listed(answering, anchor, level, "cards"))
    if related:
        label = "Also related" if answering else "The nearest articles"
        parts.append(tag("p", label, class_="cards-label") + _listed(related, anchor, level, "cards related"))
    return "".join(parts)


def _listed(shown: Sequence[Card], anchor: str, level: int, css: str) -> str:
    """The cards as a list; those of a long one unfold."""
    items = [item(card, anchor, level) for card in shown]
    first, rest = tag("ol", "".join(items[:_SHOWN_CARDS]), class_=css), items[_SHOWN_CARDS:]
    if not rest:
        return first
    label = f"Show {len(rest)} more {'article' if len(rest) == 1 else 'articles'}"
    return first + tag("details", tag("summary", label) + tag("ol", "".join(rest), class_=css), class_="more-cards")


def item(card: Card, anchor: str, level: int = 3) -> str:
    """One card as a list item; `level` is its heading's level."""
    name = f"{anchor}-{card.number}" if card.number else f"{anchor}-{card.id}"
    number = f'<span class="number" aria-hidden="true">{card.number}</span>' if card.number else ""
    # Clicking a citation moves the focus here, hence the tabindex.
    return (
        f'<li class="card" id="{escape(name)}" tabindex="-1" style="--hue:{hue(card.company)}">'
        f'<article aria-labelledby="{escape(name)}-title">'
        f'<h{level} class="card-title" id="{escape(name)}-title">{number}{external_link(heading(card), card.url)}</h{level}>'
        f"{_facts(card)}{_summary(card)}{_chips(card)}{_why(card)}</article></li>"
    )


def _class(css: str) -> str:
    return f' class="{css}"' if css else ""


def _cited(part: str, known: dict[int, Card], anchor: str) -> str:
    out = []
    for piece, number in split_citations(part, frozenset(known)):
        if number is None:
            out.append(escape(piece))
        else:
            target = escape(f"{anchor}-{number}")
            label = escape(f"Citation {number}: {heading(known[number])}")
            out.append(f'<a class="cite" href="#{target}" data-card="{target}" aria-label="{label}">[{number}]</a>')
    return "".join(out)


def _facts(card: Card) -> str:
    parts = [
        f'<span class="fact-company">{letter_mark(card.company)}{browse_link(card.company, company=card.company)}</span>'
    ]
    if who := people(card.authors):
        parts.append(f'<span class="fact">{escape(who)}</span>')
    if when := date_words(card.published):
        parts.append(f'<time class="fact" datetime="{escape(card.published)}">{escape(when)}</time>')
    if length := minutes(card.reading_minutes):
        parts.append(f'<span class="fact">{escape(length)}</span>')
    if card.includes_code:
        parts.append('<span class="badge">Includes Code</span>')
    return f'<p class="facts">{"".join(parts)}</p>'


def _summary(card: Card) -> str:
    if not card.summary:
        return '<p class="summary none">No summary yet.</p>'
    span = evidence_span(card.summary, card.evidence)
    if not span:
        marked = (
            f'<mark class="evidence">{escape(card.summary)}</mark>'
            if card.evidence == card.summary
            else escape(card.summary)
        )
        return f'<p class="summary">{marked}</p>'
    before, middle, after = card.summary[: span[0]], card.summary[span[0] : span[1]], card.summary[span[1] :]
    return f'<p class="summary">{escape(before)}<mark class="evidence">{escape(middle)}</mark>{escape(after)}</p>'


def _chips(card: Card) -> str:
    if not card.technologies:
        return ""
    first, rest = card.technologies[:_SHOWN_TECHNOLOGIES], card.technologies[_SHOWN_TECHNOLOGIES:]
    shown = "".join(f"<li>{browse_link(name, 'chip', technology=name)}</li>" for name in first)
    if rest:
        shown += f'<li class="chip more" title="{escape(", ".join(rest))}">+{len(rest)}</li>'
    return f'<ul class="chips" aria-label="Technologies">{shown}</ul>'


def _why(card: Card) -> str:
    if not card.why:
        return ""
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in card.why)
    return f'<details class="why"><summary>Why this</summary><ul>{reasons}</ul></details>'
