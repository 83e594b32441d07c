"""Questions about the catalog itself: which technologies, authors, topics or years its articles have, and how many."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from assistant.question.patterns import lazy
from assistant.question.sentence import Sentence
from assistant.question.types import GroupBy

_NAME = "@"
_FACETS = (
    r"(?P<technology>technolog(?:y|ies)(?: stacks?)?|tech(?: stacks?)?|stacks?|tags)"
    r"|(?P<author>authors?|writers|contributors|bloggers)"
    r"|(?P<topic>topics?|subjects|themes)"
    r"|(?P<year>years?)"
)
_ASKING = (
    r"(?:which|what(?:'s| is| are)?|how many|who are|list|show|name|give|tell|count|enumerate|see|can you|could you|please"
    r"|and|so|ok|well|how about|what about|about|me|us|of|all|every|the|your|different|distinct|main|top|most|common"
    r"|popular|frequent|used|prolific|active|various|number|total)"
)
_REST = (
    r"(?:are|is|do|does|did|has|have|had|gets?|were|was|you|they|it|there|here|in|at|for|from|by|of|on|with|the|this|your"
    r"|used?|uses|using|covers?|covered|covering|mention(?:ed|s)?|writes?|wrote|written|talk(?:s|ed)?|blogs?|about|know"
    r"|hold|held|contain|catalog(?:ue)?|collection|corpus|library|articles?|posts?|tagged|companies|company|engineers|teams?"
    r"|most|often|overall|altogether|in total|listed|available|represented|included|'s|s)"
)
_WHOLE = lazy(
    rf"(?:(?:{_ASKING}|{_NAME}(?:'s|s'|')?)[\s,:]*)+(?:{_FACETS})(?:[\s,]*(?:{_REST}|{_NAME}(?:'s|s'|')?)(?![\w]))*[\s?.!]*"
)
_KINDS: tuple[GroupBy, ...] = get_args(GroupBy)


def asked_facet(sentence: Sentence, spans: Iterable[tuple[int, int]]) -> GroupBy | None:
    """Which facet the whole question asks for, its names and dates (`spans` of characters) aside; None where it asks for more."""
    plain = sentence.plain
    for start, end in sorted(spans, reverse=True):
        plain = f"{plain[:start]}{_NAME}{plain[end:]}"
    found = _WHOLE.fullmatch(plain)
    return next((kind for kind in _KINDS if kind != "company" and found and found[kind]), None)
