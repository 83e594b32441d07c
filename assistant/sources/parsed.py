"""What every source module takes and gives: raw `Material` in, `Parsed` drafts and problems out. Both are done elsewhere."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from assistant.errors import SourceError

Format = Literal["records", "feed", "opml", "listing", "page", "list"]
FORMATS: tuple[Format, ...] = ("records", "feed", "opml", "listing", "page", "list")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Names(Protocol):
    """The names of companies and technologies, by every spelling. The vocabulary is one."""

    def technologies_in(self, text: str) -> Sequence[str]:
        """The technologies that `text` names, one spelling each, in order of first mention."""

    def technology(self, name: str) -> str | None:
        """The one spelling of a technology; None where it is not known."""

    def technology_names(self) -> Sequence[str]:
        """Every name and other name of every technology."""

    def company(self, name: str) -> str | None:
        """The one spelling of a company; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Context:
    """What parsing needs to know besides the material: the company the caller named, and the names that are known."""

    names: Names
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """Bytes as read, not yet understood. `name` is the source as the user gave it, `address` where it was fetched from."""

    name: str
    data: bytes
    address: str | None = None
    content_type: str = ""

    def text(self) -> tuple[str, Problem | None]:
        """The characters, and a remark where they had to be read in an encoding that nobody stated.

        Raises `SourceError` where a byte order mark promises an encoding the bytes do not keep.
        """
        for mark, encoding in _MARKS:
            if self.data.startswith(mark):
                try:
                    return self.data.decode(encoding), None
                except UnicodeDecodeError as error:
                    raise SourceError(
                        f"{self.name} starts as {encoding} and breaks off at byte {error.start}",
                        "Save it again, in UTF-8.",
                    ) from None
        stated = _charset(self.content_type)
        for encoding in filter(None, ("utf-8", stated)):
            try:
                return self.data.decode(encoding), None
            except UnicodeDecodeError:
                continue
        line = self.data[: _first_fault(self.data)].count(b"\n") + 1
        remark = Problem(self.name, "is not UTF-8 here; the file was read as Windows-1252", line=line)
        return self.data.decode("cp1252", "replace"), remark


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not as it should be. `lost` tells a record or source that did not go in from a mere remark.

    `line` counts from 1 in the file; `entry` counts from 1 in a source without lines (a feed).
    """

    source: str
    rule: str
    line: int | None = None
    entry: int | None = None
    field: str | None = None
    lost: bool = False

    def __str__(self) -> str:
        place = f", line {self.line}" if self.line is not None else f", entry {self.entry}" if self.entry else ""
        about = f" field '{self.field}'" if self.field else ""
        return f"{self.source}{place}:{about} {self.rule}"

    def to_dict(self) -> dict[str, Any]:
        """The problem as JSON-ready data, keys as the fields; the source is left out, its report names it."""
        return {"line": self.line, "entry": self.entry, "field": self.field, "rule": self.rule, "lost": self.lost}


@dataclass(frozen=True, slots=True)
class Draft:
    """One article as its source gives it, before it is completed and recognised.

    `record` has the keys of an article; what the source does not say is absent. `text` is the full text where the source has
    it (it is used, not kept), `code` whether blocks of code were seen in it. `borrowed` marks a record whose address is
    merely claimed by a page on another host: it may complete a known article, never correct it.
    """

    record: Mapping[str, Any]
    line: int | None = None
    entry: int | None = None
    text: str = ""
    code: bool = False
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Another source that this one names, such as a feed in an OPML file."""

    address: str
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a source holds: drafts of articles, links to further sources, and what was wrong with the rest."""

    format: Format
    drafts: tuple[Draft, ...] = ()
    problems: tuple[Problem, ...] = ()
    links: tuple[Link, ...] = field(default=())


def _charset(content_type: str) -> str | None:
    name = content_type.lower().partition("charset=")[2].split(";")[0].strip(" \"'")
    try:
        return codecs.lookup(name).name if name else None
    except (LookupError, ValueError):
        return None


def _first_fault(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return len(data)
