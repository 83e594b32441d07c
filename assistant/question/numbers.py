"""Small numbers as digits or as words."""

from __future__ import annotations

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_WORDS = (
    {word: value for value, word in enumerate(_UNITS)}
    | _TENS
    | {"a": 1, "an": 1, "a couple of": 2, "couple of": 2, "a few": 3, "half a dozen": 6, "a dozen": 12}
)

NUMBER = (
    r"(?:\d{1,4}|(?:twenty|thirty|forty|fifty)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|sixty"
    r"|ninety|a couple of|a few|half a dozen|a dozen|" + "|".join(sorted(_UNITS, key=len, reverse=True)) + r"|an?)"
)


def number(text: str) -> int:
    """The value of what `NUMBER` matches.

    >>> number("15"), number("forty-five"), number("a couple of")
    (15, 45, 2)
    """
    text = text.strip()
    if text.isdigit():
        return int(text)
    if text in _WORDS:
        return _WORDS[text]
    tens, _, unit = text.replace("-", " ").partition(" ")
    return _TENS[tens] + _WORDS[unit]
