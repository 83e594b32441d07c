"""Refuses XML that defines entities which reach outside the file or multiply: the parsers behind this may then expand the rest."""

from __future__ import annotations

import re
from xml.parsers import expat

from assistant.errors import SourceError

_PLAIN_VALUE = re.compile(r"(?:[^&%]|&#\w{1,7};)*")
_MAX_VALUE = 100
_MAX_ENTITIES = 500


class _Hostile(Exception):
    pass


def check_xml(name: str, data: bytes) -> None:
    """Pass over XML that is harmless, well-formed or not. Raises `SourceError` for external, nested or overlong entities."""
    count = 0

    def declared(entity: str, parameter: int, value: str | None, *_: object) -> None:
        nonlocal count
        count += 1
        if (
            parameter
            or value is None
            or len(value) > _MAX_VALUE
            or count > _MAX_ENTITIES
            or not _PLAIN_VALUE.fullmatch(value)
        ):
            raise _Hostile(entity)

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = declared
    try:
        # Entities are declared before the first element, so no more of the file need be read to judge it.
        parser.StartElementHandler = _stop
        parser.Parse(data, True)
    except _Hostile as error:
        raise SourceError(
            f"{name} defines the XML entity '{error}', which reaches outside the file or multiplies: it is not read",
            "Remove the entity, or ask the site for a plain feed.",
        ) from None
    except (_Begun, expat.ExpatError, ValueError, LookupError):
        # Ill-formed XML is the parsers' business; they read it without expanding entities at all.
        return


class _Begun(Exception):
    pass


def _stop(*_: object) -> None:
    raise _Begun
