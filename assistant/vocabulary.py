"""Companies, technologies and authors by every name people give them, and what tells a name from an ordinary word.

Reading a question with them is `assistant.question`'s job.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.misspelling import edit_cost, may_be_misspelt
from assistant.resources import shipped
from assistant.words import English, fold, phrase

Kind = Literal["companies", "technologies", "authors"]
Level = Literal["always", "name", "word"]

_MAKERS = ("Apache ", "Amazon ", "AWS ", "Google Cloud ", "Google ")
_NO_PERSON = frozenset(("engineering", "team", "staff", "editors", "editorial", "blog", "labs"))
_UMLAUTS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "å": "aa",
        "ø": "oe",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "Å": "Aa",
        "Ø": "Oe",
    }
)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a company, a technology or an author: `value` is its one spelling, `words` how it is written here.

    `level` tells how sure the words are to mean it: always, as a name unless the question speaks against it, or as an
    ordinary word unless it speaks for it. `held` tells whether the catalog has it; `subject_only` that it never restricts.
    """

    kind: Kind
    value: str
    words: tuple[str, ...]
    level: Level = "always"
    held: bool = True
    subject_only: bool = False


@dataclass(frozen=True, slots=True)
class Cues:
    """Words beside an ambiguous name that speak for it or against it, and the company with which it is meant."""

    for_next: frozenset[str] = frozenset()
    for_previous: frozenset[str] = frozenset()
    against_next: frozenset[str] = frozenset()
    against_previous: frozenset[str] = frozenset()
    owner: str | None = None


_NO_CUES = Cues()
Match = tuple[int, tuple[Name, ...]]


@dataclass(slots=True)
class Vocabulary:
    """Every known name, ready to be looked up word by word. Build it with `load`; it is never changed afterwards."""

    english: English
    companies: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    classes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    company_first: frozenset[str] = frozenset()
    first_names: frozenset[str] = frozenset()
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    _names: dict[tuple[str, ...], dict[Kind, Name]] = field(default_factory=dict)
    _starts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _cues: dict[str, Cues] = field(default_factory=dict)
    _near: dict[str, int] = field(default_factory=dict)
    _near_cache: dict[str, tuple[str, int] | None] = field(default_factory=dict)
    _people: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(
        cls, *, companies: Iterable[str], technologies: Iterable[str], authors: Iterable[str], path: Path | None = None
    ) -> Vocabulary:
        """The vocabulary for a catalog that holds these names, with the shipped names and cues (or those of `path`).

        Raises `NotFound` where the shipped files are missing.
        """
        return _Builder(_read(path or shipped("vocabulary.toml"))).build(companies, technologies, authors)

    def match(self, words: Sequence[str], start: int) -> list[Match]:
        """Names that begin at `words[start]`, longest first, as (how many words, the names so written)."""
        lengths = self._starts.get(words[start])
        if lengths is None:
            return []
        found = (
            (length, self._names.get(tuple(words[start : start + length])))
            for length in lengths
            if start + length <= len(words)
        )
        return [(length, tuple(names.values())) for length, names in found if names]

    def names(self, text: str) -> tuple[Name, ...]:
        """The names written exactly so, case and punctuation aside."""
        return tuple(self._names.get(phrase(text), {}).values())

    def held(self, kind: Kind, given: str) -> str | None:
        """The catalog's spelling of a name of that kind, from any alias; None where it holds no such name."""
        return next((name.value for name in self.names(given) if name.kind == kind and name.held), None)

    def spellings(self, kind: Kind) -> frozenset[str]:
        """The one spelling of every company, technology or author known, held by the catalog or not."""
        return frozenset(names[kind].value for names in self._names.values() if kind in names)

    def written(self, kind: Kind, value: str) -> tuple[str, ...]:
        """Every way to write that company, technology or author, folded, and its one spelling."""
        others = (
            " ".join(words) for words, names in self._names.items() if kind in names and names[kind].value == value
        )
        return (value, *others)

    def cues(self, name: Name) -> Cues:
        """What neighbours say about `name`."""
        return self._cues.get(" ".join(name.words), _NO_CUES)

    def people(self, word: str) -> tuple[str, ...]:
        """The authors one of whose names is `word`, compared without case and accents."""
        return self._people.get(word, ())

    def knows(self, word: str) -> bool:
        """Whether `word` is written right: English in some form, or a word of some name."""
        return word in self._near or word in self._starts or word in self._people or self.english.has_form(word)

    def plural_of(self, word: str) -> str | None:
        """The name that `word` is with an "s" too many ("etsys"), unless it is English and the name may be an ordinary word."""
        name = word[:-1]
        if word[-1] != "s" or self._near.get(name) != 0 or (name,) not in self._names or (word,) in self._names:
            return None
        company = self._names[(name,)].get("companies")
        return name if (company and company.level == "always") or not self.english.has_form(word) else None

    def nearest(self, word: str) -> tuple[str, int] | None:
        """The word of a name that `word` may be a misspelling of, and how many edits away; names the catalog holds first."""
        if word not in self._near_cache:
            if len(self._near_cache) > 10_000:
                self._near_cache.clear()
            self._near_cache[word] = self._nearest(word)
        return self._near_cache[word]

    def _nearest(self, word: str) -> tuple[str, int] | None:
        if not 4 <= len(word) <= 24 or not word.isascii() or not word.isalpha():
            return None
        near = process.extract(word, self._near.keys(), scorer=OSA.distance, score_cutoff=3, limit=12)
        fits = [
            (int(distance), edit_cost(word, name), self._near[name], name)
            for name, distance, _ in near
            if may_be_misspelt(word, name, int(distance)) and (self._near[name] == 0 or len(name) >= 6)
        ]
        if not fits:
            return None
        distance, _, _, name = min(fits)
        return name, distance


@lru_cache(maxsize=4)
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


class _Builder:
    """Gathers the names of one vocabulary: what the catalog holds goes first, what is only well known after it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        words = data["words"]
        self.data = data
        self.english = English.load()
        self.levels: dict[str, Level] = dict.fromkeys(words["always"], "always")
        self.levels |= dict.fromkeys(words["names"], "name")
        self.levels |= dict.fromkeys(words["plain"], "word")
        self.subject_only = frozenset(data["technologies"]["topic_only"])
        self.names: dict[tuple[str, ...], dict[Kind, Name]] = {}
        self.near: dict[str, int] = {}

    def build(self, companies: Iterable[str], technologies: Iterable[str], authors: Iterable[str]) -> Vocabulary:
        held_companies, held_technologies = sorted(set(companies)), sorted(set(technologies))
        people = sorted(set(authors))
        for name in held_companies:
            self.add("companies", name, name)
        for name in held_technologies:
            self.add("technologies", name, name)
        self.add_known("companies", held_companies)
        self.add_known("technologies", held_technologies)
        for name in (*held_technologies, *self.data["technologies"]["known"]):
            for maker in _MAKERS:
                rest = name.removeprefix(maker)
                if rest != name and (maker == "Apache " or self.stands_alone(phrase(rest))):
                    self.add("technologies", name, rest, held=name in held_technologies)
        by_word = self.add_people(people)
        starts: defaultdict[str, set[int]] = defaultdict(set)
        for words in self.names:
            starts[words[0]].add(len(words))
        technologies_data = self.data["technologies"]
        return Vocabulary(
            english=self.english,
            companies=tuple(held_companies),
            technologies=tuple(held_technologies),
            authors=tuple(people),
            classes={name: frozenset(words) for name, words in technologies_data["classes"].items()},
            company_first=frozenset(self.data["words"]["company_first"]),
            first_names=frozenset(self.data["people"]["first_names"])
            | {phrase(person)[0] for person in people if phrase(person)},
            abbreviations=self.data["abbreviations"],
            _names=self.names,
            _starts={word: tuple(sorted(lengths, reverse=True)) for word, lengths in starts.items()},
            _cues={word: _cues(entry) for word, entry in self.data["words"]["cues"].items()},
            _near=self.near,
            _people={word: tuple(names) for word, names in by_word.items()},
        )

    def add_known(self, kind: Kind, held: Sequence[str]) -> None:
        by_fold = {fold(name): name for name in held}
        section = self.data[kind]
        for name in (*section["known"], *section["aliases"]):
            self.add(kind, by_fold.get(fold(name), name), name, held=fold(name) in by_fold)
        for name, others in section["aliases"].items():
            for other in others:
                self.add(kind, by_fold.get(fold(name), name), other, held=fold(name) in by_fold)

    def add(self, kind: Kind, value: str, text: str, *, held: bool = True) -> None:
        words = phrase(text)
        if not words or kind in self.names.get(words, {}):
            return
        level = self.level(words)
        name = Name(kind, value, words, level, held, kind == "technologies" and value in self.subject_only)
        self.names.setdefault(words, {})[kind] = name
        if name.subject_only or level == "word":
            return
        for word in words:
            if len(word) >= 4 and (len(words) == 1 or not self.english.has_form(word)):
                self.near[word] = min(self.near.get(word, 1), 0 if held else 1)

    def level(self, words: tuple[str, ...]) -> Level:
        text = " ".join(words)
        if text in self.levels:
            return self.levels[text]
        if len(words) > 1:
            return "always"
        return "word" if len(text) <= 2 or self.english.has_form(text) else "always"

    def stands_alone(self, words: tuple[str, ...]) -> bool:
        """Whether a product's name without its maker is still a name: "DynamoDB" is, "Cloud Storage" is not."""
        if len(words) == 1:
            return self.level(words) != "word"
        return not all(word in self.english for word in words)

    def add_people(self, people: Iterable[str]) -> dict[str, list[str]]:
        by_word: defaultdict[str, list[str]] = defaultdict(list)
        for person in people:
            words = phrase(person)
            if not words or _NO_PERSON & set(words):
                continue
            for word in dict.fromkeys((*words, *phrase(person.translate(_UMLAUTS)))):
                if len(word) > 1:
                    by_word[word].append(person)
            if len(words) > 1:
                for text in (person, person.translate(_UMLAUTS)):
                    self.names.setdefault(phrase(text), {}).setdefault("authors", Name("authors", person, phrase(text)))
        return by_word


def _cues(entry: Mapping[str, Any]) -> Cues:
    lists = {key: frozenset(words) for key, words in entry.items() if key != "owner"}
    return Cues(owner=entry.get("owner"), **lists)
