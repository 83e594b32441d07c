"""An answer and its cards in the terminal, by rich; plain, unwrapped text when the output is piped."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from assistant.answer import Answer, Card
from assistant.cards.words import clean, evidence_span, facts, heading, safe_url, split_citations

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# Names of the 16 colours every terminal theme sets itself, so that letters stay readable on light and dark ones.
_COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "bright_red", "bright_cyan", "bright_magenta")
_WIDTH = 100


def render(answer: Answer, console: Console) -> None:
    """Print the answer, its cards and its suggestions; colours and wrapping only where `console` is a terminal."""
    _line(console)
    _line(console, _answer_text(answer))
    related, brief = False, answer.intent in ("count", "list")
    for card in answer.cards:
        if card.group == "related" and not related:
            related = True
            _line(console)
            _line(console, _styled("Also related" if not answer.declined else "Nearest articles", "dim"))
        if not brief or card is answer.cards[0]:
            _line(console)
        render_card(card, console, brief=brief)
    if answer.suggestions:
        _line(console)
        _line(console, _styled("You could also ask", "dim"))
        for suggestion in answer.suggestions:
            line = _styled("  › ", "dim").append(clean(suggestion.question))
            _line(console, line.append("  (with --after)" if suggestion.follows else "", style="dim"), indent=4)
    _line(console)


def render_card(card: Card, console: Console, *, brief: bool = False) -> None:
    """Print one card: number and title, facts, technologies, summary with its evidence, address, and why it was found.

    A `brief` one, as in a list, has its title and facts only.
    """
    from rich.text import Text

    number = f"[{card.number}]".rjust(4) + " " if card.number else "     "
    title = Text(number, style="bold " + _colour(card.company))
    url = safe_url(card.url)
    title.append(heading(card), style=f"bold link {url}" if url and console.is_terminal else "bold")
    _line(console, title, indent=5)
    details = Text("     ")
    for place, fact in enumerate(facts(card)):
        details.append(" · " if place else "", style="dim")
        details.append(fact, style=_colour(card.company) if not place else "dim")
    if card.includes_code:
        details.append(" · ", style="dim").append("Includes Code", style="green")
    _line(console, details, indent=5)
    if brief:
        return
    if card.technologies:
        _line(
            console, Text("     ").append(", ".join(clean(name) for name in card.technologies), style="cyan"), indent=5
        )
    if card.summary:
        _line(console, Text("     ").append_text(_summary(card)), indent=5)
    if url:
        _line(console, Text("     ").append(url, style="dim underline" if console.is_terminal else ""), indent=5)
    if card.why:
        _line(console, _styled("     why: " + clean("; ".join(card.why)), "dim italic"), indent=5)


def _answer_text(answer: Answer) -> Text:
    from rich.text import Text

    text = Text()
    colours = {card.number: _colour(card.company) for card in answer.cards}
    for piece, number in split_citations(clean(answer.answer), frozenset(colours)):
        text.append(piece, style=f"bold {colours[number]}" if number else "")
    if not answer.declined or answer.decline_reason == "not_a_question":
        return text
    return _styled("No answer here. ", "bold yellow").append_text(text)


def _summary(card: Card) -> Text:
    from rich.text import Text

    summary = clean(card.summary or "")
    span = evidence_span(summary, clean(card.evidence or ""))
    text = Text(summary, style="" if span else "default")
    if span:
        text.stylize("dim", 0, span[0])
        text.stylize("bold", *span)
        text.stylize("dim", span[1], len(summary))
    return text


def _styled(words: str, style: str) -> Text:
    from rich.text import Text

    return Text().append(words, style=style)


def _colour(company: str) -> str:
    return _COLOURS[hashlib.sha256(company.encode("utf-8", "replace")).digest()[0] % len(_COLOURS)]


def _line(console: Console, text: Text | None = None, indent: int = 0) -> None:
    """Print a paragraph: wrapped under its indent on a terminal, on one line elsewhere (so that grep finds it)."""
    from rich.text import Text

    text = text if text is not None else Text()
    if not console.is_terminal:
        console.print(Text(text.plain), soft_wrap=True, highlight=False, emoji=False, markup=False)
        return
    width = min(console.width, _WIDTH)
    lines = list(text.wrap(console, max(width - indent, 20)))
    for place, line in enumerate(lines):
        # The first line brings its own indent; `wrap` strips what it broke at.
        console.print(Text(" " * indent if place else "").append_text(line), highlight=False, soft_wrap=True)
