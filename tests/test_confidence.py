"""The decision to answer: its arithmetic by hand, its certain cases, and the shipped models on real questions."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.confidence import Confidence, Logistic, card_features, question_features, sigmoid
from assistant.errors import NotFound
from assistant.filters import Filters
from assistant.question import Question
from assistant.resources import shipped
from assistant.retriever import Hit, Ranking, Signals

TOPIC = Question(text="caching", search_text="caching", topic="caching")


def ranking(*hits, allowed=None, **signals):
    return Ranking(hits, Signals(**signals), len(hits) if allowed is None else allowed, np.zeros(4, np.float32))


def hit(name="a", score=0.5, **values):
    return Hit(name, score, **values)


def models(**changes):
    values = {
        "question": Logistic(-2.0, {"dense": 4.0}),
        "card": Logistic(-1.0, {"dense": 2.0, "behind": -10.0}),
        "decline_line": 0.5,
        "caveat_line": 0.6,
        "answer_line": 0.4,
    }
    return Confidence(**{**values, **changes})


def test_a_logistic_model_by_hand():
    model = Logistic(0.5, {"x": 2.0, "y": -1.0})
    assert model.logit({"x": 1.0, "y": 3.0, "unnamed": 9.0}) == pytest.approx(-0.5)
    rows = {"x": np.array([1.0, -1e9, 1e9]), "y": np.array([3.0, 0.0, 0.0])}
    assert model.probabilities(rows) == pytest.approx([1 / (1 + math.exp(0.5)), 0, 1])


@given(st.floats(-1e6, 1e6))
def test_sigmoid_never_overflows(logit):
    assert 0 <= sigmoid(logit) <= 1


def test_declined_below_the_line_and_answered_above():
    # 4 * 0.4 - 2 = -0.4: probability 0.40; 4 * 0.6 - 2 = 0.4: probability 0.60
    assert models().judge(TOPIC, ranking(hit(dense=0.4))).decline
    assert not models().judge(TOPIC, ranking(hit(dense=0.6))).decline


def test_an_author_named_is_declined_only_for_what_is_surely_off():
    """One of a handful of articles is meant, whatever is remembered of it."""
    asked = Question(
        text="her thesis", search_text="thesis", topic="thesis", filters=Filters(authors=("Ada Lovelace",))
    )
    confidence = models(card=Logistic(-2.5, {"dense": 2.0}))
    assert confidence.judge(TOPIC, ranking(hit(dense=0.3))).decline
    assert not confidence.judge(asked, ranking(hit(dense=0.3))).decline
    assert confidence.judge(asked, ranking(hit(dense=-0.5))).decline


def test_confidence_is_the_first_cards_probability():
    judged = models().judge(TOPIC, ranking(hit("a", 0.5, dense=0.6), hit("b", 0.4, dense=0.7)))
    # 2 * 0.6 - 1 = 0.2; 2 * 0.7 - 1 - 10 * 0.1 = -0.6
    assert judged.probabilities == pytest.approx((sigmoid(0.2), sigmoid(-0.6)))
    assert judged.confidence == judged.probabilities[0]


def test_a_caveat_where_answered_with_a_low_confidence():
    shy = models().judge(TOPIC, ranking(hit(dense=0.6)))  # confidence 0.55
    sure = models().judge(TOPIC, ranking(hit(dense=0.9)))  # confidence 0.69
    declined = models().judge(TOPIC, ranking(hit(dense=0.1)))
    assert [judged.caveat for judged in (shy, sure, declined)] == [True, False, False]


def test_nothing_found_is_declined():
    judged = models().judge(TOPIC, ranking(allowed=0))
    assert (judged.decline, judged.confidence, judged.probabilities) == (True, 0.0, ())


def test_an_absent_company_is_declined_whatever_was_found():
    question = Question("x", search_text="x", filters=Filters(companies=("Roblox",)), absent_companies=("Roblox",))
    judged = models().judge(question, ranking(hit(dense=0.9)))
    assert (judged.decline, judged.confidence, judged.probabilities) == (True, 0.0, (0.0,))


def test_an_absent_company_beside_one_that_is_here_is_a_caveat():
    question = Question(
        "x", search_text="x", filters=Filters(companies=("Roblox", "Uber")), absent_companies=("Roblox",)
    )
    judged = models().judge(question, ranking(hit(dense=0.9)))
    assert (judged.decline, judged.caveat) == (False, True)


def test_restrictions_alone_are_certain():
    question = Question("posts from 2020", filters=Filters(published_from="2020", published_to="2020"))
    assert models().judge(question, ranking(allowed=7)).confidence == 1
    assert models().judge(question, ranking(allowed=0)).decline


def test_outside_signals_count_for_companies_only():
    found = ranking(hit(dense=0.2), dense_top=0.2, outside_dense=0.5, lexical_top=1, outside_lexical=5, ceiling=8)
    company = Question("x", search_text="x", filters=Filters(companies=("Uber",)))
    features = question_features(company, found)
    assert features["outside_dense"] == pytest.approx(0.3)
    assert features["outside_lexical"] == pytest.approx(0.5)  # (5 - 1) / 8
    dated = Question("x", search_text="x", filters=Filters(published_from="2020"))
    features = question_features(dated, found)
    assert (features["outside_dense"], features["outside_lexical"]) == (0, 0)
    assert features["restricted"] == 1


def test_a_company_whose_own_articles_fit_best_has_no_outside_evidence():
    found = ranking(hit(dense=0.6), dense_top=0.6, outside_dense=0.5, lexical_top=6, outside_lexical=5, ceiling=8)
    features = question_features(Question("x", search_text="x", filters=Filters(companies=("Uber",))), found)
    assert (features["outside_dense"], features["outside_lexical"], features["company"]) == (0, 0, 1)


def test_a_question_without_terms_has_features():
    features = question_features(TOPIC, ranking(hit(dense=0.1)))
    assert all(math.isfinite(value) for value in features.values())


@pytest.mark.parametrize(
    ("strict", "preferred", "expected"), [(False, True, (1, 0)), (False, False, (0, 1)), (True, False, (0, 0))]
)
def test_tags_count_where_a_technology_is_preferred(strict, preferred, expected):
    question = Question("x", search_text="x", filters=Filters(technologies=("Redis",)), strict_technologies=strict)
    features = card_features(question, ranking(hit(preferred=preferred)), 0.0)
    assert (features["tagged"][0], features["untagged"][0]) == expected


def test_a_card_behind_the_first_says_how_far():
    features = card_features(TOPIC, ranking(hit("a", 0.5), hit("b", 0.3)), 1.5)
    assert features["behind"] == pytest.approx([0, 0.2])
    assert features["place"] == pytest.approx([0, math.log(2)])
    assert features["question"].tolist() == [1.5, 1.5]


both = pytest.mark.parametrize("file", ["confidence.json", "confidence-base.json"])


@both
def test_the_shipped_models_use_features_that_exist(file):
    confidence = Confidence.load(shipped(file))
    found = ranking(hit())
    assert confidence.question.weights.keys() == question_features(TOPIC, found).keys()
    assert confidence.card.weights.keys() == card_features(TOPIC, found, 0.0).keys()
    assert 0 < confidence.decline_line < 1
    assert 0 < confidence.answer_line < 1


@both
def test_the_shipped_models_read_evidence_the_right_way(file):
    confidence = Confidence.load(shipped(file))
    question, card = confidence.question.weights, confidence.card.weights
    assert min(question["dense"], question["coverage"], card["dense"], card["coverage"], card["question"]) > 0
    assert max(question["unknown"], question["outside_dense"], question["absent_technology"], card["behind"]) < 0


@both
def test_the_shipped_file_says_where_it_comes_from(file):
    provenance = json.loads(shipped(file).read_text(encoding="utf-8"))["provenance"]
    assert provenance["not_fitted_on"] == "dev-odd"
    assert {"train", "judged", "unanswerable", "dev-even", "dev-odd"} <= provenance["questions"].keys()
    assert provenance["figures"]["held_out_dev_odd"]["wrongly_declined"] <= 0.05
    assert provenance["figures"]["held_out_dev_odd"]["declined"] >= 0.85


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1}'])
def test_a_file_that_holds_no_models_is_refused(tmp_path, text):
    path = tmp_path / "confidence.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NotFound, match=r"confidence\.json"):
        Confidence.load(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(NotFound):
        Confidence.load(tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    "question",
    ["how does discord store messages?", "kafka at uber", "flaky tests", "how to cut build times", "chaos engineering"],
)
def test_what_the_catalog_covers_is_answered(assistant, question):
    judgement = assistant.find(question).judgement
    assert not judgement.decline
    assert judgement.confidence > 0.6


@pytest.mark.parametrize(
    "question",
    [
        "how do I prune apple trees in winter",  # far
        "train times from Leeds to York",
        "programming PLCs for conveyor belts",  # adjacent
        "Lyft's satellite imagery pipeline",  # company without the topic
        "flurb grommish trexal",  # nonsense
    ],
)
def test_what_it_does_not_cover_is_declined(assistant, question):
    assert assistant.find(question).judgement.decline
