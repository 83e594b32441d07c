"""What Byline answers with: `Answer`, its `Card`s, and their JSON form. Finding the words is `compose`'s job."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

from assistant.filters import Filters
from assistant.question import Intent, Mention

DeclineReason = Literal[
    "company_not_here", "company_without_topic", "nothing_matches", "out_of_scope", "not_a_question"
]
Group = Literal["answer", "related"]


@dataclass(frozen=True, slots=True)
class Card:
    """One cited article. `number` is its citation, from 1 in the order shown; `id` is an article of the catalog.

    `evidence` is the summary's sentence nearest to the question (or the title where there is no summary). `score` is the
    fused ranking score, comparable within one answer only; `probability` (0 to 1) is the calibrated chance that the article
    is relevant. `group` tells the answer from what is merely related. `why` says in a few words what matched.
    """

    number: int
    id: str
    title: str | None
    url: str | None
    company: str
    authors: tuple[str, ...]
    published: str | None
    reading_minutes: int | None
    technologies: tuple[str, ...]
    includes_code: bool | None
    summary: str | None
    evidence: str | None
    score: float
    probability: float = 0.0
    group: Group = "answer"
    why: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The title, or the evidence sentence of an article without one."""
        return self.title or self.evidence or self.id

    def to_dict(self) -> dict[str, Any]:
        """The card as JSON-ready data, keys as the fields."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question worth asking next: `label` is what a button says, `question` what it asks.

    One that `follows` leans on the question before; the others stand alone.
    """

    label: str
    question: str
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `answer` is the text, with citations as `[1]` that number `cards`. A declined answer has a `decline_reason`, says what was
    looked for, and its `answer` cites nothing as an answer; its cards, if any, are all `related`. `confidence` (0 to 1) is the
    calibrated probability that the first card is relevant. `caveat` is set where the confidence lies in the band above the
    threshold. `count` is how many articles qualify (companies, authors or the like, where those are counted) where the
    question asks for a number or where its restrictions say everything, else None. `remaining` is how many articles further
    pages hold.
    """

    question: str
    answer: str
    intent: Intent
    declined: bool
    decline_reason: DeclineReason | None
    confidence: float
    filters: Filters
    topic: str
    count: int | None
    cards: tuple[Card, ...]
    suggestions: tuple[Suggestion, ...] = ()
    mentions: tuple[Mention, ...] = ()
    caveat: bool = False
    remaining: int = 0
    took_ms: float = field(default=0.0, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON-ready data; `filters` has the keys of `data/questions/README.md`, `suggestions` the questions."""
        return {
            "question": self.question,
            "answer": self.answer,
            "intent": self.intent,
            "declined": self.declined,
            "decline_reason": self.decline_reason,
            "confidence": round(self.confidence, 4),
            "caveat": self.caveat,
            "filters": self.filters.to_dict(),
            "topic": self.topic,
            "count": self.count,
            "remaining": self.remaining,
            "cards": [card.to_dict() for card in self.cards],
            "suggestions": [suggestion.question for suggestion in self.suggestions],
            "took_ms": round(self.took_ms, 2),
        }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return round(value, 6) if isinstance(value, float) else value
