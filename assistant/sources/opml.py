"""OPML: a file of feeds. Each becomes a source of its own."""

from __future__ import annotations

from xml.etree.ElementTree import ParseError

from assistant.errors import SourceError
from assistant.sources import naming
from assistant.sources.parsed import Context, Link, Material, Parsed, Problem
from assistant.sources.xml_safety import check_xml

_PIECE = 65_536


def parse(material: Material, context: Context) -> Parsed:
    """The feeds the file names, once each; a file that breaks off gives those before the break.

    Raises `SourceError` where it names none.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    check_xml(material.name, material.data)
    links: dict[str, Link] = {}
    problems: list[Problem] = []
    outlines = _Outlines()
    parser = DefusedXMLParser(target=outlines, forbid_entities=False)
    try:
        for start in range(0, len(material.data), _PIECE):
            parser.feed(material.data[start : start + _PIECE])
        parser.close()
    except ParseError as error:
        line = error.position[0]
        problems.append(Problem(material.name, f"is cut off or broken here ({error.msg})", line=line, lost=True))
    except DefusedXmlException as error:
        raise SourceError(f"{material.name} holds XML that is not read ({error})", "Remove its DTD.") from None
    for number, (address, title) in enumerate(outlines.feeds, 1):
        if not address.lower().startswith(("http://", "https://")):
            problems.append(
                Problem(material.name, f"'{address[:100]}' is not an http or https address", entry=number, lost=True)
            )
            continue
        company = context.company or (naming.from_title(title, context.names) if title else None)
        links.setdefault(address, Link(address, company))
    if not links:
        raise SourceError(f"{material.name} names no feed", "An OPML file names feeds as xmlUrl of its outlines.")
    return Parsed("opml", problems=tuple(problems), links=tuple(links.values()))


class _Outlines:
    """Collects (address, title) of every outline that has a feed."""

    def __init__(self) -> None:
        self.feeds: list[tuple[str, str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        values = {name.lower(): value.strip() for name, value in attributes.items()}
        if tag.rpartition("}")[2].lower() == "outline" and values.get("xmlurl"):
            self.feeds.append((values["xmlurl"], values.get("title") or values.get("text") or ""))

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass
