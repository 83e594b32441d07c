"""Test collections in BEIR layout: reading, running and measuring."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from assistant.errors import InputInvalid, NotFound
from assistant.evaluation.beir import evaluate_collection, load_collection, run_collection


@dataclass
class Found:
    id: str
    score: float


class FixedSearch:
    def __init__(self, hits):
        self.hits = hits
        self.asked = []

    def search(self, text, limit):
        self.asked.append((text, limit))
        return [Found(id, score) for id, score in self.hits[text]][:limit]


@pytest.fixture
def folder(tmp_path):
    """Three documents, three queries; the third query has no judgment."""
    documents = [
        {"_id": "d1", "title": "One", "text": "first"},
        {"_id": "d2", "text": "second"},
        {"_id": 3, "title": "T"},
    ]
    queries = [
        {"_id": "q1", "text": "find one"},
        {"_id": "q2", "text": "find two"},
        {"_id": "q3", "text": "nobody judged"},
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t1\nq2\t3\t1\n", encoding="utf-8"
    )
    return tmp_path


def test_a_collection_is_read(folder):
    collection = load_collection(folder)
    assert [(each.id, each.title, each.text) for each in collection.documents] == [
        ("d1", "One", "first"),
        ("d2", "", "second"),
        ("3", "T", ""),
    ]
    assert collection.queries["q3"] == "nobody judged"
    assert collection.judgments == {"q1": {"d1": 2, "d2": 1}, "q2": {"3": 1}}


def test_judgments_need_no_header_and_may_lie_where_beir_puts_them(folder):
    (folder / "qrels").mkdir()
    (folder / "qrels.tsv").unlink()
    (folder / "qrels" / "test.tsv").write_text("q1\td1\t1\nq2\td2\t-1\n", encoding="utf-8")
    assert load_collection(folder).judgments == {"q1": {"d1": 1}, "q2": {"d2": 0}}


def test_every_query_is_run_and_only_judged_ones_are_measured(folder):
    collection = load_collection(folder)
    search = FixedSearch(
        {"find one": [("d2", 0.9), ("d1", 0.5)], "find two": [("d1", 0.4)], "nobody judged": [("d1", 0.1)]}
    )
    run = run_collection(collection, search)
    assert run == {"q1": {"d2": 0.9, "d1": 0.5}, "q2": {"d1": 0.4}, "q3": {"d1": 0.1}}
    assert search.asked[0] == ("find one", 100)
    measures = evaluate_collection(collection, run)
    # q1: DCG = 1 + 2/1.58496 = 2.26186, ideal = 2 + 1/1.58496 = 2.63093 -> 0.85972; q2 found nothing relevant: 0
    assert measures["nDCG@10"]["value"] == pytest.approx(0.85972 / 2, abs=1e-5)
    assert measures["nDCG@10"]["of"] == 2


def test_an_empty_query_finds_nothing(folder):
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": " "}', encoding="utf-8")
    assert run_collection(load_collection(folder), FixedSearch({})) == {"q1": {}}


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(NotFound) as caught:
        load_collection(folder)
    assert name.split(".")[0] in caught.value.message
    assert "corpus.jsonl, queries.jsonl and qrels.tsv" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("corpus.jsonl", '{"_id": "a"}\n{', "Line 2 of 'corpus.jsonl': not JSON"),
        ("corpus.jsonl", "[1]", "Line 1 of 'corpus.jsonl': not an object"),
        ("corpus.jsonl", '{"_id": "a", "text": 7}', "not an object with texts"),
        ("corpus.jsonl", '{"text": "no id"}', "no '_id'"),
        ("corpus.jsonl", '{"_id": "a"}\n{"_id": "a"}', "uses an id twice"),
        ("corpus.jsonl", "", "holds no documents"),
        ("queries.jsonl", "", "holds no documents or no queries"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1 d1 1\n", "Line 2 of 'qrels.tsv'"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\n", "holds no judgment"),
    ],
)
def test_a_broken_file_is_named_with_its_line(folder, name, content, said):
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputInvalid) as caught:
        load_collection(folder)
    assert said in str(caught.value)


def test_a_file_in_another_encoding_says_so(folder):
    (folder / "corpus.jsonl").write_bytes(b'{"_id": "a", "text": "caf\xe9"}')
    with pytest.raises(InputInvalid, match="not UTF-8"):
        load_collection(folder)
