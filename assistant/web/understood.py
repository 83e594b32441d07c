"""What was understood of a question as chips, and the question asked again without one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.answer import Answer
from assistant.filters import Filters
from assistant.question import Mention
from assistant.wording import day, listed, period

_LISTS = {
    "companies": "company",
    "exclude_companies": "not by",
    "technologies": "technology",
    "exclude_technologies": "without",
    "authors": "author",
}

_JOINTS = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "onto",
        "or",
        "over",
        "the",
        "to",
        "under",
        "using",
        "via",
        "with",
    ]
)


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing understood. `without` is a question that asks the same without it; empty where nothing would be left.

    `kept` tells what was carried over from an earlier question.
    """

    kind: str
    label: str
    without: str
    kept: bool = False


def understood(answer: Answer) -> list[Chip]:
    """A chip for each restriction and for the topic, in the order a sentence would have them."""
    filters, topic = answer.filters, _own_topic(answer)
    order = next((str(mention.value) for mention in answer.mentions if mention.kind == "order"), "")
    kept = {(mention.kind, mention.value) for mention in answer.mentions if mention.kept}
    kept_kinds = {kind for kind, _ in kept}
    chips = []
    if topic:
        chips.append(Chip("topic", topic, question_for("", filters, order)))
    for field, kind in _LISTS.items():
        names: tuple[str, ...] = getattr(filters, field)
        for name in names:
            rest = _with(filters, {field: tuple(other for other in names if other != name)})
            about = _topic_without(topic, name, answer.mentions) if field == "technologies" else topic
            chips.append(Chip(kind, name, question_for(about, rest, order), (field, name) in kept))
    for kind, label, cleared in _single(filters):
        rest = _with(filters, dict.fromkeys(cleared))
        chips.append(Chip(kind, label, question_for(topic, rest, order), bool(kept_kinds & set(cleared))))
    if order and order != "relevance":
        chips.append(Chip("order", f"{order} first", question_for(topic, filters, ""), "order" in kept_kinds))
    return chips


def _own_topic(answer: Answer) -> str:
    """The topic, unless it is only a technology that has a chip of its own."""
    said = {str(mention.value).casefold() for mention in answer.mentions if mention.kind == "technologies"}
    said |= {mention.words.casefold() for mention in answer.mentions if mention.kind == "technologies"}
    return "" if answer.topic.casefold() in said else answer.topic


def _topic_without(topic: str, technology: str, mentions: Sequence[Mention]) -> str:
    """The topic without the technology's name, however it was written, and without what joined it to the rest."""
    said = [mention.words for mention in mentions if mention.kind == "technologies" and mention.value == technology]
    names = {word.casefold() for phrase in (technology, *said) for word in phrase.split()}
    words = [word for word in topic.split() if word.casefold() not in names]
    while words and words[0].casefold() in _JOINTS:
        words.pop(0)
    while words and words[-1].casefold() in _JOINTS:
        words.pop()
    return " ".join(words)


def question_for(topic: str, filters: Filters, order: str = "") -> str:
    """A question in plain words that states the topic and the filters; empty where there is neither."""
    if not topic and not filters:
        return ""
    start = {
        "newest": "newest articles",
        "oldest": "oldest articles",
        "shortest": "shortest articles",
        "longest": "longest articles",
    }
    phrases = [start.get(order, "articles")]
    if topic:
        phrases.append(f"about {topic}")
    if filters.technologies:
        joined = listed(filters.technologies, "and" if filters.all_technologies else "or", most=99)
        both = "both " if filters.all_technologies and len(filters.technologies) > 1 else ""
        phrases.append(f"{'using' if topic else 'about'} {both}{joined}")
    if filters.companies:
        phrases.append(f"from {listed(filters.companies, 'and', most=99)}")
    phrases += [f"not from {name}" for name in filters.exclude_companies]
    phrases += [f"without {name}" for name in filters.exclude_technologies]
    if filters.authors:
        phrases.append(f"by {listed(filters.authors, 'or', most=99)}")
    if filters.includes_code is not None:
        phrases.append("with code" if filters.includes_code else "without code")
    phrases += _numbers(filters)
    return " ".join(phrases)


def _with(filters: Filters, changes: Mapping[str, Any]) -> Filters:
    return replace(filters, **changes)


def _numbers(filters: Filters) -> list[str]:
    phrases = []
    if filters.published_from or filters.published_to:
        phrases.append(period(filters.published_from, filters.published_to))
    least, most = filters.min_minutes, filters.max_minutes
    if least is not None and most is not None:
        return [*phrases, f"with a reading time of {least} to {most} minutes"]
    if filters.min_minutes is not None:
        phrases.append(f"longer than {filters.min_minutes - 1} minutes")
    if filters.max_minutes is not None:
        phrases.append(f"shorter than {filters.max_minutes + 1} minutes")
    return phrases


def _single(filters: Filters) -> Sequence[tuple[str, str, tuple[str, ...]]]:
    """Kind, label and the fields to clear, for each restriction that has one value."""
    found: list[tuple[str, str, tuple[str, ...]]] = []
    if filters.published_from or filters.published_to:
        found.append(("date", _dates(filters), ("published_from", "published_to")))
    if filters.includes_code is not None:
        found.append(("code", "included" if filters.includes_code else "not included", ("includes_code",)))
    if filters.min_minutes is not None:
        found.append(("reading time", f"at least {filters.min_minutes} min", ("min_minutes",)))
    if filters.max_minutes is not None:
        found.append(("reading time", f"at most {filters.max_minutes} min", ("max_minutes",)))
    return found


def _dates(filters: Filters) -> str:
    words = period(filters.published_from, filters.published_to)
    if words.startswith("from ") and " to " not in words:
        return words.removeprefix("from ")
    return words or day(str(filters.published_from))
