"""The baselines: each side alone and their fusion, worked out by hand over a fixed index."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.evaluation.baselines import BASELINES, fuse_ranks, rank_baselines


class Encoder:
    def __init__(self):
        self.seen = []

    def encode(self, texts, *, kind="passage"):
        self.seen.append((list(texts), kind))
        return np.ones((len(texts), 2), dtype=np.float32)


class FixedIndex:
    def __init__(self, lexical=("b", "c")):
        self.terms = []
        self._lexical = lexical

    def analyze(self, text):
        return [word for word in text.split() if word != "the"]

    def dense(self, vector, limit):
        assert vector.shape == (2,)
        return [("a", 0.9), ("b", 0.8)][:limit]

    def lexical(self, terms, limit):
        self.terms.append(dict(terms))
        return [(id, 5.0) for id in self._lexical][:limit]


def test_reciprocal_rank_fusion_adds_up_places():
    # a: 1/61 = 0.016393; b: 1/62 + 1/61 = 0.032522; c: 1/62 = 0.016129
    assert fuse_ranks([["a", "b"], ["b", "c"]]) == ["b", "a", "c"]


def test_fusion_breaks_ties_by_id():
    assert fuse_ranks([["z"], ["a"]]) == ["a", "z"]
    assert fuse_ranks([]) == []


def test_each_baseline_ranks_the_words_of_the_conversation(make):
    encoder, index = Encoder(), FixedIndex()
    rankings = rank_baselines([make.question("q", {"a": 3}, question="the cat", history=("cat",))], encoder, index)
    assert encoder.seen == [(["cat the cat"], "query")]
    assert index.terms == [{"cat": 2.0}]
    assert tuple(rankings) == BASELINES
    assert [rankings[name]["q"] for name in BASELINES] == [("a", "b"), ("b", "c"), ("b", "a", "c")]


@pytest.mark.parametrize("text", ["the", "the the"])
def test_a_question_without_terms_has_no_lexical_ranking(make, text):
    rankings = rank_baselines([make.question("q", {"a": 3}, question=text)], Encoder(), FixedIndex())
    assert rankings["BM25"]["q"] == ()
    assert rankings["reciprocal rank fusion"]["q"] == ("a", "b")
