"""An answer and its cards as Markdown (CommonMark); every character that Markdown or HTML gives a meaning is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Answer, Card
from assistant.cards.words import clean, evidence_span, facts, heading, safe_url, split_citations

# Round brackets mean something only behind a square one, and those are escaped.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~$^=&])")
_LINE_START = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s|$)", re.MULTILINE)


def escape(text: str) -> str:
    """`text` on one line, so that a Markdown renderer shows it letter by letter."""
    line = " ".join(clean(text).split())
    return _LINE_START.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", _SPECIAL.sub(r"\\\1", line))


def link(text: str, url: str | None) -> str:
    """`text`, escaped, linked where the address is a safe one."""
    address = safe_url(url)
    if not address:
        return escape(text)
    return f"[{escape(text)}](<{address.replace('(', '%28').replace(')', '%29')}>)"


def render(answer: Answer) -> str:
    """The whole answer: question, text with its citations, cards and suggestions; ends with a line break."""
    numbers = frozenset(card.number for card in answer.cards)
    blocks = [f"**{escape(answer.question)}**", *_paragraphs(answer.answer, numbers)]
    blocks += [card(found) for found in answer.cards]
    if answer.suggestions:
        blocks.append(
            "\n".join(["You could also ask:", "", *(f"- {escape(each.question)}" for each in answer.suggestions)])
        )
    return "\n\n".join(blocks) + "\n"


def card(shown: Card) -> str:
    """One card: a line with number, title and facts, then the summary as a quotation with its evidence in bold."""
    number = f"[{shown.number}] " if shown.number else ""
    lines = [f"{number}**{link(heading(shown), shown.url)}**  ", " · ".join(escape(fact) for fact in _facts(shown))]
    if shown.summary:
        lines += ["", f"> {_summary(shown.summary, shown.evidence)}"]
    if shown.why:
        lines += ["", f"*Why this: {escape('; '.join(shown.why))}*"]
    return "\n".join(lines)


def citations(cards: Sequence[Card]) -> str:
    """The cited articles alone, as a numbered list of links; ends with a line break, empty without cards."""
    lines = (
        f"{max(each.number, 1)}. {link(heading(each), each.url)} ({', '.join(escape(fact) for fact in facts(each))})"
        for each in cards
    )
    return "".join(f"{line}\n" for line in lines)


def _paragraphs(text: str, numbers: frozenset[int]) -> list[str]:
    out = []
    for paragraph in filter(None, (part.strip() for part in re.split(r"\n\s*\n|\n", text))):
        point = "- " if paragraph.startswith("- ") else ""
        split = split_citations(paragraph.removeprefix(point), numbers)
        pieces = [point, *(f"[{number}]" if number else _inline(piece) for piece, number in split)]
        # Behind a citation, a bracket would make it a link and a colon a definition.
        out.append(re.sub(r"(?<!\\)(\[\d+\])([(:])", r"\1\\\2", "".join(pieces)))
    return out


def _inline(piece: str) -> str:
    """Escaped, with a space kept at either end, where it parts the words from a citation."""
    if not piece.strip():
        return " " if piece else ""
    head, tail = piece[:1].isspace(), piece[-1:].isspace()
    return f"{' ' * head}{escape(piece)}{' ' * tail}"


def _facts(shown: Card) -> list[str]:
    known = facts(shown)
    if shown.technologies:
        known.append(", ".join(clean(name) for name in shown.technologies))
    if shown.includes_code:
        known.append("Includes Code")
    return known


def _summary(summary: str, evidence: str | None) -> str:
    span = evidence_span(summary, evidence)
    if not span:
        return escape(summary)
    before, middle, after = summary[: span[0]], summary[span[0] : span[1]], summary[span[1] :]
    return " ".join(filter(None, (escape(before), f"**{escape(middle)}**", escape(after))))
