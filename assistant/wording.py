"""Small pieces of English that the answer templates share: numbers, enumerations, subjects, dates and filters in words."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence

from assistant.filters import Filters
from assistant.words import MONTHS

_WORD = re.compile(r"\w")
_SPOKEN_OF = re.compile(r"\b(?:about|on|of|regarding)\s+(?:the\s+|their\s+|its\s+)?$", re.IGNORECASE)
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(count: int) -> str:
    """A count as it is written in a sentence.

    >>> number(1), number(10), number(11)
    ('one', 'ten', '11')
    """
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def plural(count: int, noun: str, nouns: str = "") -> str:
    """A count with its noun.

    >>> plural(1, "article"), plural(2, "company", "companies")
    ('one article', 'two companies')
    """
    return f"{number(count)} {noun if count == 1 else nouns or noun + 's'}"


def listed(names: Sequence[str], conjunction: str = "and", most: int = 8) -> str:
    """Names as an enumeration; those over `most` are counted.

    >>> listed(["Uber", "Lyft", "Grab"]), listed(["Uber", "Lyft"], "or")
    ('Uber, Lyft and Grab', 'Uber or Lyft')
    """
    if len(names) > most:
        names = [*names[: most - 1], f"{number(len(names) - most + 1)} more"]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {conjunction} {names[-1]}"


def sentence(text: str) -> str:
    """`text` with a capital first letter."""
    return text[:1].upper() + text[1:]


def quoted(text: str) -> str:
    """Text of others made safe to stand in an answer: bracketed numbers in it must not read as citations."""
    return re.sub(r"\[(\d+)\]", r"(\1)", text)


def about(topic: str, question: str) -> str:
    """A topic as a phrase behind a noun: plain where it is a noun for sure, in quotation marks where it may be anything.

    >>> about("autoscaling", "what did Spotify write about autoscaling?")
    'about autoscaling'
    >>> about("moved off Cassandra", "which companies moved off Cassandra?")
    'on “moved off Cassandra”'
    """
    topic = quoted(topic.strip(" ?!.,;:"))
    return f"about {topic}" if is_noun(topic, question) else f"on “{topic}”"


def is_noun(topic: str, question: str) -> bool:
    """Whether a topic is a noun for sure: a single word, or what stands last in the question, behind "about" or the like."""
    topic = topic.strip(" ?!.,;:")
    words = len(topic.split())
    place = question.lower().rfind(topic.lower())
    # Not one pattern with the topic in it: that would be compiled anew for every question.
    last = place >= 0 and not _WORD.search(question, place + len(topic))
    named = last and _SPOKEN_OF.search(question, 0, place)
    return words == 1 or bool(named and words <= 6)


def day(text: str) -> str:
    """An ISO day, month or year in words.

    >>> day("2024-02-29"), day("2024-02"), day("2024")
    ('29 February 2024', 'February 2024', '2024')
    """
    parts = text.split("-")
    words = [str(int(parts[2]))] if len(parts) > 2 else []
    words += [MONTHS[int(parts[1]) - 1].capitalize()] if len(parts) > 1 else []
    return " ".join([*words, parts[0]])


def restrictions(filters: Filters, *, companies: bool = True) -> str:
    """What the filters ask for, as a phrase behind "articles"; empty where they ask for nothing.

    >>> restrictions(Filters(companies=("Uber",), includes_code=True, max_minutes=9))
    'by Uber with code, of at most nine minutes'
    """
    phrases, asides = [], []
    if companies and filters.companies:
        phrases.append(f"by {listed(filters.companies, 'or')}")
    if filters.exclude_companies:
        asides.append(f"not by {listed(filters.exclude_companies, 'or')}")
    if filters.authors:
        phrases.append(f"written by {listed(filters.authors, 'or')}")
    if filters.technologies:
        phrases.append(f"about {listed(filters.technologies, 'and' if filters.all_technologies else 'or')}")
    if filters.exclude_technologies:
        asides.append(f"without {listed(filters.exclude_technologies, 'or')}")
    if filters.includes_code is not None:
        phrases.append("with code" if filters.includes_code else "without code")
    if filters.published_from or filters.published_to:
        phrases.append(period(filters.published_from, filters.published_to))
    if filters.min_minutes is not None or filters.max_minutes is not None:
        asides.append(_length(filters.min_minutes, filters.max_minutes))
    return ", ".join([" ".join(phrases)] * bool(phrases) + asides)


def _length(least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        if least == most:
            return f"of exactly {plural(most, 'minute')}"
        return f"of {number(least)} to {plural(most, 'minute')}"
    return f"of at most {plural(most, 'minute')}" if most is not None else f"of at least {plural(least or 0, 'minute')}"


def period(first: str | None, last: str | None) -> str:
    """A span of days in words: a year or a month where it is one.

    >>> period("2023-01-01", "2023-12-31"), period("2021-01-01", None), period("2016-01-01", "2018-12-31")
    ('from 2023', 'since 2021', 'from 2016 to 2018')
    """
    if first and last:
        if first[:4] == last[:4] and (first[5:], last[5:]) == ("01-01", "12-31"):
            return f"from {first[:4]}"
        if (
            first[:7] == last[:7]
            and first[8:] == "01"
            and int(last[8:]) == monthrange(int(last[:4]), int(last[5:7]))[1]
        ):
            return f"from {day(first[:7])}"
        if (first[5:], last[5:]) == ("01-01", "12-31"):
            return f"from {first[:4]} to {last[:4]}"
        return f"from {day(first)}" if first == last else f"from {day(first)} to {day(last)}"
    if first:
        return f"since {first[:4] if first[5:] == '01-01' else day(first)}"
    return f"up to {last[:4] if last and last[5:] == '12-31' else day(last or '')}"
