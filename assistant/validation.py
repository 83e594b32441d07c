"""What pydantic finds wrong with an input, in plain words that name the field: for the HTTP API and the MCP tools."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from assistant.errors import InputInvalid
from assistant.limits import DATE_PATTERN

_PLACES = ("query", "body", "path")
_NEAR = 70  # of 100
_DATE = "a date: YYYY, YYYY-MM or YYYY-MM-DD"


def explained(errors: Sequence[Mapping[str, Any]]) -> str:
    """The first of pydantic's `errors()` as one clause, with how many more there are.

    >>> explained([{"type": "greater_than_equal", "loc": ("query", "limit"), "ctx": {"ge": 1}}])
    "'limit' must be at least 1"
    """
    first = f"'{field(errors[0])}' {rule(errors[0])}" if field(errors[0]) else f"the input {rule(errors[0])}"
    more = len({field(error) for error in errors} - {field(errors[0])})
    return f"{first}, and {more} more {'break' if more > 1 else 'breaks'} a rule" if more else first


def field(error: Mapping[str, Any]) -> str:
    """The field that one of pydantic's errors is about, such as `limit` or `filters.companies`; empty for the whole input."""
    place = error["loc"][1:] if error["loc"] and error["loc"][0] in _PLACES else error["loc"]
    return ".".join(part for part in place if isinstance(part, str))


def rule(error: Mapping[str, Any]) -> str:
    """The rule that was broken, as a predicate: "must be at least 1"."""
    said = _RULES.get(error["type"])
    return said(error.get("ctx", {})) if said else f"is refused: {str(error.get('msg', '')).lower()}"


def refuse_unknown(given: Iterable[str], known: Sequence[str]) -> None:
    """Raise `InputInvalid` where a parameter is `given` that is not `known`: a filter misspelt must not pass for one applied."""
    wrong = next((name for name in given if name not in known), None)
    if wrong is None:
        return
    from rapidfuzz import fuzz, process

    near = process.extractOne(wrong, known, scorer=fuzz.ratio, score_cutoff=_NEAR)
    hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known) or 'none'}."
    raise InputInvalid(f"there is no parameter '{wrong}'", hint)


def _pattern(context: Mapping[str, Any]) -> str:
    pattern = context.get("pattern", "")
    if pattern == DATE_PATTERN:
        return f"must be {_DATE}"
    return "must not be blank" if pattern == r"\S" else "has characters that it may not have"


_RULES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is missing",
    "extra_forbidden": lambda _: "is not known here",
    "json_invalid": lambda _: "is not valid JSON",
    "greater_than_equal": lambda context: f"must be at least {context['ge']:,}",
    "less_than_equal": lambda context: f"must be at most {context['le']:,}",
    **dict.fromkeys(("string_too_short", "too_short"), lambda _: "must not be empty"),
    "string_too_long": lambda context: f"must have at most {context['max_length']:,} characters",
    "too_long": lambda context: f"must name at most {context['max_length']:,}",
    "string_pattern_mismatch": _pattern,
    "literal_error": lambda context: f"must be {context['expected']}",
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), lambda _: "must be a whole number"),
    **dict.fromkeys(("bool_parsing", "bool_type"), lambda _: "must be true or false"),
    "string_type": lambda _: "must be text",
    "list_type": lambda _: "must be a list",
    **dict.fromkeys(("model_attributes_type", "dict_type", "model_type"), lambda _: "must be an object"),
}
