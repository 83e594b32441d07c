"""Dense search measured by itself, on values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from assistant.training.examples import ReadExample
from assistant.training.measure import measured


class Encoder:
    """Article n points n steps of ten degrees away from "here"; a question says where it points."""

    name, fingerprint, dimension = "fixed", "f", 2

    def encode(self, texts, *, kind="passage", progress=False):
        angles = [
            float(text) if kind == "query" else 10.0 * int(text.split("subject ")[1].split(".")[0]) for text in texts
        ]
        return np.array([[math.cos(math.radians(a)), math.sin(math.radians(a))] for a in angles], np.float32)

    def warm(self):
        pass


ALL = frozenset(f"a{number:02}" for number in range(20))


def gains(articles, *examples):
    return measured(Encoder(), articles, examples)


def test_the_gain_falls_with_the_place(articles):
    outcome = gains(articles, ReadExample("0", "a00", ALL), ReadExample("0", "a02", ALL), ReadExample("0", "a11", ALL))
    assert outcome.gains == pytest.approx((1.0, 1 / math.log2(4), 0.0))
    assert outcome.mean == pytest.approx(0.5)


def test_only_articles_inside_the_restrictions_compete(articles):
    assert gains(articles, ReadExample("0", "a04", frozenset({"a04", "a05"}))).gains == (1.0,)


def test_a_restriction_that_shuts_the_right_article_out_is_ignored(articles):
    assert gains(articles, ReadExample("0", "a00", frozenset({"a05"}))).gains == (1.0,)


def test_separation_is_the_share_of_pairs_in_the_right_order(articles):
    near, far = ReadExample("0", "a00", ALL), ReadExample("-60", "", ALL)
    assert gains(articles, near, far).separation == 1.0
    assert gains(articles, near, ReadExample("0", "", ALL)).separation == 0.5  # as near as the other
    assert gains(articles, near).separation == 0.5


def test_nothing_restricted_to_nothing_counts_as_no_likeness(articles):
    assert gains(articles, ReadExample("0", "a00", ALL), ReadExample("0", "", frozenset())).separation == 1.0
