"""Running a question set through an assistant, and the JSON it is kept in. What the outcomes are worth is `summary`'s job."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from assistant.errors import InputInvalid
from assistant.evaluation.measures import DEPTH
from assistant.evaluation.protocols import EvaluatedAssistant
from assistant.evaluation.questions import EvaluationQuestion


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question came to.

    `ranked` holds up to ten article ids as ranked before the decision to decline, `answer_ids` those of the answer group.
    `intent`, `topic` and `text` are for the report only and are not kept in the JSON.
    """

    id: str
    ranked: tuple[str, ...]
    declined: bool
    decline_reason: str | None
    confidence: float
    filters: dict[str, Any]
    count: int | None
    answer_ids: tuple[str, ...]
    took_ms: float
    intent: str = field(default="", compare=False)
    topic: str = field(default="", compare=False)
    text: str = field(default="", compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The outcome as JSON-ready data."""
        return {
            "id": self.id,
            "ranked": list(self.ranked),
            "declined": self.declined,
            "decline_reason": self.decline_reason,
            "confidence": round(self.confidence, 4),
            "filters": self.filters,
            "count": self.count,
            "answer_ids": list(self.answer_ids),
            "took_ms": round(self.took_ms, 2),
        }

    @classmethod
    def from_dict(cls, record: Any) -> Outcome:
        """The inverse of `to_dict`. Raises `InputInvalid` for anything else."""
        try:
            return cls(
                id=str(record["id"]),
                ranked=tuple(map(str, record["ranked"])),
                declined=bool(record["declined"]),
                decline_reason=record["decline_reason"],
                confidence=float(record["confidence"]),
                filters=dict(record["filters"]),
                count=record["count"],
                answer_ids=tuple(map(str, record["answer_ids"])),
                took_ms=float(record["took_ms"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputInvalid(
                f"an entry of the evaluation is not one ({type(error).__name__}: {error})",
                "Write it again with: byline evaluate --json OUT.",
            ) from None


def run_questions(
    questions: Iterable[EvaluationQuestion],
    assistant: EvaluatedAssistant,
    *,
    progress: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """The outcome of each question, in order; `progress` is called after each.

    Raises `InputInvalid`, naming the question, where the assistant refuses one.
    """
    outcomes: list[Outcome] = []
    for question in questions:
        try:
            outcomes.append(_outcome(question, assistant))
        except InputInvalid as error:
            raise InputInvalid(f"question '{question.id}': {error.message}", error.hint) from error
        progress()
    return outcomes


def _outcome(question: EvaluationQuestion, assistant: EvaluatedAssistant) -> Outcome:
    evaluated = assistant.evaluate_question(question.question, question.history)
    answer = evaluated.answer
    return Outcome(
        id=question.id,
        ranked=tuple(evaluated.ranked)[:DEPTH],
        declined=answer.declined,
        decline_reason=answer.decline_reason,
        confidence=answer.confidence,
        filters=answer.filters.to_dict(),
        count=answer.count,
        answer_ids=() if answer.declined else tuple(card.id for card in answer.cards if card.group == "answer"),
        took_ms=answer.took_ms,
        intent=answer.intent,
        topic=answer.topic,
        text=answer.answer,
    )
