"""What a source is, by its content: never by its name alone, and never by what its server claims."""

from __future__ import annotations

import re
from types import ModuleType

from assistant.errors import SourceError
from assistant.sources.parsed import Format, Material

_BINARY = {
    b"%PDF": "a PDF file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "a media file",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"7z\xbc\xaf": "an archive",
    b"\x1f\x8b": "a file compressed twice",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"SQLite format 3": "a database",
    b"\xd0\xcf\x11\xe0": "an Office document",
}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARKUP = re.compile(
    r"^(?:\s|<\?xml[^>]*\?>|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>)*<(?P<name>[\w:.-]+)",
    re.DOTALL | re.IGNORECASE,
)
_FEED_ROOTS = ("rss", "feed", "rdf", "channel")


def refuse_binary(material: Material) -> None:
    """Raises `SourceError` for an empty source and for one that is no text."""
    data = material.data
    if not data.strip():
        raise SourceError(f"{material.name} is empty", "There is nothing to add.")
    kind = next(
        (kind for mark, kind in _BINARY.items() if data.startswith(mark) and (mark != b"MZ" or b"\0" in data[:200])),
        None,
    )
    if (
        kind is None
        and b"\0" in data[:4096]
        and not data.startswith(_UTF16)
        and b"<\0" not in data[:8]
        and b"\0<" not in data[:8]
    ):
        kind = "a binary file"
    if kind:
        raise SourceError(f"{material.name} is {kind}", "Add feeds, pages, listings, tables or Markdown lists.")


def detect(material: Material) -> Format:
    """The format of the source. Raises `SourceError` where it is none that is known."""
    from assistant.sources import blocks, feed, listing, markdown_list

    refuse_binary(material)
    text = _start(material)
    root = (found := _MARKUP.match(text)) and found["name"].lower().rpartition(":")[2]
    if root == "opml":
        return "opml"
    if root in _FEED_ROOTS or (text.lstrip("\ufeff \r\n\t").startswith("{") and feed.is_json_feed(text)):
        return "feed"
    stripped = text.lstrip("\ufeff \t\r\n")
    if root == "html" or blocks.looks_like_html(text):
        shown = blocks.plain(text)
        return "listing" if listing.HEADLINE.search(shown) and listing.MINUTES.search(shown) else "page"
    if stripped.startswith(("{", "[{", "@")) or re.match(r"\[\s*(\{|\])", stripped):
        return "records"
    if root or stripped.startswith("<?xml"):
        return "feed"
    if listing.HEADLINE.search(text) and listing.MINUTES.search(text):
        return "listing"
    if len(markdown_list.LINK.findall(text)) and re.search(
        r"(?m)^[ \t]*(?:[*+-]|\d+[.)])\s+.*\]\(\s*<?https?://", text
    ):
        return "list"
    return "records"


def parser(source_format: Format) -> ModuleType:
    """The module that parses the format."""
    from assistant.sources import feed, listing, markdown_list, opml, page, records

    modules: dict[Format, ModuleType] = {
        "records": records,
        "feed": feed,
        "opml": opml,
        "listing": listing,
        "page": page,
        "list": markdown_list,
    }
    return modules[source_format]


def _start(material: Material) -> str:
    """Enough of the text to judge it by. A list may have its first link far down, so it is not a short piece."""
    head = Material(material.name, material.data[:400_000], material.address, material.content_type)
    try:
        return head.text()[0]
    except SourceError:
        return head.data.decode("utf-16" if head.data.startswith(_UTF16) else "utf-8", "replace")
