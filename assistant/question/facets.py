"""Questions about the catalog itself: which companies, technologies, authors, topics or years its articles have, and how many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, get_args

from assistant.question.patterns import lazy
from assistant.question.sentence import Sentence
from assistant.question.types import Facet, Intent

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
    r"|most|least|often|rarely|overall|altogether|in total|listed|available|represented|included|'s|s)"
)
_WHOLE = lazy(
    rf"(?:(?:{_ASKING}|{_NAME}(?:'s|s'|')?)[\s,:]*)+(?:{_FACETS})(?:[\s,]*(?:{_REST}|{_NAME}(?:'s|s'|')?)(?![\w]))*[\s?.!]*"
)
_ARTICLES = r"(?:articles?|posts?|blog ?posts?|write-?ups?|stories|pieces|papers|entries)"
_COMPANY_NOUN = r"(?:compan(?:y|ies)|blogs?|organi[sz]ations?|orgs?|firms?)"
_AROUND = (  # atomic, word by word: a word that two of the lists hold is not tried as both
    rf"(?>(?:{_ASKING}|{_REST}|{_ARTICLES}|{_NAME}(?:'s|s'|')?|counts?|breakdown|break down|publish(?:ed)?|posted)(?!\w)[\s,:]*)*"
)
_PER = lazy(
    rf"{_AROUND}\b(?:(?:per|by|for|in|of|from)(?: each| every)?|each|every|(?:grouped|broken down) by) "
    rf"(?:(?P<company>{_COMPANY_NOUN})|{_FACETS})\b[\s,]*{_AROUND}[?.!\s]*"
)
"""How many articles each of them has: "how many articles per company", "posts by year at Uber"."""
BARE_FACET = r"^(?:and |how many )*(?:per|by|for each|each) \w+[\s?.!]*$"
"""A facet and nothing else: "and per year?", "how many per company?"."""
_EACH = lazy(rf"{BARE_FACET}|\b{_ARTICLES}\b.*\b(?:per|by|each|every)\b|\b(?:per|by|each|every)\b.*\b{_ARTICLES}\b")
_WRITES = r"(?:writes?|wrote|written|publish(?:es|ed)?|posts?|posted|blogs?|blogged|has|have|talks?|talked|share[sd]?)(?: about)?"
_HOW_MUCH = rf" (?:the )?(?:most often|most|more than others|more often|more|least often|least|fewest|fewer|less)(?: {_ARTICLES})?"
_MOST = lazy(
    rf"(?:(?!.*(?<!other) than {_NAME})(?:which(?: one)?|(?:which|what)(?: one)? {_COMPANY_NOUN}(?: engineers)?|who)"
    rf"(?: (?:other than|besides|except(?: for)?|apart from|but not) {_NAME})?(?: has| have| did)? {_WRITES}"
    rf"|(?:do|does|did|has|have) {_NAME}(?: or {_NAME})? {_WRITES}){_HOW_MUCH}"
    rf"(?:,? (?:about|on|of|with|in|here|overall|in total|since|than|or|{_NAME}))*[\s?.!]*"
)
"""Which company has most articles, or least: "which company wrote the most about Kafka?", "does Uber write more than Lyft?"."""
_MOST_BY = lazy(
    rf"(?:which|what) (?:engineers?|developers?|people|person)(?: (?:at|from|of) {_NAME})?(?: has| have)? {_WRITES}{_HOW_MUCH}"
    rf"(?: (?:about|on|of|with|in|at|for|here|overall|in total|since|{_NAME}))*[\s?.!]*"
)
_RANKS = lazy(r"\b(?:top|rank(?:ed|ing)?|leading|most (?:active|prolific)|by (?:the )?number)\b")
_RANKED = lazy(
    rf"(?:(?:list|show|name|give|rank|what are|which are)(?: me)? |the |{_NAME} |top |leading |ranking of "
    r"|most (?:active|prolific) |\d\d? )*"
    rf"{_COMPANY_NOUN}(?: (?:ranked|by|for|about|on|with|in|of|number|count|the|most|total|writing|{_ARTICLES}|{_NAME}))*[\s?.!]*"
)
"""Companies by how much they wrote: "top 5 companies for Kafka", "rank companies by number of articles"."""
_WRITERS = lazy(
    r"how many (?:people|engineers|developers|writers)(?: have| has)? (?:writes?|wrote|written|blogs?|blogged|publish(?:ed)?|posted?)"
    rf"(?: (?:for|at|about|on|with|in|{_ARTICLES}|{_NAME}(?:'s|s'|')?))*[\s?.!]*"
)
_HELD = (
    r"(?: (?:are|is|there|here|do|does|you|it|have|has|hold|know|in|the|this|your|cover(?:ed)?|listed|available|included|all"
    r"|altogether|total|index|follow|read|track|catalog(?:ue)?|collection|corpus|library))"
)
_COMPANIES_HELD = lazy(
    r"(?:please |can you |could you )?(?:(?:list|show|name|give|enumerate|count)(?: me)?(?: all| every)?(?: of)?(?: the)?"
    rf"(?: different)? {_COMPANY_NOUN}{_HELD}*|(?:which|what|how many|what are the|number of)(?: different)? {_COMPANY_NOUN}"
    rf"{_HELD}+)[\s?.!]*"
)
"""Which companies there are at all: "how many companies are there?"; which of them do something is no facet."""
_NUMBER = lazy(r"\b(?:how many|number of|count)\b")
_KINDS: tuple[Facet, ...] = get_args(Facet)


class AskedFacet(NamedTuple):
    """The facet whose values a question asks for, and whether for how many there are ("count") or which ("list")."""

    facet: Facet
    intent: Intent


def asked_facet(sentence: Sentence, spans: Iterable[tuple[int, int]]) -> AskedFacet | None:
    """Which facet the whole question asks for, its names and dates (`spans` of characters) aside; None where it asks for more."""
    plain = sentence.plain
    for start, end in sorted(spans, reverse=True):
        plain = f"{plain[:start]}{_NAME}{plain[end:]}"
    if _WRITERS.fullmatch(plain):
        return AskedFacet("author", "count")
    if _MOST_BY.fullmatch(plain):
        return AskedFacet("author", "list")
    if _RANKS.search(sentence.plain) and _RANKED.fullmatch(plain):
        return AskedFacet("company", "list")
    if _MOST.fullmatch(plain) or _COMPANIES_HELD.fullmatch(plain):
        return AskedFacet("company", "count" if _NUMBER.search(plain) else "list")
    counted = _PER.fullmatch(plain) if _EACH.search(plain) else None
    if counted:
        return AskedFacet(_kind(counted), "list")
    found = _WHOLE.fullmatch(plain)
    if not found:
        return None
    return AskedFacet(_kind(found), "count" if _NUMBER.search(plain) else "list")


def _kind(found: re.Match[str]) -> Facet:
    return next(kind for kind in _KINDS if found.groupdict().get(kind))
