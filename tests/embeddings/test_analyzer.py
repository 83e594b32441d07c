"""The terms of the lexical index."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.analyzer import STOP_WORDS, analyze, words


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("What did they write about C++ and C#?", ["write", "c++", "c#"]),
        ("Node.js", ["node", "js", "nodej"]),
        ("the k8s clusters", ["k8s", "cluster"]),
        ("CI/CD", ["ci", "cd", "cicd"]),
        ("A/B testing", ["b", "ab", "test"]),
        ("a/b-testing", ["b", "test", "ab", "abtest"]),
        ("Spotify’s and Etsy's", ["spotifi", "etsi"]),
        ("we don't, can't, won't", []),
        ("écrit naïve", ["ecrit", "naiv"]),
        ("24/7 and 1.5x", ["24", "7", "1", "5x"]),
        ("running runs run", ["run", "run", "run"]),
        ("learning Go and R", ["learn", "go", "r"]),
        ("", []),
        ("?!... --- ''", []),
    ],
)
def test_text_becomes_terms(text, terms):
    assert analyze(text) == terms


@pytest.mark.parametrize(
    ("one", "other"),
    [("pub/sub", "pubsub"), ("Node.js", "nodejs"), ("real-time", "realtime"), ("real-time", "real time")],
)
def test_spellings_of_a_compound_share_a_term(one, other):
    assert set(analyze(one)) & set(analyze(other))


def test_addresses_and_long_words_make_no_monsters():
    assert max(map(len, analyze("https://example.com/2024/01/some-very-long-path/of-many-parts " + "x" * 500))) <= 40


def test_stop_words_are_written_as_the_analyzer_meets_them():
    assert all(word.isascii() and word.isalpha() and word == word.lower() for word in STOP_WORDS)
    assert not {"go", "r", "c", "d"} & STOP_WORDS  # languages


def test_words_are_plain_and_keep_function_words():
    assert words("The Übung of Node.js") == ["the", "ubung", "of", "node", "js", "nodejs"]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(codec=None)))
def test_any_string_can_be_analysed(text):
    assert all(isinstance(term, str) and term for term in analyze(text))
    assert all(isinstance(word, str) for word in words(text))
