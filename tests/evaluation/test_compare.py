"""Comparing two saved evaluations: differences, chance, and the questions that flipped."""

from __future__ import annotations

import json

import pytest

from assistant.errors import InputInvalid, NotFound
from assistant.evaluation.compare import Evaluation, compare_evaluations, load_evaluation
from assistant.evaluation.questions import QuestionSet


@pytest.fixture
def question_set(make):
    questions = (*tuple(make.question(f"a{number}", {"x": 3}) for number in range(4)), make.question("u"))
    return QuestionSet("set.jsonl", "digest", questions)


def evaluation(make, name, ranked, *, declined=True, digest="digest"):
    outcomes = [make.outcome(f"a{number}", order) for number, order in enumerate(ranked)]
    outcomes.append(make.outcome("u", declined=declined, answer_ids=()))
    return Evaluation(name, digest, tuple(outcomes))


def test_each_measure_changes_by_the_mean_difference(make, question_set):
    first = evaluation(make, "A", [("x",), ("y", "x"), ("y", "x"), ("y", "x")])
    second = evaluation(make, "B", [("x",), ("x",), ("x",), ("y", "x")], declined=False)
    comparison = compare_evaluations(question_set, first, second)
    changes = {change.measure: change for change in comparison.changes}
    success = changes["Success@1"]
    assert (success.first, success.second, success.difference, success.of) == (1 / 4, 3 / 4, 1 / 2, 4)
    # two differences of +1: two of four ways to sign them reach the sum of 2
    assert success.p == pytest.approx(1 / 2, abs=0.02)
    assert success.low <= 0.5 <= success.high
    # MRR of A: 1, 1/2, 1/2, 1/2; of B: 1, 1, 1, 1/2
    assert changes["MRR@10"].difference == pytest.approx((1 / 2 + 1 / 2) / 4)
    assert (changes["declined (unanswerable)"].first, changes["declined (unanswerable)"].second) == (1, 0)
    assert "counts right" not in changes  # no question asks for a number
    assert [(change.measure, change.of) for change in comparison.by_type] == [("topic", 4)]


def test_flipped_questions_say_which_way(make, question_set):
    first = evaluation(make, "A", [("x",), ("y",), ("x",), ("x",)])
    second = evaluation(make, "B", [("y",), ("x",), ("x",), ("x",)], declined=False)
    flips = compare_evaluations(question_set, first, second).flips
    assert [(flip.id, flip.what, flip.better) for flip in flips] == [
        ("a0", "Success@1", False),
        ("a1", "Success@1", True),
        ("u", "declined", False),
    ]


def test_an_evaluation_equals_itself(make, question_set):
    one = evaluation(make, "A", [("x",)] * 4)
    comparison = compare_evaluations(question_set, one, one)
    assert {(change.difference, change.p) for change in comparison.changes} == {(0, 1)}
    assert comparison.flips == ()
    assert json.loads(json.dumps(comparison.to_dict()))["first"] == "A"


def test_an_evaluation_of_another_set_is_refused(make, question_set):
    other = evaluation(make, "B", [("x",)] * 4, digest="another")
    with pytest.raises(InputInvalid, match="'B' was not made from the question set"):
        compare_evaluations(question_set, evaluation(make, "A", [("x",)] * 4), other)


def test_a_saved_evaluation_comes_back(make, tmp_path):
    path = tmp_path / "a.json"
    outcome = make.outcome("a0", ("x",))
    record = {"summary": {"questions": {"sha256": "digest"}}, "questions": [outcome.to_dict()]}
    path.write_text(json.dumps(record), encoding="utf-8")
    assert load_evaluation(path) == Evaluation("a.json", "digest", (outcome,))


@pytest.mark.parametrize(
    "content",
    ["{", "[]", "{}", '{"summary": {"questions": {"sha256": "d"}}, "questions": {}}',
     '{"summary": {"questions": {"sha256": "d"}}, "questions": [{"id": "a"}]}'],
)  # fmt: skip
def test_another_file_is_no_evaluation(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputInvalid):
        load_evaluation(path)


def test_a_missing_evaluation_says_so(tmp_path):
    with pytest.raises(NotFound):
        load_evaluation(tmp_path / "none.json")
