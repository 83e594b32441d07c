"""What was found for a question: ranked articles in two groups, with counts. `finder` finds them, `compose` puts them into words."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import Group
from assistant.article import Article
from assistant.confidence import Judgement
from assistant.question import Question
from assistant.retriever import Hit, Ranking


@dataclass(frozen=True, slots=True)
class Found:
    """One article found, with its fused score and its calibrated probability of being relevant (0 to 1)."""

    article: Article
    score: float
    probability: float
    group: Group
    hit: Hit | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a reader is shown, best first. `total` is how many articles qualify, though fewer may be held in `found`.

    `shown` is the page asked for: `offset` articles come before it, `remaining` after; `exhausted` where more than there is
    was asked for. `companies` are those of all that qualify. `allowed` counts the articles inside the restrictions; `ranking`
    is None where nothing had to be searched for. `found` is empty where `judgement` declines; `elsewhere` then holds what
    other companies wrote, where those asked for have nothing. `groups` are the values of the facet that is asked for with
    how many articles have each: most first, years from the newest. `unsaid` names the technologies that were left behind
    according to the question but to no article found.
    """

    question: Question
    found: tuple[Found, ...]
    total: int
    allowed: int
    judgement: Judgement
    ranking: Ranking | None = None
    elsewhere: tuple[Found, ...] = ()
    shown: tuple[Found, ...] = ()
    offset: int = 0
    companies: tuple[str, ...] = ()
    remaining: int = 0
    exhausted: bool = False
    groups: tuple[tuple[str, int], ...] = ()
    unsaid: tuple[str, ...] = ()

    @property
    def answers(self) -> tuple[Found, ...]:
        """Those in the answer group, in order."""
        return tuple(item for item in self.found if item.group == "answer")

    @property
    def related(self) -> tuple[Found, ...]:
        """Those that only touch on it, in order."""
        return tuple(item for item in self.found if item.group == "related")

    @property
    def ranked(self) -> tuple[str, ...]:
        """The ids of all that was ranked, best first, as if nothing were declined or left out."""
        shown = [item.article.id for item in self.found]
        return tuple(dict.fromkeys([*shown, *(hit.id for hit in self.ranking or ())]))
