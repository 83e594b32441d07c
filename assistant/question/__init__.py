"""Reading one question by rule and vocabulary: what it restricts, what it is about and how it wants to be answered."""

from __future__ import annotations

from assistant.question.parser import parse
from assistant.question.spelling import Spelling, SpellingDictionary
from assistant.question.types import Intent, Mention, Order, Question

__all__ = ["Intent", "Mention", "Order", "Question", "Spelling", "SpellingDictionary", "parse"]
