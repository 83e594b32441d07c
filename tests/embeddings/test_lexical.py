"""BM25 over fields."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings import lexical
from embeddings.analyzer import analyze
from embeddings.lexical import Lexical, write_lexical

ROWS = [
    {"title": "Kafka at scale", "summary": "moving events with kafka streams"},
    {"title": "Postgres sharding", "summary": "splitting a database by customer"},
    {"title": "Autoscaling consumers", "summary": "kafka consumers that scale by themselves"},
    {"title": "On-call", "summary": "pagers"},
    {"title": "", "summary": "kafka kafka kafka"},
]


def opened(folder: Path, rows: list[dict[str, str]], weights: dict[str, float] | None = None) -> Lexical:
    folder.mkdir()
    write_lexical(folder, ["summary", "title"], rows)
    return Lexical(folder, ["summary", "title"], weights or {})


@pytest.fixture
def index(tmp_path):
    return opened(tmp_path / "lexical", ROWS)


def bm25(frequency: int, length: int, mean: float, documents: int, holding: int) -> float:
    """Okapi BM25 of one term, k1 = 1.2 and b = 0.75."""
    idf = math.log(1 + (documents - holding + 0.5) / (holding + 0.5))
    return idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / mean))


def test_a_score_is_the_sum_of_bm25_over_fields_by_weight(tmp_path):
    index = opened(tmp_path / "lexical", ROWS, {"title": 3.0})
    scores, rows = index.query({"kafka": 1.0}).best(10)
    found = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    lengths = [len(analyze(row["summary"])) for row in ROWS]
    titles = [len(analyze(row["title"])) for row in ROWS]
    summary = bm25(1, lengths[0], sum(lengths) / 5, 5, 3)
    title = bm25(1, titles[0], sum(titles) / 5, 5, 1)
    assert found[0] == pytest.approx(summary + 3 * title, rel=1e-4)


def test_a_repeated_word_counts_as_often_as_it_occurs(index):
    once = index.query({"kafka": 1.0, "scale": 1.0}).best(5)
    twice = index.query({"kafka": 2.0, "scale": 2.0}).best(5)
    assert twice[0] == pytest.approx(2 * once[0])
    assert Counter(analyze("kafka kafka scale")) == {"kafka": 2, "scale": 1}


def test_only_rows_that_hold_a_term_are_found(index):
    assert set(index.query({"kafka": 1.0}).best(5)[1].tolist()) == {0, 2, 4}
    assert index.query({"unheard": 1.0}).best(5)[1].tolist() == []
    assert index.query({}).best(5)[1].tolist() == []
    assert index.query({"kafka": 0.0, "scale": -1.0}).best(5)[1].tolist() == []
    assert len(index.query({"kafka": 1.0}).best(5, np.array([1, 3]))[1]) == 0


@pytest.mark.parametrize("small", [True, False])
def test_the_scores_of_some_rows_are_those_of_a_search(index, monkeypatch, small):
    monkeypatch.setattr(lexical, "_SMALL", 4096 if small else 0)
    query = index.query({"kafka": 1.0, "scale": 0.5})
    everything = dict(zip(*[part.tolist() for part in reversed(query.best(5))], strict=True))
    for rows in ([0, 1, 4], [3], []):
        scores = query.scores(np.array(rows, dtype=np.int64))
        assert scores.tolist() == pytest.approx([everything.get(row, 0.0) for row in rows])
    assert index.query({"unheard": 1.0}).scores(np.array([0, 2])).tolist() == [0, 0]


def test_documents_are_counted_once_however_many_fields_hold_the_term(index):
    assert index.document_frequency("kafka") == 3
    assert index.document_frequency("unheard") == 0


@pytest.mark.parametrize("engine", [True, False])
def test_a_filtered_list_is_never_short(tmp_path, monkeypatch, engine):
    """By the engine's own filter and by sifting, on more rows than either takes at once."""
    monkeypatch.setattr(lexical, "_SMALL", 0)
    monkeypatch.setattr(lexical, "_ENGINE_FILTER", 0 if engine else 10**9)
    rows = [{"summary": "kafka " * (1 + row % 5) + "filler " * (row % 11)} for row in range(400)]
    index = opened(tmp_path / "lexical", rows)
    everything = dict(zip(*[part.tolist() for part in reversed(index.query({"kafka": 1.0}).best(400))], strict=True))
    worst = sorted(everything, key=lambda row: (everything[row], -row))[:60]
    scores, found = index.query({"kafka": 1.0}).best(50, np.array(sorted(worst)))
    expected = sorted(worst, key=lambda row: (-everything[row], row))[:50]
    assert found.tolist() == expected
    assert scores == pytest.approx([everything[row] for row in expected])


def test_equal_scores_come_in_the_order_of_rows_even_at_the_last_place(tmp_path):
    index = opened(tmp_path / "lexical", [{"summary": "kafka streams"} for _ in range(50)])
    assert index.query({"kafka": 1.0}).best(4)[1].tolist() == [0, 1, 2, 3]
    assert index.query({"kafka": 1.0}).best(3, np.array([40, 9, 22, 31]))[1].tolist() == [9, 22, 31]


def test_a_query_of_thousands_of_words_is_cut_to_the_weightiest(index):
    terms = {f"word{number}": 1.0 for number in range(5000)} | {"kafka": 2.0}
    assert set(index.query(terms).best(5)[1].tolist()) == {0, 2, 4}


@pytest.mark.parametrize(
    "term", ['"', "title:kafka", "a AND (b OR", "*", "\x00", "\ud800", "[1 TO", "x" * 70_000, "", "日本"]
)
def test_a_term_is_a_term_and_never_syntax(index, term):
    assert index.query({term: 1.0}).best(5)[1].tolist() == []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(codec=None), max_size=200))
def test_any_text_can_be_searched_for(index, text):
    index.query({term: float(count) for term, count in Counter([*analyze(text), text]).items()}).best(5)


@pytest.mark.parametrize("text", ["\x00\x01", "\ud800 lone", "x" * 70_000, "\u202e right to left", "𝕏" * 100])
def test_any_text_can_be_indexed(tmp_path, text):
    index = opened(tmp_path / "lexical", [{"summary": text}, {"summary": "kafka"}])
    assert index.query({"kafka": 1.0}).best(5)[1].tolist() == [1]
