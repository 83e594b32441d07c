"""The words of a follow-up's topic: what of the earlier topic goes into it, and in which place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.question.patterns import lazy
from assistant.question.topics import short_name

_CARRIED_WORDS = 10
_PLURAL = lazy(r"(?!.*(?:ss|us|is|ics)$)[a-z]{3,}s")


def swapped(text: str, gone: Sequence[str], came: Sequence[str]) -> str:
    """`text` with the technologies `came` where those `gone` stood, or before it."""
    names = " ".join(short_name(name) for name in came)
    for name in gone:
        for written in (name, short_name(name)):
            found = re.search(rf"(?<!\w){re.escape(written)}(?!\w)", text)
            if found:
                text, names = f"{text[: found.start()]}{names}{text[found.end() :]}", ""
                break
    return " ".join(f"{names} {text}".split())


def led(old: str, new: str) -> str:
    """The old topic, cut short, before the new."""
    words = old.split()[:_CARRIED_WORDS]
    return " ".join([*words, *(word for word in new.split() if word not in words)])


def followed(new: str, things: str) -> str:
    """The new topic with the things it speaks of, cut short, behind it."""
    return " ".join([*new.split(), *(word for word in things.split()[:_CARRIED_WORDS] if word not in new.split())])


def things_in(topics: Sequence[str]) -> str:
    """The last thing in the plural that the conversation was about: what "them" most likely means."""
    for topic in reversed(topics):
        for word in reversed(topic.split()):
            if _PLURAL.fullmatch(word.lower()):
                return word
    return ""
