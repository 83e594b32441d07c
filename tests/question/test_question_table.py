"""A table of questions with the exact filters, intents and topics expected of them; the rows were checked by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CASES = [json.loads(line) for line in (HERE / "cases.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_table_is_large_and_says_nothing_twice():
    assert len(CASES) >= 500
    assert len({case["question"] for case in CASES}) == len(CASES)
    assert {case["intent"] for case in CASES} == {
        "topic", "company", "author", "count", "list", "comparison", "newest", "oldest", "help", "greeting",
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["question"][:60])
def test_a_question_is_read_as_expected(case, ask):
    question = ask(case["question"])

    assert question.filters.to_dict() == case["filters"]
    assert (question.intent, question.topic) == (case["intent"], case["topic"])
    assert (question.order, question.limit) == (case.get("order", "relevance"), case.get("limit"))
    assert question.strict_technologies == case.get("strict_technologies", False)
    assert list(question.absent_companies) == case.get("absent_companies", [])
    assert list(question.absent_technologies) == case.get("absent_technologies", [])
