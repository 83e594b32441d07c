"""Putting misspelt words right: names first, then words of the corpus; never a word that is English or already known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.misspelling import edit_cost
from assistant.question.patterns import lazy
from assistant.question.sentence import FUNCTION_WORDS, Sentence
from assistant.vocabulary import Vocabulary
from assistant.words import English, stems, word_set

_MOST_CORRECTIONS = 12
_LONG = 8
_VERY_RARE = 40_000
"""Rank among English words, by how often they are written."""
_COMMON = 10
"""Articles from which on an abbreviation is left as it is: the corpus speaks that way."""


_UNDOUBLED = lazy(r"(\w*[^aeiou\W][aeiou][bdglmnprt])(ing|ed|er|ers)$")


_FRAME = FUNCTION_WORDS | word_set(
    "company companies article articles post posts blog blogs write writes wrote written publish published about since until"
    " newest latest oldest longest shortest list compare between versus authors author technologies technology most"
)
"""Words that say what kind of question it is; one of them misspelt would have the whole question misread."""


class SpellingDictionary(Protocol):
    """What `parse` needs to put topic words right."""

    def knows(self, word: str) -> bool:
        """Whether `word` (lower case) is written right."""

    def count(self, word: str) -> int:
        """How many texts of the corpus hold `word` (lower case) or its plural."""

    def suggest(self, word: str) -> str | None:
        """The word that `word` was most likely meant to be; None where it is right or nothing is near."""


class Spelling:
    """Suggestions from the words of a corpus (word -> how often it occurs), with English words kept from harm.

    A suggestion is a corpus word within one edit (swapping neighbours is one), two from eight letters on, that keeps the
    first letter. The nearest wins; then the likelier slip, the more frequent word, and the alphabet.
    """

    def __init__(self, counts: Mapping[str, int], english: English | None = None) -> None:
        self._counts = counts
        self._english = english or English.load()
        self._buckets: dict[str, list[str]] | None = None
        self._cache: dict[str, tuple[str, int] | None] = {}

    def knows(self, word: str) -> bool:
        """Whether `word` stands in the corpus in some form, or is English; "sheding" is no form of "shed", nor "tets" of "tet"."""
        counts = self._counts
        if self._doubled(word) or self._swapped(word):
            return False
        return (
            self.count(word) > 0 or self._english.has_form(word) or any(counts.get(stem, 0) > 0 for stem in stems(word))
        )

    def count(self, word: str) -> int:
        """How many texts of the corpus hold `word` or its plural."""
        return self._counts.get(word, 0) + self._counts.get(word + "s", 0)

    def suggest(self, word: str) -> str | None:
        """The corpus word that `word` was most likely meant to be; None where it is right or nothing is near.

        A long word with one letter too many, too few or in the wrong place may also be an English word that no text holds.
        """
        found = self.nearest(word)
        if not found or self._counts.get(found[0], 0) > 0:
            return found[0] if found else None
        slipped = len(word) >= _LONG and found[1] == 1 and edit_cost(word, found[0]) < 2
        return found[0] if slipped else None

    def nearest(self, word: str) -> tuple[str, int] | None:
        """The nearest corpus or English word with its distance in edits; None where `word` is right or nothing is near."""
        if word not in self._cache:
            if len(self._cache) > 10_000:
                self._cache.clear()
            self._cache[word] = self._nearest(word)
        return self._cache[word]

    def _nearest(self, word: str) -> tuple[str, int] | None:
        if not 4 <= len(word) <= 24 or not word.isascii() or not word.isalpha() or self.knows(word):
            return None
        if slip := self._doubled(word) or self._swapped(word):
            return slip, 1
        if len(word) < 5:
            return None
        if self._buckets is None:
            self._buckets = self._bucketed()
        limit = 1 if len(word) < 8 else 2
        near = process.extract(
            word, self._buckets.get(word[0], []), scorer=OSA.distance, processor=None, score_cutoff=limit, limit=16
        )
        if not near:
            return None
        cost = min(
            (int(distance), edit_cost(word, other), -self._counts.get(other, 0), self._english.rank(other), other)
            for other, distance, _ in near
        )
        return cost[4], cost[0]

    def _swapped(self, word: str) -> str | None:
        """The common corpus word that one of four letters is with two neighbours swapped: "laod"; nothing else is near enough."""
        if len(word) != 4 or word in self._counts or word in self._english:
            return None
        slips = (f"{word[:place]}{word[place + 1]}{word[place]}{word[place + 2 :]}" for place in (1, 2))
        count, found = max((self.count(slip), slip) for slip in slips)
        return found if count >= _COMMON else None

    def _doubled(self, word: str) -> str | None:
        """The corpus word that `word` is but for a letter that its ending doubles: "shedding" for "sheding"."""
        found = _UNDOUBLED.match(word)
        if not found or word in self._counts or word in self._english:
            return None
        doubled = f"{found[1]}{found[1][-1]}{found[2]}"
        return doubled if self._counts.get(doubled, 0) > 0 else None

    def _bucketed(self) -> dict[str, list[str]]:
        words = {word for word in self._counts if len(word) >= 4 and word.isascii() and word.isalpha()}
        words |= {word for word in self._english.words() if len(word) >= 4}
        buckets: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(words):
            buckets[word[0]].append(word)
        return dict(buckets)


@lru_cache(maxsize=2)
def _plain_english(english: English) -> Spelling:
    return Spelling({}, english)


def with_frame_put_right(sentence: Sentence, fixes: Mapping[int, str]) -> str:
    """The sentence's text with those `fixes` (of `put_right`) that are words of a question's frame: "which compnay wrote"."""
    text = sentence.text
    for place, fix in sorted(fixes.items(), reverse=True):
        if fix in _FRAME:
            token = sentence.tokens[place]
            text = f"{text[: token.start]}{fix}{text[token.end :]}"
    return text


_BEFORE_OWNERS = word_set("of about on is was are in and does did do what's how's")
_OWNED = word_set(
    "approach take way repo monorepo monolith api apis architecture stack system systems pipeline pipelines"
    " platform infrastructure app apps team teams blog blogs engineering engineers migration backend frontend"
    " database databases mesh search outage outages incident incidents queue queues server servers cluster clusters"
    " service services setup story journey move switch use version design strategy experience"
)
"""What a company has, and an ordinary word in the plural has not: "stripes approach", "slacks outage"."""
_SHORT = word_set("the and how why who you for")
"""Function words of three letters whose slips are read; those of others may be abbreviations ("hsa", "nro")."""


@lru_cache(maxsize=1)
def _slips() -> dict[str, str]:
    """Words of the frame with two neighbours swapped ("waht", "compnay"); the first letter is kept where it can be."""
    slips: dict[str, str] = {}
    for word in sorted(word for word in _FRAME if len(word) > 3 or word in _SHORT):
        for place in range(len(word) - 1):
            slip = f"{word[:place]}{word[place + 1]}{word[place]}{word[place + 2 :]}"
            if place or slip not in slips:
                slips[slip] = word
    return slips


def put_right(sentence: Sentence, vocabulary: Vocabulary, spelling: SpellingDictionary | None) -> dict[int, str]:
    """Replaces misspelt words in `sentence.words`; returns what was put where. Names win over other words at equal distance."""
    fixes: dict[int, str] = {}
    for place, word in enumerate(sentence.words):
        name = vocabulary.plural_of(word) if len(word) > 4 else None
        if name:
            sentence.words[place] = name
            continue
        if _is_owner(sentence, vocabulary, place):
            sentence.words[place] = word[:-1]
            sentence.tokens[place] = replace(sentence.tokens[place], possessive=True)
            continue
        slip = _slips().get(word)
        if (
            (len(word) < 4 and slip is None)
            or len(fixes) >= _MOST_CORRECTIONS
            or _is_acronym(sentence.tokens[place].typed)
            or _is_right(word, vocabulary, spelling)
        ):
            continue
        better = slip or _better(word, vocabulary, spelling)
        if better and better != word:
            fixes[place] = sentence.words[place] = better
    return fixes


def _is_right(word: str, vocabulary: Vocabulary, spelling: SpellingDictionary | None) -> bool:
    """Whether the word is known; a very rare English one that doubles a name's letters otherwise is not: "casandra"."""
    if spelling is not None and spelling.count(word):
        return True
    if not vocabulary.knows(word):
        return spelling is not None and spelling.knows(word)
    if vocabulary.english.rank(word) < _VERY_RARE or vocabulary.match([word], 0):
        return True
    if spelling is not None and not spelling.knows(word):
        return False
    near = vocabulary.nearest(word)
    return near is None or edit_cost(word, near[0]) > 0 or near[0] == word


def _is_owner(sentence: Sentence, vocabulary: Vocabulary, place: int) -> bool:
    """Whether a company stands there that may be an ordinary word, its apostrophe left out: "stripes approach to retries"."""
    word = sentence.words[place]
    if not word.endswith("s") or (place and sentence.word(place - 1) not in _BEFORE_OWNERS):
        return False
    following, after = sentence.next_word(place + 1), sentence.next_word(place + 2)
    if not following or _OWNED.isdisjoint((following, after)):
        return False
    return any(name.kind == "companies" and name.held for name in vocabulary.names(word[:-1]))


def spelt_out(sentence: Sentence, vocabulary: Vocabulary, spelling: SpellingDictionary | None) -> dict[int, str]:
    """What to read in the place of abbreviations that few articles use: "SLOs" are service level objectives.

    One that some article uses stays beside what it stands for.
    """
    found: dict[int, str] = {}
    for place, word in enumerate(sentence.words):
        short = word if word in vocabulary.abbreviations else word.removesuffix("s")
        full, typed = vocabulary.abbreviations.get(short), sentence.tokens[place].typed
        held = spelling.count(short) if spelling else 0
        if full is None or held >= _COMMON:
            continue
        if sum(letter.isupper() for letter in typed) > 1 or not vocabulary.english.has_form(word):
            full += "s" * (short != word)
            found[place] = f"{typed} ({full})" if held else full
    return found


def _is_acronym(typed: str) -> bool:
    """Two capitals or more, as in "TSDB" or "SLOs"; whole questions in capitals are too rare to matter."""
    return len(typed) <= 6 and not typed.islower() and sum(letter.isupper() for letter in typed) >= 2


def _slipped_compound(word: str, spelling: SpellingDictionary | None) -> str | None:
    """A word of the corpus that is one slip from two English words in one: "dowtime"; but "firehose" stays."""
    slip = spelling.suggest(word) if spelling else None
    if spelling is None or slip is None or not spelling.count(slip):
        return None
    return slip if OSA.distance(word, slip) == 1 and edit_cost(word, slip) < 2 else None


def _better(word: str, vocabulary: Vocabulary, spelling: SpellingDictionary | None) -> str | None:
    name = vocabulary.nearest(word)
    if name is None or name[1] > 1:
        if vocabulary.english.is_compound(word):
            return _slipped_compound(word, spelling)
        rival = _plain_english(vocabulary.english).nearest(word)
        suggestion = spelling.suggest(word) if spelling else None
        if suggestion:
            return suggestion
        return name[0] if name and (rival is None or rival[1] >= name[1]) else None
    suggestion = spelling.suggest(word) if spelling else None
    if suggestion and edit_cost(word, suggestion) < edit_cost(word, name[0]) and OSA.distance(word, suggestion) <= 1:
        return suggestion
    rival = _plain_english(vocabulary.english).nearest(word)
    if (
        rival
        and rival[1] == 1
        and edit_cost(word, rival[0]) < edit_cost(word, name[0])
        and vocabulary.english.rank(rival[0]) < 6000
    ):
        return suggestion
    return name[0]
