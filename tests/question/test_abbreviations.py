"""Abbreviations that few articles use are searched for by what they stand for."""

from __future__ import annotations

import pytest

from assistant.question import Spelling, parse


@pytest.fixture(scope="module")
def read(vocabulary):
    counts = {"slo": 2, "gc": 40, "kafka": 50, "rag": 0}
    return lambda text: parse(text, vocabulary, spelling=Spelling(counts, vocabulary.english)).search_text


@pytest.mark.parametrize(
    ("text", "searched"),
    [
        ("CDC pipelines", "change data capture pipelines"),
        ("posts about LLMs", "large language models"),
        ("how do teams define SLOs?", "define SLOs (service level objectives)"),
        ("GC pauses", "GC pauses"),
        ("rag dolls", "rag dolls"),
        ("RAG in production", "retrieval with large language models in production"),
        ("PR review times", "pull request review times"),
        ("db migrations at Uber", "database migrations"),
        ("CDC-based replication", "CDC-based replication"),
    ],
)
def test_abbreviations(read, text, searched):
    assert read(text) == searched


def test_without_a_corpus_every_known_abbreviation_is_spelt_out(vocabulary):
    assert parse("GC pauses", vocabulary).search_text == "garbage collection pauses"


def test_what_an_abbreviation_was_taken_for_is_said(vocabulary):
    assert parse("CDC pipelines", vocabulary).corrections == (("CDC", "change data capture"),)


def test_an_abbreviation_finds_the_articles_that_spell_it_out(assistant):
    answer = assistant.ask("CDC pipelines")
    assert not answer.declined
    assert any("hange" in (card.summary or "") for card in answer.cards)
