"""Running questions through an assistant, scoring what comes out, and the summary over it."""

from __future__ import annotations

import json

import pytest

from assistant.errors import InputInvalid, QuestionInvalid
from assistant.evaluation.questions import QuestionSet
from assistant.evaluation.run import Outcome, run_questions
from assistant.evaluation.scores import score_outcomes
from assistant.evaluation.summary import summarise
from assistant.filters import Filters


def test_an_outcome_holds_what_the_file_format_asks_for(make):
    answer = make.answer(
        [make.card("a"), make.card("b"), make.card("c", group="related")],
        confidence=0.87654321,
        filters=Filters(companies=("Lyft",)),
        count=2,
    )
    assistant = make.assistant({"how?": make.seen(("a", "b", "c"), answer)})
    steps = []
    [outcome] = run_questions(
        [make.question("q", {"a": 3}, question="how?", history=("earlier",))],
        assistant,
        progress=lambda: steps.append(1),
    )
    assert assistant.asked == [("how?", ("earlier",))]
    assert steps == [1]
    assert outcome.to_dict() == {
        "id": "q",
        "ranked": ["a", "b", "c"],
        "declined": False,
        "decline_reason": None,
        "confidence": 0.8765,
        "filters": {"companies": ["Lyft"]},
        "count": 2,
        "answer_ids": ["a", "b"],
        "took_ms": 2.5,
    }
    assert Outcome.from_dict(json.loads(json.dumps(outcome.to_dict()))).answer_ids == outcome.answer_ids


def test_a_declined_answer_has_no_answer_group_but_keeps_its_ranking(make):
    answer = make.answer([make.card("a")], declined=True, reason="out_of_scope")
    [outcome] = run_questions([make.question("q")], make.assistant({"question q": make.seen(("a",), answer)}))
    assert (outcome.ranked, outcome.answer_ids, outcome.decline_reason) == (("a",), (), "out_of_scope")


def test_a_ranking_is_cut_to_ten(make):
    ranked = tuple(f"a{number}" for number in range(12))
    [outcome] = run_questions([make.question("q")], make.assistant({"question q": make.seen(ranked, make.answer())}))
    assert outcome.ranked == ranked[:10]


def test_a_refused_question_is_named(make):
    class Refusing:
        def evaluate_question(self, question, history=()):
            raise QuestionInvalid("the question is empty", "Ask something.")

    with pytest.raises(InputInvalid, match="Question 'q7': the question is empty"):
        run_questions([make.question("q7")], Refusing())


def test_scores_before_and_after_declining(make):
    question = make.question("q", {"a": 3, "b": 1}, count=2)
    [scored] = score_outcomes([question], [make.outcome("q", ("a",), declined=True, answer_ids=(), count=3)])
    assert scored.ranked["Success@1"] == 1
    assert scored.answered == {"nDCG@10": 0, "Success@1": 0, "Recall@10": 0, "MRR@10": 0}
    assert (scored.right, scored.filters_exact, scored.count_right, scored.recall) == (True, True, False, 0)


def test_filters_that_a_question_set_does_not_state_are_not_measured(make):
    stated, unstated = make.question("q", {"a": 3}), make.question("r", {"a": 3}, filters=None)
    outcomes = [make.outcome(id, ("a",), filters={"companies": ["Lyft"]}) for id in ("q", "r")]
    scored = score_outcomes([stated, unstated], outcomes)
    assert [(each.filters_exact, each.failed) for each in scored] == [(False, True), (None, False)]


@pytest.mark.parametrize(
    ("relevant", "outcome", "failed"),
    [
        ({"a": 3}, {"ranked": ("a",)}, False),
        ({"a": 3}, {"ranked": ("x", "a")}, True),
        ({"a": 3}, {"ranked": ("a",), "declined": True}, True),
        ({"a": 3}, {"ranked": ("a",), "filters": {"companies": ["Lyft"]}}, True),
        ({}, {"declined": True}, False),
        ({}, {"ranked": ("a",)}, True),
    ],
)
def test_what_a_failure_is(make, relevant, outcome, failed):
    [scored] = score_outcomes([make.question("q", relevant)], [make.outcome("q", **outcome)])
    assert scored.failed is failed


def test_a_question_without_an_outcome_is_an_error(make):
    with pytest.raises(InputInvalid, match="Question 'q' was not evaluated"):
        score_outcomes([make.question("q")], [make.outcome("other")])


@pytest.fixture
def summary(make):
    """Four answerable questions (one declined wrongly, one first card wrong) and three unanswerable ones."""
    questions = (
        make.question("a1", {"a": 3}),
        make.question("a2", {"b": 3, "c": 2}),
        make.question("a3", {"d": 3}, type="paraphrase", filters=Filters(companies=("Lyft",))),
        make.question("a4", {"e": 2}, type="list_or_count", count=1),
        make.question("u1", unanswerable_kind="far"),
        make.question("u2", unanswerable_kind="far"),
        make.question("u3", unanswerable_kind="adjacent"),
    )
    outcomes = [
        make.outcome("a1", ("a",), confidence=0.9, took_ms=1.0),
        make.outcome("a2", ("x", "b"), confidence=0.7, took_ms=2.0),
        make.outcome("a3", ("d",), declined=True, decline_reason="nothing_matches", answer_ids=(), confidence=0.1),
        make.outcome("a4", ("e",), count=1, confidence=1.0, took_ms=4.0),
        make.outcome("u1", (), declined=True, decline_reason="out_of_scope", confidence=0.0),
        make.outcome("u2", ("z",), confidence=0.6),
        make.outcome("u3", (), declined=True, decline_reason="out_of_scope", confidence=0.2),
    ]
    question_set = QuestionSet("set.jsonl", "digest", questions)
    baselines = {"dense": {"a1": ("a",), "a2": ("b",)}}
    return summarise(question_set, score_outcomes(questions, outcomes), baselines)


def test_means_over_answerable_questions(summary):
    assert summary["questions"] == {
        "file": "set.jsonl", "sha256": "digest", "total": 7, "answerable": 4, "unanswerable": 3,
    }  # fmt: skip
    assert summary["ranked"]["Success@1"]["value"] == 3 / 4  # a1, a3, a4
    assert summary["answered"]["Success@1"]["value"] == 2 / 4  # a3 was declined
    assert summary["ranked"]["MRR@10"]["value"] == pytest.approx((1 + 1 / 2 + 1 + 1) / 4)


def test_decisions_filters_and_counts(summary):
    declined = summary["declined"]
    assert declined["unanswerable"]["value"] == pytest.approx(2 / 3)
    assert {kind: each["value"] for kind, each in declined["by_kind"].items()} == {"adjacent": 1.0, "far": 0.5}
    assert declined["wrongly"]["value"] == 1 / 4
    assert declined["reasons"] == {"nothing_matches": 1, "out_of_scope": 2}
    assert summary["filters_exact"]["value"] == pytest.approx(6 / 7)  # a3's company was not read
    assert (summary["counts_right"]["value"], summary["counts_right"]["of"]) == (1.0, 1)


def test_answer_cards(summary):
    # precision over a1 (1/1), a2 (b of x, b: 1/2), a4 (1/1); a3 shows none. recall: a1 1, a2 1/2 (b of b, c), a3 0, a4 1
    assert summary["answer_cards"]["precision"]["value"] == pytest.approx((1 + 1 / 2 + 1) / 3)
    assert summary["answer_cards"]["recall"]["value"] == pytest.approx((1 + 1 / 2 + 0 + 1) / 4)


def test_types_and_baselines(summary):
    assert list(summary["by_type"]) == ["unanswerable", "topic", "list_or_count", "paraphrase"]
    assert summary["by_type"]["topic"]["Success@1"] == 1 / 2
    assert summary["by_type"]["unanswerable"]["nDCG@10"] is None
    assert summary["baselines"]["dense"]["Success@1"]["value"] == 2 / 4  # unranked questions count as 0


def test_confidence_is_about_the_first_article(summary):
    # right: a1 .9, a3 .1, a4 1.0; wrong: a2 .7, u1 0, u2 .6, u3 .2 -> pairs won: 4 + 1 (.1 > 0) + 4 = 9 of 12
    assert summary["confidence"]["area_under_curve"] == pytest.approx(9 / 12)
    assert summary["confidence"]["risk_coverage"][0] == [1 / 7, 0.0]


def test_the_summary_is_json(summary):
    assert json.loads(json.dumps(summary)) == summary


def test_an_empty_side_has_no_value(make):
    questions = (make.question("u1"),)
    scored = score_outcomes(questions, [make.outcome("u1", declined=True, answer_ids=())])
    summary = summarise(QuestionSet("s", "d", questions), scored)
    assert summary["ranked"]["nDCG@10"] == {"value": None, "low": None, "high": None, "of": 0}
    assert summary["declined"]["wrongly"]["value"] is None
