"""Thumbs as questions for evaluation."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.catalog_sources import Feedback
from assistant.evaluation.questions import load_questions
from assistant.feedback import as_questions


def test_thumbs_up_become_questions_that_evaluation_reads(tmp_path: Path) -> None:
    thumbs = [
        Feedback("who uses Vitess?", False, (), ("a",)),
        Feedback("who uses Vitess?", True, (), ("a", "b", "gone")),
        Feedback("and Kafka?", True, ("who uses Vitess?",), ("b",)),
        Feedback("pasta?", True),
        Feedback("bad answer", False, (), ("a",)),
        Feedback("only articles that are gone", True, (), ("gone",)),
    ]
    file = tmp_path / "feedback.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in as_questions(thumbs, {"a", "b"})), "utf-8")
    questions = load_questions(file).questions
    assert {each.filters for each in questions} == {None}
    assert [(each.question, each.history, dict(each.relevant), each.answerable) for each in questions] == [
        ("who uses Vitess?", (), {"a": 2, "b": 1}, True),
        ("and Kafka?", ("who uses Vitess?",), {"b": 2}, True),
        ("pasta?", (), {}, False),
    ]
