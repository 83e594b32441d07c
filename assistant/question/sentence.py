"""A question as the rules see it: its words, its folded text, and whether its capitals say anything."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.words import Word, fold, split, word_set

FUNCTION_WORDS = word_set(
    "a an the and or but nor of to in on at by for from with about into onto over under between across against "
    "during through via per as than is are was were be been being am do does did done has have had having can "
    "could should would will shall may might must i we you they he she it me us them my our your their his her "
    "its ppl this that these those there here what which who whom whose when where why how not no if then so too also "
    "any some all each every both either neither vs versus please just only very more most"
)
AUXILIARIES = word_set("do does did has have had is are was were can could should would will may might")
_STOPS = frozenset(",;:.?!()")
PRONOUNS = word_set("i we you they he she it")


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing read from the text: a filter's key (or "order", "limit"), its value, and the characters it was read from."""

    kind: str
    value: str | int | bool
    start: int
    end: int


@dataclass(slots=True)
class Sentence:
    """A question split into words. `plain[i]` is the folded character of `text[i]`; `words[i]` the i-th word, put right.

    `cased` is false where capitals carry no meaning: everything in capitals, or Every Word Like This.
    """

    text: str
    plain: str
    tokens: list[Word]
    words: list[str]
    cased: bool

    @classmethod
    def read(cls, text: str) -> Sentence:
        """`text` with its spaces made single, split into words."""
        text = " ".join(text.split())
        tokens = split(text)
        inner = [token for token in tokens[1:] if token.typed[0].isalpha()]
        capital = sum(token.typed[0].isupper() for token in inner)
        return cls(
            text, fold(text), tokens, [token.plain for token in tokens], capital * 10 < len(inner) * 7 or len(inner) < 4
        )

    def __len__(self) -> int:
        return len(self.tokens)

    def word(self, place: int) -> str:
        """The word at `place`, or "" beyond either end."""
        return self.words[place] if 0 <= place < len(self.words) else ""

    def next_word(self, place: int) -> str:
        """The word at `place` unless punctuation stands before it."""
        if not 0 < place < len(self.tokens):
            return ""
        between = self.plain[self.tokens[place - 1].end : self.tokens[place].start]
        return self.words[place] if _STOPS.isdisjoint(between) else ""

    def before(self, place: int, length: int = 48) -> str:
        """The folded text before the word at `place`, at most `length` characters."""
        start = self.tokens[place].start
        return self.plain[max(0, start - length) : start]

    def after(self, place: int, length: int = 48) -> str:
        """The folded text after the word at `place`, at most `length` characters."""
        end = self.tokens[place].end
        return self.plain[end : end + length]

    def is_capital(self, place: int) -> bool:
        """Whether a capital letter marks the word at `place` as a name: not at the start, not where capitals mean nothing."""
        typed = self.tokens[place].typed
        return self.cased and place > 0 and typed[0].isupper() and not self._starts_clause(place)

    def _starts_clause(self, place: int) -> bool:
        between = self.plain[self.tokens[place - 1].end : self.tokens[place].start]
        return bool(re.search(r"[.?!:]\s", between))
