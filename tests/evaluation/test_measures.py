"""Measures against values worked out by hand; log2 of 2, 3, 4 and 5 is 1, 1.58496, 2 and 2.32193."""

from __future__ import annotations

import pytest

from assistant.evaluation.measures import (
    collection_scores,
    filters_match,
    first_is_relevant,
    group_scores,
    mean,
    ranking_scores,
)
from assistant.filters import Filters


def score(relevant, ranked):
    return {name: values["q"] for name, values in ranking_scores({"q": relevant}, {"q": ranked}).items()}


def test_ndcg_has_exponential_gain():
    # gains a: 2^3-1 = 7, b: 2^2-1 = 3, c: 2^1-1 = 1; ranked b, x, a
    # DCG   = 3/1 + 0 + 7/2                 = 6.5
    # ideal = 7/1 + 3/1.58496 + 1/2         = 7 + 1.89279 + 0.5 = 9.39279
    scores = score({"a": 3, "b": 2, "c": 1}, ["b", "x", "a"])
    assert scores["nDCG@10"] == pytest.approx(6.5 / 9.39279, abs=1e-5)


def test_ndcg_is_one_for_the_ideal_order_and_grade_one_has_gain_one():
    assert score({"a": 3, "b": 1}, ["a", "b"])["nDCG@10"] == pytest.approx(1)
    # DCG = 1/1 + 7/1.58496 = 5.41651; ideal = 7 + 1/1.58496 = 7.63093
    assert score({"a": 3, "b": 1}, ["b", "a"])["nDCG@10"] == pytest.approx(5.41651 / 7.63093, abs=1e-5)


def test_only_the_first_ten_count():
    ranked = [f"x{place}" for place in range(10)] + ["a"]
    assert score({"a": 3}, ranked) == {"nDCG@10": 0, "Success@1": 0, "Recall@10": 0, "MRR@10": 0}


@pytest.mark.parametrize(
    ("relevant", "first", "expected"),
    [
        ({"a": 3, "b": 2, "c": 1}, "a", 1),
        ({"a": 3, "b": 2, "c": 1}, "b", 1),
        ({"a": 3, "b": 2, "c": 1}, "c", 0),  # only touches on it, and better ones exist
        ({"c": 1, "d": 1}, "d", 1),  # no grade is higher than 1
        ({"c": 1}, "x", 0),
    ],
)
def test_success_at_one(relevant, first, expected):
    assert score(relevant, [first, "y"])["Success@1"] == expected


def test_recall_is_over_at_most_ten():
    few = {"a": 3, "b": 1, "c": 1, "d": 2}
    assert score(few, ["a", "x", "b"])["Recall@10"] == pytest.approx(2 / 4)
    many = {f"r{number}": 1 for number in range(25)}  # 25 relevant: ten places can hold ten of them
    assert score(many, [f"r{number}" for number in range(6)] + ["x"])["Recall@10"] == pytest.approx(6 / 10)


def test_reciprocal_rank_counts_any_grade():
    assert score({"a": 1, "b": 3}, ["x", "y", "a", "b"])["MRR@10"] == pytest.approx(1 / 3)


def test_no_results_count_as_zero_and_stay_in_the_mean():
    scores = ranking_scores({"q": {"a": 3}, "r": {"b": 3}}, {"q": ["a"], "r": []})
    assert scores["nDCG@10"] == {"q": 1.0, "r": 0.0}
    assert ranking_scores({"q": {"a": 3}}, {})["MRR@10"] == {"q": 0.0}
    assert ranking_scores({}, {})["Recall@10"] == {}


def test_an_article_listed_twice_counts_once():
    # without the repetition b stands second: DCG = 7 + 7/1.58496 = ideal
    assert score({"a": 3, "b": 3}, ["a", "a", "b"])["nDCG@10"] == pytest.approx(1)


def test_a_ranking_keeps_its_order_beyond_what_names_sort_to():
    assert score({"b": 3}, ["b", "a"])["Success@1"] == 1
    assert score({"a": 3}, ["b", "a"])["Success@1"] == 0


def test_collections_are_measured_as_trec_eval_does():
    # linear gain: ranked b (1), x, a (3): DCG = 1 + 0 + 3/2 = 2.5; ideal = 3 + 1/1.58496 = 3.63093
    scores = collection_scores({"q": {"a": 3, "b": 1, "c": 0}}, {"q": {"b": 0.9, "x": 0.5, "a": 0.1, "c": 0.05}})
    assert scores["nDCG@10"]["q"] == pytest.approx(2.5 / 3.63093, abs=1e-5)
    assert scores["MAP@100"]["q"] == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert scores["P@10"]["q"] == pytest.approx(2 / 10)
    assert scores["Recall@100"]["q"] == 1


def test_queries_without_judgments_are_left_out():
    assert collection_scores({"q": {"a": 1}}, {"q": {"a": 1.0}, "unjudged": {"a": 1.0}})["MRR@10"] == {"q": 1.0}


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ({"companies": ["Uber", "Lyft"], "max_minutes": 5}, True),
        ({"companies": ["Lyft", "Uber"], "max_minutes": 5, "all_technologies": True}, True),
        ({"companies": ["Lyft"], "max_minutes": 5}, False),
        ({"companies": ["Lyft", "Uber"]}, False),
        ({"companies": ["Lyft", "Uber"], "max_minutes": 6}, False),
        ({"companies": ["Lyft", "Uber"], "max_minutes": 5, "technologies": ["Go"]}, False),
    ],
)
def test_filters_must_be_exactly_those_stated(read, expected):
    assert filters_match(Filters(companies=("Lyft", "Uber"), max_minutes=5), read) is expected


def test_a_filter_for_no_code_is_not_the_absence_of_a_filter():
    assert filters_match(Filters(includes_code=False), {"includes_code": False})
    assert not filters_match(Filters(includes_code=False), {})


def test_precision_and_recall_of_the_answer_group():
    relevant = {"a": 3, "b": 2, "c": 1, "d": 2}
    # shown a, c, x, y: a and c have a grade -> 2/4; of a, b, d (grade 2 or more) only a -> 1/3
    assert group_scores(relevant, ["a", "c", "x", "y"]) == (2 / 4, 1 / 3)
    assert group_scores(relevant, []) == (None, 0)
    assert group_scores({"c": 1}, ["c"]) == (1, None)


def test_the_first_article_is_relevant_at_any_grade():
    assert first_is_relevant({"a": 1}, ["a"])
    assert not first_is_relevant({"a": 1}, ["b", "a"])
    assert not first_is_relevant({"a": 1}, [])


def test_the_mean_of_nothing_is_none():
    assert mean([]) is None
    assert mean([1, 2]) == 1.5
