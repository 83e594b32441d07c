"""What the evaluation tests share: short ways to make an answer, an outcome, and an assistant that gives fixed answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from assistant.answer import Answer, Card
from assistant.evaluation.questions import EvaluationQuestion
from assistant.evaluation.run import Outcome
from assistant.filters import Filters


def make_card(id, group="answer"):
    return Card(
        number=1, id=id, title=id, url=None, company="Acme", authors=(), published=None, reading_minutes=None,
        technologies=(), includes_code=None, summary=None, evidence=None, score=1.0, group=group,
    )  # fmt: skip


def make_answer(cards=(), *, declined=False, confidence=0.8, filters=None, count=None, reason=None):
    return Answer(
        question="?", answer="text", intent="topic", declined=declined,
        decline_reason=(reason or "nothing_matches") if declined else None, confidence=confidence,
        filters=filters or Filters(), topic="topic", count=count, cards=tuple(cards), took_ms=2.5,
    )  # fmt: skip


@dataclass
class Seen:
    ranked: tuple[str, ...]
    answer: Answer


class FixedAssistant:
    """Gives the answer laid down for a question, and notes what was asked with which history."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    def evaluate_question(self, question, history=()):
        self.asked.append((question, tuple(history)))
        return self.answers[question]


def make_outcome(id, ranked=(), **given):
    values: dict[str, Any] = {
        "declined": False, "decline_reason": None, "confidence": 0.5, "filters": {}, "count": None,
        "answer_ids": tuple(ranked), "took_ms": 1.0,
    }  # fmt: skip
    return Outcome(id=id, ranked=tuple(ranked), **{**values, **given})


def make_question(id, relevant=None, **given):
    relevant = relevant or {}
    values: dict[str, Any] = {
        "question": f"question {id}", "type": "topic" if relevant else "unanswerable", "answerable": bool(relevant),
        "unanswerable_kind": None if relevant else "far", "filters": Filters(),
    }  # fmt: skip
    return EvaluationQuestion(id=id, relevant=relevant, **{**values, **given})


def question_record(id="q1", **given):
    record = {
        "id": id, "question": "how?", "history": [], "type": "topic", "filters": {}, "relevant": {"a": 3},
        "answerable": True, "unanswerable_kind": None,
    }  # fmt: skip
    return {**record, **given}


@pytest.fixture
def make():
    """The builders above, by name."""

    class Builders:
        card = staticmethod(make_card)
        answer = staticmethod(make_answer)
        outcome = staticmethod(make_outcome)
        question = staticmethod(make_question)
        record = staticmethod(question_record)
        seen = Seen
        assistant = FixedAssistant

    return Builders


@pytest.fixture
def write_questions(tmp_path):
    """Writes records as a question set and gives its path."""

    def write(*records, name="set.jsonl"):
        path = tmp_path / name
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        return path

    return write
