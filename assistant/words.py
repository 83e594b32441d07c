"""Words: folding case and accents away, splitting text into words, and the English words that are no one's misspelling."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.resources import shipped

# A word is letters and digits; "c++" and "c#" keep their signs; "don't" is one word and "Etsy's" is "etsy", possessive.
_WORD = re.compile(r"[^\W_]+(?:\+\+|#(?!\w))?(?:['’](?:s|t|re|ve|ll|d|m)(?![^\W_]))?")
_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "r", "rs")
_PREFIXES = ("un", "re", "pre", "de", "non", "multi", "micro", "auto", "sub", "inter", "over", "under", "anti", "cross")
_COMMON_RANK = 9000
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
"""The months' English names, whatever the locale; their first three letters are their abbreviations."""
SHORT_MONTHS = tuple(name[:3] for name in MONTHS)


def fold(text: str) -> str:
    """`text` in lower case without accents, character for character: offsets into it are offsets into `text`.

    >>> fold("Felix Geisendörfer")
    'felix geisendorfer'
    """
    if text.isascii():
        return text.lower()
    return "".join(_folded(character) for character in text)


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character in "’‘`´":
        return "'"
    lower = character.lower()
    if len(lower) != 1:
        lower = character
    return unicodedata.normalize("NFKD", lower)[0].lower()[:1] or character


def word_set(*texts: str) -> frozenset[str]:
    """The words of `texts`, which part them by spaces."""
    return frozenset(word for text in texts for word in text.split())


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: as typed, as compared (`plain`), and where it stands.

    `possessive` is set for "Etsy's"; `joined` where a hyphen ties it to the word before.
    """

    typed: str
    plain: str
    start: int
    end: int
    possessive: bool = False
    joined: bool = False


def split(text: str) -> list[Word]:
    """The words of `text`, in order."""
    plain = fold(text)
    words: list[Word] = []
    for found in _WORD.finditer(plain):
        start, end = found.span()
        word, possessive = found.group().replace("’", "'"), False
        if word.endswith("'s"):
            word, possessive = word[:-2], True
        elif word[-1] == "s" and plain[end : end + 2] in ("'", "' "):
            possessive = True
        joined = start > 0 and plain[start - 1] in "-‐‑" and bool(words) and words[-1].end == start - 1
        words.append(Word(text[start:end], word, start, end, possessive, joined))
    return words


@lru_cache(maxsize=4096)
def phrase(text: str) -> tuple[str, ...]:
    """The words of a name as they are compared: "Rest.li" and "rest li" are the same two words."""
    if text.isascii() and text.isalpha():
        return (text.lower(),)
    return tuple(word.plain for word in split(text))


class English:
    """The English word list, most frequent first, with the common ways of bending and joining words."""

    def __init__(self, words: list[str]) -> None:
        self._rank = dict(zip(words, range(len(words)), strict=True))

    @classmethod
    def load(cls, path: Path | None = None) -> English:
        """The shipped list; loaded once. Raises `NotFound` where the installation lacks it."""
        return _load(path or shipped("words.txt"))

    def __contains__(self, word: str) -> bool:
        return word in self._rank

    def rank(self, word: str) -> int:
        """The place of `word` by frequency, from 0; beyond the list's end for a word that is not in it."""
        return self._rank.get(word, len(self._rank))

    def words(self) -> list[str]:
        """Every word of the list, most frequent first."""
        return list(self._rank)

    def has_form(self, word: str) -> bool:
        """Whether `word` is in the list, or an inflection or prefixed form of one that is."""
        if word in self._rank:
            return True
        return any(stem in self._rank for stem in stems(word)) or any(
            word.startswith(prefix) and len(word) - len(prefix) >= 4 and self._bent(word[len(prefix) :])
            for prefix in _PREFIXES
        )

    def is_compound(self, word: str) -> bool:
        """Whether `word` is two common words written as one, such as "runbook"."""
        return len(word) >= 6 and any(
            self._rank.get(word[:cut], _COMMON_RANK) < _COMMON_RANK and self._is_common(word[cut:])
            for cut in range(3, len(word) - 2)
        )

    def _is_common(self, word: str) -> bool:
        return any(self._rank.get(form, _COMMON_RANK) < _COMMON_RANK for form in (word, *stems(word)))

    def _bent(self, word: str) -> bool:
        return word in self._rank or any(stem in self._rank for stem in stems(word))


@lru_cache(maxsize=4)
def _load(path: Path) -> English:
    lines = path.read_text(encoding="utf-8").split("\n")
    first = next(place for place, line in enumerate(lines) if not line.startswith("#"))
    return English([line for line in lines[first:] if line])


def stems(word: str) -> list[str]:
    """What `word` may be an inflection of; each at least three letters."""
    stems: list[str] = []
    for ending in _ENDINGS:
        if not word.endswith(ending) or len(word) - len(ending) < 3:
            continue
        stem = word[: -len(ending)]
        stems.append(stem)
        if ending in ("ing", "ed", "er", "ers"):
            stems.append(stem + "e")
            if len(stem) > 3 and stem[-1] == stem[-2]:
                stems.append(stem[:-1])
        if ending in ("es", "ed", "er", "ers", "ly") and stem[-1] == "i":
            stems.append(stem[:-1] + "y")
    return stems
