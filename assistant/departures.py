"""Texts that say a technology was left behind, by the words around its name: "moved off X", "replaced X", "from X to Y".

One reading serves both sides: a question that asks who left a technology, and an article that tells of leaving it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from assistant.question.patterns import lazy

_WORD = r"[\w'’µ-]+"
_GAP = rf"(?:(?!(?:to|into|onto|with|by|for|in|on|towards?|and|when|while|that|which|because|as)\b){_WORD} ){{0,3}}?"
"""Words that may stand before the name: "its original", "everything"; none after which the name is where one arrives."""
_MOVED = r"(?:(?:mov|migrat|switch|transition|shift|port|convert|rewr|turn)\w*|change|changed|changing)"
_CARRIED = r"(?!(?:data|events?|messages?|records?|logs?|rows?|files?|metrics|bytes|traffic|requests?|it)\b)"
"""What is taken from a technology that stays: "moving data from Kafka to S3" leaves nothing behind."""
_AWAY = r"(?:from|off|off of|away from|out of)"
_LEFT = (
    r"(?:rid of|g[eo]t(?:ting)? off(?: of)?"
    r"|left|leav(?:e|es|ing)|abandon\w*|dropp?(?:ed|ing)?|ditch\w*|replac(?:e|es|ed|ing)|retir(?:e|es|ed|ing)"
    r"|deprecat(?:e|es|ed|ing)|phas(?:e|es|ed|ing) out|sunset(?:s|ting|ted)?|outgr(?:ow|ew|own|owing)"
    r"|g[ai]v(?:e|es|en|ing) up(?: on)?|stopp?(?:ed|s|ing)? using|discard\w*)"
)
_PART = (
    r"(?! (?:nodes?|brokers?|instances?|pods?|hosts?|servers?|disks?|replicas?|versions?|messages?|events?|connections?|tables?"
    r"|keys?|packets?|requests?|partitions?|topics?|index(?:es)?|indices|leaders?|primary|primaries|v?\d)\b)"
)
"""What may follow the name where only a part of it, or an old version, goes: "replacing Kafka brokers", "from MySQL 5.6 to 8.0"."""
_GONE = (
    r"(?:gave way|gives? way|(?:was|were|is|are|been|being) (?:\w+ )?(?:replaced|retired|dropped|phased out|abandoned))"
)


_NAME = "ʘ"
"""Stands for the technology's name in a text that is searched: one pattern serves all names. A letter, so that it is a word."""
_WHOLE = rf"{_NAME}(?!\w){_PART}"
_SAYS_LEFT = lazy(
    rf"\b{_MOVED} (?:{_CARRIED}{_WORD},? ){{0,6}}?{_AWAY} {_GAP}{_WHOLE}"
    rf"|\b{_LEFT} {_GAP}{_WHOLE}"
    rf"|(?:^|[.:;(—–] ?)from {_GAP}{_WHOLE}(?: {_WORD}){{0,2}} (?:in)?to\b"
    rf"|(?<!\w){_NAME}(?!\w)(?: {_WORD}){{0,3}} {_GONE}",
    re.IGNORECASE,
)
_ANY = lazy(rf"\b(?:{_MOVED}|{_LEFT}|from|{_GONE})\b", re.IGNORECASE)


def may_say_left(text: str) -> bool:
    """Whether `says_left` can hold for `text` with any name at all; quick."""
    return bool(_ANY.search(text))


def says_left(text: str, names: Iterable[str]) -> bool:
    """Whether `text` says that the technology with those `names` (all its spellings) was left for something else.

    Case does not matter. A text that only arrives there ("from Go to Rust", for Rust) does not say so.
    """
    marked, found = _written(tuple(sorted(names))).subn(_NAME, " ".join(text.split()))
    return bool(found and _SAYS_LEFT.search(marked))


@lru_cache(maxsize=64)
def _written(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    written = "|".join(re.escape(name).replace(chr(92) + " ", "[ -]") for name in longest_first)
    return re.compile(rf"(?<!\w)(?:{written})(?!\w)", re.IGNORECASE)
