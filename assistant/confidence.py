"""PLACEHOLDER until the fitted one arrives."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.question import Question
from assistant.retriever import Ranking


@dataclass(frozen=True, slots=True)
class Judgement:
    confidence: float
    decline: bool
    caveat: bool
    probabilities: tuple[float, ...]


class Confidence:
    answer_line = 0.5

    @classmethod
    def load(cls) -> Confidence:
        return cls()

    def judge(self, question: Question, ranking: Ranking) -> Judgement:
        top = ranking.signals.dense_top
        conf = max(0.0, min(1.0, (top - 0.1) / 0.5))
        return Judgement(
            conf,
            bool(question.absent_companies) or top < 0.33,
            False,
            tuple(max(0.0, min(1.0, (h.dense - 0.1) / 0.6)) for h in ranking),
        )
