"""The company behind a title or an address: "Netflix TechBlog - Medium" is Netflix, eng.uber.com is Uber where that is known."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from assistant.sources.parsed import Names

_KIND = (
    r"(?:engineering|tech(?:nology|nical)?|developers?|devs?|product|data|design|software|r&d|labs?|team|official|company|"
    r"programming|research|science)"
)
_TAIL = re.compile(
    rf"(?i)\s*(?:[-–—|:·@/]\s*)?(?:the\s+)?(?:\b{_KIND}\b[\s&,+/-]*(?:and\s+)?)*"
    r"\b(?:(?:tech|dev)?blogs?|engineering|technology|tech|developers?|labs?|feed|rss|atom|news(?:letter)?|posts?|articles?|medium|updates)\b"
    r"(?:\s*\(.*\))?\s*$"
)
_HEAD = re.compile(
    r"(?i)^\s*(?:(?:the\s+)?(?:(?:official|engineering|research|tech|blog|stories|latest|posts|articles)\s+)+(?:(?:by|from|at|of|on)\s+)?)"
)
_GENERIC = re.compile(rf"(?i)(?:(?:{_KIND}|blogs?|news|posts?|articles?|feed|rss|atom|home|untitled|the|our)\s*)*")
_SHARED = re.compile(
    r"(?i)(^|\.)(medium\.com|substack\.com|github\.io|blogspot\.\w+|wordpress\.com|tumblr\.com|youtube\.com|infoq\.com|usenix\.org|"
    r"highscalability\.com|acm\.org|arxiv\.org|hackernoon\.com|dev\.to|speakerdeck\.com|slideshare\.net|github\.com)$|^(www\.)?linkedin\.com$|\.edu$"
)
_PREFIXES = frozenset(
    [
        "www",
        "blog",
        "blogs",
        "eng",
        "engineering",
        "tech",
        "techblog",
        "developer",
        "developers",
        "dev",
        "code",
        "labs",
        "medium",
        "engblog",
        "technology",
        "research",
    ]
)


def from_title(title: str, names: Names) -> str | None:
    """The company that a blog's title names, in its known spelling; None where nothing is left of the title.

    >>> from_title("Netflix TechBlog - Medium", NO_NAMES)
    'Netflix'
    """
    title = " ".join(title.split())[:300]
    if known := names.company(title):
        return known
    while (shorter := _TAIL.sub("", title)) != title and shorter.strip(" -–—|:·@/,&"):
        title = shorter.strip(" -–—|:·@/,&")
        if known := names.company(title):
            return known
    for part in re.split(r"\s+[-–—|:·]\s+|\s+at\s+", title):
        if known := names.company(part):
            return known
    title = _HEAD.sub("", title) or title
    title = re.sub(r"(?i)\s+on$", "", title.strip())
    title = title.strip(" :|-–—")
    known = names.company(title) or names.company(re.sub(r"(?i)^the\s+", "", title))
    return known or (None if _GENERIC.fullmatch(title) else title)


def site(url: str) -> str:
    """The site of an address as people would name it: its host without "www.", with the user where many share the host.

    >>> site("https://www.martinfowler.com/a"), site("https://medium.com/@pinterest/b"), site("https://medium.com/p/1")
    ('martinfowler.com', 'medium.com/@pinterest', 'medium.com')
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    first = parts.path.strip("/").split("/")[0]
    if host in ("medium.com", "github.com", "dev.to") and "/" in parts.path.strip("/") and first not in ("p", "m"):
        return f"{host}/{first}"
    return host


def shared(url: str) -> bool:
    """Whether the host of the address publishes for many companies, so that its name names none."""
    return bool(_SHARED.search(urlsplit(url).hostname or "")) and "/" not in site(url)


def from_address(url: str, names: Names) -> str | None:
    """The known company whose site the address is on, by the words of its host; None where none is known."""
    if shared(url):
        return None
    place = site(url)
    if "/" in place:
        words = re.split(r"[-_@]+", place.split("/")[1])
    else:
        labels = place.split(".")
        words = [label for label in labels[:-1] if label not in _PREFIXES] or labels[:1]
    for word in (" ".join(filter(None, words)), "".join(words), *words):
        bare = re.sub(r"(?i)(?:-?(?:engineering|engblog|eng|techblog|tech|blog|labs?))+$", "", word)
        for name in (word, bare):
            if name and (known := names.company(name)):
                return known
    return None


class _NoNames:
    """Knows no name: for those who parse without a vocabulary."""

    def technologies_in(self, text: str) -> list[str]:
        return []

    def technology(self, name: str) -> str | None:
        return None

    def technology_names(self) -> list[str]:
        return []

    def company(self, name: str) -> str | None:
        return None


NO_NAMES: Names = _NoNames()
