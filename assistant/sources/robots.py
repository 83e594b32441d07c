"""What a site's robots.txt asks for (RFC 9309): parsing and matching. Fetching it is the fetcher's job."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for one visitor: `(allowed, pattern)` pairs, and the pause in seconds it asks for between requests."""

    rules: tuple[tuple[bool, str], ...] = ()
    delay: float = 0.0

    def allows(self, url: str) -> bool:
        """Whether the address may be fetched: the longest pattern that matches decides, allowing wins a tie."""
        parts = urlsplit(url)
        path = unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        decision = max(
            ((len(pattern), allowed) for allowed, pattern in self.rules if _matches(pattern, path)), default=(0, True)
        )
        return decision[1]


def parse(text: str, agent: str) -> Robots:
    """The rules of a robots.txt for `agent` (a product name such as "byline"): those of its own group, else of `*`."""
    groups: dict[str, list[tuple[bool, str]]] = {}
    delays: dict[str, float] = {}
    agents: list[str] = []
    listing = False  # whether the lines just read named agents, so that one more joins them
    for key, value in _lines(text):
        if key == "user-agent":
            agents = [*agents, value.lower()] if listing else [value.lower()]
            groups.setdefault(value.lower(), [])
            listing = True
            continue
        listing = False
        for name in agents:
            if key in ("allow", "disallow") and value:
                groups[name].append((key == "allow", unquote(value)))
            elif key == "crawl-delay" and re.fullmatch(r"\d{1,4}(\.\d+)?", value):
                delays[name] = float(value)
    group = agent.lower() if agent.lower() in groups else "*"
    return Robots(tuple(groups.get(group, ())), delays.get(group, 0.0))


def _lines(text: str) -> list[tuple[str, str]]:
    pairs = (line.split("#", 1)[0].partition(":") for line in text.splitlines())
    return [(key.strip().lower(), value.strip()) for key, colon, value in pairs if colon]


def _matches(pattern: str, path: str) -> bool:
    """Match by parts between stars, so that a hostile pattern costs no more than its length times the path's."""
    anchored = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, part in enumerate(rest):
        if anchored and number == len(rest) - 1:
            return path.endswith(part) and len(path) - len(part) >= at
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not anchored or at == len(path)
