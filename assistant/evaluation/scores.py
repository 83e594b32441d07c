"""One question's scores: what its outcome is worth by every measure. `summary`, `compare` and `report` read them here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.errors import InputInvalid
from assistant.evaluation.measures import RANKING, filters_match, first_is_relevant, group_scores, ranking_scores
from assistant.evaluation.questions import EvaluationQuestion
from assistant.evaluation.run import Outcome


@dataclass(frozen=True, slots=True)
class Scored:
    """A question, what it came to, and its scores.

    `ranked` holds the ranking measures before the decision to decline and `answered` after it (0 where declined); both are
    empty for an unanswerable question. `filters_exact` is None where the question set does not
    state them, `count_right` where no number is asked, `precision` and `recall` are those of
    the answer group and None where they are not defined. `right` is whether the first article is relevant.
    """

    question: EvaluationQuestion
    outcome: Outcome
    ranked: Mapping[str, float]
    answered: Mapping[str, float]
    filters_exact: bool | None
    count_right: bool | None
    precision: float | None
    recall: float | None
    right: bool

    @property
    def failed(self) -> bool:
        """Whether a person would call the outcome wrong: a wrong first card, a wrong decision, filter or number."""
        if not self.question.answerable:
            return not self.outcome.declined or self.filters_exact is False
        return self.answered["Success@1"] < 1 or self.filters_exact is False or self.count_right is False


def score_outcomes(questions: Sequence[EvaluationQuestion], outcomes: Sequence[Outcome]) -> list[Scored]:
    """The scores of every question, in the order of `questions`.

    Raises `InputInvalid` where a question has no outcome.
    """
    found = {outcome.id: outcome for outcome in outcomes}
    if missing := [question.id for question in questions if question.id not in found]:
        raise InputInvalid(f"question '{missing[0]}' was not evaluated", "Evaluate the whole question set again.")
    judgments = {question.id: question.relevant for question in questions if question.answerable}
    measured = ranking_scores(judgments, {id: found[id].ranked for id in judgments})
    return [_scored(question, found[question.id], measured) for question in questions]


def _scored(question: EvaluationQuestion, outcome: Outcome, measured: Mapping[str, Mapping[str, float]]) -> Scored:
    ranked: dict[str, float] = {}
    precision: float | None = None
    recall: float | None = None
    if question.answerable:
        ranked = {name: measured[name][question.id] for name in RANKING}
        precision, recall = group_scores(question.relevant, outcome.answer_ids)
    return Scored(
        question=question,
        outcome=outcome,
        ranked=ranked,
        answered=dict.fromkeys(ranked, 0.0) if outcome.declined else ranked,
        filters_exact=None if question.filters is None else filters_match(question.filters, outcome.filters),
        count_right=None if question.count is None else outcome.count == question.count,
        precision=precision,
        recall=recall,
        right=first_is_relevant(question.relevant, outcome.ranked),
    )
