"""HTML as lines of plain text with the little structure that parsers need. Nothing in it is run, loaded or followed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

_BLOCKS = frozenset(
    [
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "br",
            "button",
            "caption",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "figcaption",
        ),
        *(
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "label",
            "legend",
            "li",
            "main",
            "nav",
        ),
        *(
            "ol",
            "option",
            "p",
            "pre",
            "section",
            "select",
            "summary",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "ul",
        ),
    ]
)
_SILENT = frozenset(("script", "style", "noscript", "template", "svg", "head", "iframe", "object", "title"))
_PIECE = 65_536
_OPENING = re.compile(r"(?i)<(pre|code)\b[^<>]*>|<script[^<>]+src=[\"']?https?://gist\.github\.com/")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page as shown: its text, the block it stands in ("p", "li", "h2"...) and the address it links to."""

    text: str
    tag: str = ""
    link: str | None = None


def lines(html: str) -> list[Line]:
    """The shown text of an HTML page, a line for each block, blank ones left out; broken HTML is read as far as it goes."""
    reader = _Reader()
    _parse(html, reader)
    return reader.lines


def plain(html: str) -> str:
    """The shown text of a piece of HTML, or of text that holds none, a line for each block."""
    if "<" not in html and "&" not in html:
        return "\n".join(" ".join(line.split()) for line in html.splitlines() if line.strip())
    return "\n".join(line.text for line in lines(html))


def has_code(html: str) -> bool:
    """Whether a block of code is shown: text in <pre>, several lines in <code>, or an embedded gist; one word is none."""
    lower = html.lower()
    unclosed: set[str] = set()
    for found in _OPENING.finditer(html):
        if not found[1]:
            return True
        tag = found[1].lower()
        end = lower.find(f"</{tag}", found.end()) if tag not in unclosed else -1
        if end < 0:
            unclosed.add(tag)  # no later one is closed either; looking again would take the page's length each time
            continue
        shown = _TAG.sub("", re.sub(r"(?i)<br\s*/?>", "\n", html[found.end() : end])).strip()
        if shown and (tag == "pre" or "\n" in shown):
            return True
    return False


class _Target(Protocol):
    def start(self, tag: str, attrs: Mapping[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, data: str) -> None: ...
    def close(self) -> None: ...


def _parse(html: str, target: _Target) -> None:
    """Feed a page to a target. libxml2 reads broken HTML in linear time, which the standard library's parser does not."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.HTMLParser(target=target, no_network=True, remove_comments=True, remove_pis=True)
    text = html.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    # An empty document makes the parser raise; what it raises for a broken end is of no interest either.
    with suppress(etree.LxmlError):
        for at in range(0, len(text), _PIECE):
            parser.feed(text[at : at + _PIECE])
        parser.close()
    target.close()


class _Reader:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._text: list[str] = []
        self._block = ""
        self._link: str | None = None
        self._line_link: str | None = None
        self._silent = 0

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.flush()
            self._block = tag
        elif tag == "a":
            self._link = attrs.get("href")

    def end(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.flush()
            self._block = ""
        elif tag == "a":
            self._link = None

    def data(self, data: str) -> None:
        if self._silent:
            return
        if data.strip() and self._link and not self._line_link:
            self._line_link = self._link
        self._text.append(data)

    def close(self) -> None:
        self.flush()

    def flush(self) -> None:
        text = " ".join("".join(self._text).split())
        if text:
            self.lines.append(Line(text, self._block, self._line_link))
        self._text, self._line_link = [], None


def metadata(html: str) -> list[tuple[str, dict[str, str]]]:
    """Each <meta>, <link>, <base>, <input>, <title> and JSON-LD <script> of a page: its tag and attributes (text under "")."""
    reader = _Metadata()
    _parse(html, reader)
    return reader.found


class _Metadata:
    def __init__(self) -> None:
        self.found: list[tuple[str, dict[str, str]]] = []
        self._open: dict[str, str] | None = None
        self._pieces: list[str] = []

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        values = {name: value or "" for name, value in attrs.items()}
        if tag in ("meta", "link", "base", "input"):
            self.found.append((tag, values))
        elif tag == "title" or (tag == "script" and "ld+json" in values.get("type", "").lower()):
            self._open, self._pieces = {**values, "": ""}, []
            self.found.append((tag, self._open))

    def end(self, tag: str) -> None:
        if tag in ("title", "script"):
            self.close()

    def data(self, data: str) -> None:
        if self._open is not None:
            self._pieces.append(data)

    def close(self) -> None:
        if self._open is not None:
            self._open[""] = "".join(self._pieces)
            self._open = None


def looks_like_html(text: str) -> bool:
    """Whether text begins as an HTML page does."""
    start = text.lstrip("\ufeff \t\r\n")[:2000].lower()
    start = re.sub(r"^(?:<\?xml[^>]*\?>|<!--.*?-->|\s)+", "", start, flags=re.DOTALL)
    return bool(re.match(r"<!doctype\s+html|<html\b|<head\b|<body\b", start)) or (
        start.startswith("<")
        and bool(re.match(r"<(?:div|main|article|section|p|h1|meta|title|ul|header|nav)\b", start))
    )


def first(values: Any, *keys: str) -> str | None:
    """The first of the keys that has text in a mapping of attributes; None where none has."""
    return next((text for key in keys if (text := str(values.get(key) or "").strip())), None)
