"""What a question was understood to ask: `Question`, its `Mention`s, and the closed lists of intents and orders.

Reading one is `parser`'s job.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.filters import Filters

Intent = Literal["topic", "company", "author", "count", "list", "comparison", "newest", "oldest", "help", "greeting"]
Facet = Literal["company", "technology", "author", "topic", "year"]
Order = Literal["relevance", "newest", "oldest", "shortest", "longest"]
Ranked = Literal["most", "least"]

"""The longest question read, in characters."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing understood, with the words it came from, so that it can be shown and taken back.

    `kind` is a key of `Filters`, or "order" or "limit"; and "topic" for a topic carried over from an earlier question.
    `words` is a piece of the question as typed; of an earlier question where `kept` is set.
    """

    kind: str
    value: str | int | bool
    words: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question, read.

    `topic` is what is left to search for once restrictions and the question's frame are taken away; it is empty where only
    restrictions were stated. `search_text` is the topic with its technologies kept (canonical names for nicknames and
    misspellings) and is what to search with. `strict_technologies` makes the technology filter a wall; otherwise it is a
    strong preference. `absent_companies` are those of `filters.companies` that the catalog does not hold;
    `absent_technologies` are well-known ones named in the topic that it does not hold (never a filter).
    `corrections` pairs words as typed with what they were taken for; `unknown_words` are topic words that are neither
    English nor known to the catalog. `unheeded` are authors and dates to be left out, which no filter can say. With
    `by_company` the answer should be told company by company; `denied` where those are asked for that did not do what is
    looked for, `ranked` where those that did it most, or least. `facet` is set where it is asked which of those there are and how many
    articles each has. `page` (from 1) grows as "more" is asked for. `article` is the id of one shown before: with a `limit` of 1
    it is asked about itself, else what is like it.
    """

    text: str
    intent: Intent = "topic"
    filters: Filters = field(default_factory=Filters)
    topic: str = ""
    search_text: str = ""
    order: Order = "relevance"
    limit: int | None = None
    strict_technologies: bool = False
    absent_companies: tuple[str, ...] = ()
    absent_technologies: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    by_company: bool = False
    facet: Facet | None = None
    denied: bool = False
    ranked: Ranked | None = None
    page: int = 1
    article: str | None = None
    corrections: tuple[tuple[str, str], ...] = ()
    unknown_words: tuple[str, ...] = ()
    unheeded: tuple[str, ...] = ()

    @property
    def walls(self) -> Filters:
        """The restrictions that shut an article out; a technology that is only preferred is none."""
        return (
            self.filters if self.strict_technologies else replace(self.filters, technologies=(), all_technologies=False)
        )

    @property
    def likened(self) -> bool:
        """Whether what is like some article is asked for, but not that article."""
        return self.article is not None and self.limit != 1

    @property
    def never_about(self) -> bool:
        """Whether companies are asked for that have nothing on some technology: "which companies do not use Kafka?"."""
        return self.by_company and bool(self.filters.exclude_technologies) and not self.has_own_topic

    @property
    def has_own_topic(self) -> bool:
        """Whether there is a topic besides technologies, be they held or not ("Druid vs Pinot vs ClickHouse")."""
        absent = {word for name in self.absent_technologies for word in name.lower().split()}
        return bool(set(self.topic.lower().split()) - absent)
