"""A page that lists one company's articles about one technology, as text or HTML: a headline, then a card for each article.

A card is its summary, maybe the technologies run together, its authors, "N min read" and badges, in that order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.errors import SourceError
from assistant.sources import people, technologies
from assistant.sources.addresses import absolute
from assistant.sources.blocks import Line, lines, looks_like_html
from assistant.sources.parsed import Context, Draft, Material, Parsed, Problem

HEADLINE = re.compile(r"(?im)^[^\w\n]{0,20}how[ \t]+(?P<company>\S.{0,80}?)\s+uses?\s+(?P<technology>\S.{0,80}?)\s*$")
MINUTES = re.compile(r"(?i)(?:·\s*)?(\d{1,4})\s*-?\s*min(?:ute)?s?\s+read\.?")
_COUNT = re.compile(r"(?i)\b(\d{1,6})\s+(?:engineering\s+)?articles?\b")
_BADGES = {"includes code": "includes_code", "has summary": "", "has code": "includes_code"}
_RULE = re.compile(r"[-–—_*=]{2,}")
_START = re.compile(r"(?i)^(?:filter|sort(?: by)?)\s*:?$")


@dataclass(slots=True)
class _Card:
    line: int
    before: list[Line]
    minutes: int
    badges: set[str] = field(default_factory=set)


def parse(material: Material, context: Context) -> Parsed:
    """The drafts of the listing's cards. Raises `SourceError` where there is no headline or no card."""
    text, remark = material.text()
    html = looks_like_html(text)
    shown = lines(text) if html else [Line(line.strip()) for line in text.splitlines()]
    headline = next((found for line in shown if (found := HEADLINE.match(line.text))), None)
    cards = list(_cards(shown))
    if not cards:
        raise SourceError(f"{material.name} has no cards ('7 min read')", "Check that the whole page was saved.")
    company = context.company or (headline and _known(headline["company"], context.names.company))
    if not company:
        raise SourceError(f"{material.name} does not say whose articles it lists", "Name the company with --company.")
    tag = _known(headline["technology"], context.names.technology) if headline else None
    problems = [remark] if remark else []
    stated = _stated(shown)
    if stated is not None and stated != len(cards):
        problems.append(
            Problem(
                material.name, f"says it lists {stated} articles, and {len(cards)} were found", lost=stated > len(cards)
            )
        )
    drafts = []
    for number, card in enumerate(cards, 1):
        record = _record(card, context, material.address)
        if "summary" not in record and "title" not in record:
            problems.append(
                Problem(
                    material.name, "has neither a summary nor a title", _at(card, html), number, "summary", lost=True
                )
            )
            continue
        tags = [*([tag] if tag else []), *record.get("technologies", ())]
        given = {**record, "company": company, **({"technologies": list(dict.fromkeys(tags))} if tags else {})}
        drafts.append(Draft(given, line=_at(card, html), entry=number))
    return Parsed("listing", tuple(drafts), tuple(problems))


def _at(card: _Card, html: bool) -> int | None:
    return None if html else card.line


def _known(name: str, spelling: Any) -> str:
    name = " ".join(name.split())
    return str(spelling(name) or name)


def _stated(shown: list[Line]) -> int | None:
    found = [
        int(match[1])
        for line in shown
        if not MINUTES.fullmatch(line.text) and len(line.text) < 120
        for match in _COUNT.finditer(line.text)
    ]
    return found[0] if found and len(set(found)) == 1 else None


def _cards(shown: list[Line]) -> Iterator[_Card]:
    """Each "N min read" closes what stands before it (up to the last card's end) into one card; badges follow it."""
    start = next((at + 1 for at, line in enumerate(shown) if _START.match(line.text)), 0)
    before: list[tuple[int, Line]] = []
    card: _Card | None = None
    for number, line in enumerate(shown[start:], start + 1):
        text = line.text.lower()
        if card and text in _BADGES:
            card.badges.add(_BADGES[text])
        elif not text or _RULE.fullmatch(text):
            if text and card:
                yield card
                card = None
        elif found := MINUTES.fullmatch(line.text):
            if card:
                yield card
            card = _Card(before[0][0] if before else number, [item for _, item in before], int(found[1]))
            before = []
        elif card and not before and text in ("read more", "read article", "read"):
            continue
        else:
            before.append((number, line))
    if card:
        yield card


def _record(card: _Card, context: Context, address: str | None) -> dict[str, Any]:
    record: dict[str, Any] = {"reading_minutes": card.minutes}
    body = list(card.before)
    if "includes_code" in card.badges:
        record["includes_code"] = True
    if len(body) > 1:
        record["authors"] = people.authors(body.pop().text)
    if body and body[0].tag in ("h2", "h3", "h4", "h5"):
        record["title"] = body.pop(0).text
    link = next(
        (line.link for line in card.before if line.link and line.tag in ("h2", "h3", "h4", "h5", "p", "article")), None
    )
    url = absolute(address, link) if link else None
    if url and "title" in record:
        record["url"] = url
    names: list[str] = []
    while len(body) > 1 and (pieces := _technologies(body[-1].text, context)):
        names = pieces + names
        body.pop()
    if names:
        record["technologies"] = technologies.tidy(names, context.names)
    if body:
        record["summary"] = " ".join(line.text for line in body)
    return record


def _technologies(text: str, context: Context) -> list[str]:
    """The names in a line that holds only technologies; none where it is a sentence."""
    if text[-1:] in ".!?…" or len(text.split()) > 40:
        return []
    if context.names.technology(text):
        return [text]
    pieces = technologies.split(text, context.names.technology_names())
    known = sum(len(piece) for piece in pieces if context.names.technology(piece))
    return pieces if known * 2 >= len(text.replace(" ", "")) else []
