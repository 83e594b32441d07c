"""A Markdown list of articles: each link of a list item is one, under the headings and items it is filed below."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from assistant.article import canonical_url
from assistant.errors import SourceError
from assistant.sources import naming
from assistant.sources.blocks import plain
from assistant.sources.parsed import Context, Draft, Material, Names, Parsed, Problem

LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>(?:[^\[\]\\]|\\.|!?\[[^\[\]]*\](?:\([^()\s]*\))?)*)\]"
    r"\(\s*<?(?P<url>https?://(?:[^\s()<>]|\([^\s()<>]*\))+)>?(?:\s+[\"'(][^\n]*?[\"')])?\s*\)"
)
_ITEM = re.compile(r"^(?P<indent>[ \t]*)(?:[*+-]|\d{1,4}[.)])\s+(?P<body>.*)$")
_HEADING = re.compile(r"^\s{0,3}(?P<marks>#{1,6})\s+(?P<text>.+?)\s*#*\s*$")
_NOTE = re.compile(r"\s*\([^()]*\)\s*$")
# "at" is followed by these as often as by a company.
_NO_COMPANY = re.compile(
    r"(?i)^(?:\w+[ -])?(?:scale|layers|runtime|rest|work|night|home|once|last|least|speed|edge|large|any time|hand|risk|all|\d.*)\b"
)


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    title: str
    url: str
    company: str | None
    filed: tuple[str, ...]


def parse(material: Material, context: Context) -> Parsed:
    """The drafts of the list's links; links that stand in running text are reported. Raises `SourceError` without any link."""
    text, remark = material.text()
    problems: list[Problem] = [remark] if remark else []
    entries: list[_Entry] = []
    headings: list[tuple[int, str]] = []
    parents: list[tuple[int, str]] = []
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if fenced:
            continue
        if heading := _HEADING.match(line):
            level = len(heading["marks"])
            headings = [pair for pair in headings if pair[0] < level] + [(level, _words(heading["text"]))]
            parents = []
            continue
        item = _ITEM.match(line)
        depth = len(item["indent"].expandtabs(4)) if item else 0
        if item:
            parents = [pair for pair in parents if pair[0] <= depth - 2]
        for found in LINK.finditer(line):
            title = _words(found["text"])
            if not item or found["image"] or not title:
                problems.append(
                    Problem(
                        material.name,
                        f"the link to {found['url'][:200]} is no item of the list and was left out",
                        line=number,
                    )
                )
                continue
            filed = [name for level, name in headings if level > 1] + [name for _, name in parents if name]
            entries.append(_Entry(number, title, found["url"], _company(title, headings, context.names), tuple(filed)))
        if item:
            parents.append((depth, _topic(item["body"])))
    if not entries:
        raise SourceError(
            f"{material.name} has no list of links", "A list has lines such as: * [Title](https://address)"
        )
    return Parsed("list", tuple(_drafts(entries, context)), tuple(problems))


def _drafts(entries: list[_Entry], context: Context) -> list[Draft]:
    sites: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.company:
            sites[naming.site(entry.url)].append(entry.company)
    drafts = []
    for entry in entries:
        record: dict[str, Any] = {
            "title": entry.title,
            "url": entry.url,
            "topics": list(dict.fromkeys(name.lower() for name in entry.filed)),
        }
        company = context.company or entry.company
        if company is None:
            company = _of_site(entry.url, sites, context.names)
            record["derived"] = ["company"]
        drafts.append(Draft({**record, "company": company}, line=entry.line))
    return drafts


def _of_site(url: str, sites: dict[str, list[str]], names: Names) -> str:
    """The one company whose articles the list has on that site, a known company's site, or the site itself."""
    site = naming.site(url)
    named = sites.get(site, [])
    if len(named) > 1 and len(set(named)) == 1 and not naming.shared(url):
        return named[0]
    return naming.from_address(url, names) or site or canonical_url(url)


def _company(title: str, headings: list[tuple[int, str]], names: Names) -> str | None:
    """The company a link's text ends with ("Caching at Netflix", "Redis, Uber"), or whose heading it stands under."""
    bare = _NOTE.sub("", title)
    before, at, name = bare.rpartition(" at ")
    name = re.split(r" - |[,:]", name)[0].strip(" .!?:")
    if at and before and name and len(name.split()) <= 4 and (known := names.company(name)):
        return known
    if (
        at
        and before
        and name
        and len(name.split()) <= 3
        and name[0] in _CAPITALS | _SMALL_START
        and not _NO_COMPANY.match(name)
    ):
        return name if name[0].isupper() or name[:1].isdigit() or name[1:2].isupper() or "." in name else None
    for part in (bare.rpartition(", ")[2] if ", " in bare else "", bare.partition(": ")[0] if ": " in bare else ""):
        if part and (known := names.company(part.strip())):
            return known
    return next((known for _, heading in reversed(headings) if (known := names.company(heading))), None)


_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÄÅÆÇÈÉÊËÍÎÏÑÓÔÖØÚÛÜ0123456789")
_SMALL_START = frozenset("abcdefghijklmnopqrstuvwxyz")


def _words(text: str) -> str:
    """The words of a piece of Markdown, without marks, links and HTML."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", " ", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!|~-])", r"\1", text)
    text = re.sub(r"(\*\*|__|`|~~)", "", text)
    return " ".join(plain(text).split()) if "<" in text or "&" in text else " ".join(text.split())


def _topic(body: str) -> str:
    """What an item files its sub-items under: its words, or none where they make a sentence."""
    words = _words(re.split(r"\s[-–—:]\s", LINK.sub(lambda found: found["text"], body))[0])
    return words if len(words.split()) <= 8 else ""
