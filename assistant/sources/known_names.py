"""The vocabulary as ingestion needs it: one spelling for a name, and the technologies that an article's text mentions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from assistant.resources import shipped
from assistant.vocabulary import Name, Vocabulary
from assistant.words import Word, split

_MAKERS = ("Apache ", "Amazon ", "AWS ", "Google Cloud ", "Google ")


class KnownNames:
    """A `Names` over a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._technology_names: tuple[str, ...] | None = None

    @classmethod
    def load(cls, *, companies: Iterable[str] = (), technologies: Iterable[str] = ()) -> KnownNames:
        """The names given (those of a catalog), and those of the shipped articles: an empty catalog can read, too."""
        known_companies, known_technologies = set(companies), set(technologies)
        with shipped("articles.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                known_companies.add(record["company"])
                known_technologies.update(record["technologies"])
        return cls(Vocabulary.load(companies=known_companies, technologies=known_technologies, authors=()))

    def company(self, name: str) -> str | None:
        """The one spelling of a company; None where it is not known."""
        return self._spelling("companies", name)

    def technology(self, name: str) -> str | None:
        """The one spelling of a technology; None where it is not known."""
        return self._spelling("technologies", name)

    def technology_names(self) -> Sequence[str]:
        """Every technology's spelling, and "Kafka" beside "Apache Kafka"."""
        if self._technology_names is None:
            full = sorted(self._vocabulary.spellings("technologies"))
            short = [name.removeprefix(maker) for name in full for maker in _MAKERS if name.startswith(maker)]
            self._technology_names = tuple(dict.fromkeys([*full, *(name for name in short if self.technology(name))]))
        return self._technology_names

    def technologies_in(self, text: str) -> Sequence[str]:
        """The technologies that `text` mentions, one for each mention, in order.

        A name that is also an ordinary word counts only where its letters are those of a name (a capital inside a sentence)
        or a word beside it speaks for it, and never where one speaks against it: prose says "go" and "spring" too often.
        """
        words = split(text)
        plain = [word.plain for word in words]
        found: list[str] = []
        at = 0
        while at < len(words):
            length, name = self._longest(plain, at)
            if name and self._meant(name, words, at, length, text):
                found.append(name.value)
                at += length
            else:
                at += 1
        return found

    def _spelling(self, kind: str, text: str) -> str | None:
        return next((name.value for name in self._vocabulary.names(text) if name.kind == kind), None)

    def _longest(self, plain: list[str], at: int) -> tuple[int, Name | None]:
        for length, names in self._vocabulary.match(plain, at):
            # Fields such as "machine learning" are topics of an article, not tags on it.
            name = next((name for name in names if name.kind == "technologies" and not name.subject_only), None)
            if name:
                return length, name
        return 0, None

    def _meant(self, name: Name, words: list[Word], at: int, length: int, text: str) -> bool:
        if name.level == "always":
            return not self._company_too(name)
        cues = self._vocabulary.cues(name)
        before = words[at - 1].plain if at else ""
        after = words[at + length].plain if at + length < len(words) else ""
        if after in cues.against_next or before in cues.against_previous:
            return False
        if after in cues.for_next or before in cues.for_previous:
            return True
        if self._company_too(name) or name.level == "word":
            return False
        first, typed = words[at], words[at].typed
        starts = at == 0 or any(mark in text[words[at - 1].end : first.start] for mark in ".!?:\n")
        return typed[:1].isupper() and (not starts or not typed[1:].islower())

    def _company_too(self, name: Name) -> bool:
        """Whether the same words name a company first ("GitHub"), so that a text must say more than them."""
        return " ".join(name.words) in self._vocabulary.company_first
