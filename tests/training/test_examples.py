"""Questions with their articles: the two file formats, what is left out, and what the training gets of an article."""

from __future__ import annotations

import json

import pytest

from assistant.errors import InputInvalid, NotFound
from assistant.training.examples import Example, ReadExample, passage, read_all, read_examples, training_set
from assistant.training.shipped import shipped_articles


def write(path, *records):
    path.write_text("\n".join(record if isinstance(record, str) else json.dumps(record) for record in records))
    return path


def test_lines_of_the_training_questions_and_of_a_question_set_are_both_read(tmp_path):
    path = write(
        tmp_path / "q.jsonl",
        {"article": "a1", "kind": "terse", "question": " kafka lag "},
        "",
        {"question": "who shards?", "relevant": {"a2": 1, "a3": 3, "a4": 3}, "history": []},
    )
    assert read_examples(path) == [Example("kafka lag", "a1"), Example("who shards?", "a3")]


def test_only_what_no_article_touches_becomes_a_question_without_an_answer(tmp_path):
    kinds = ("adjacent", "far", "nonsense", "absent_company", "company_without_topic", "feedback")
    path = write(
        tmp_path / "q.jsonl",
        *({"question": kind, "relevant": {}, "answerable": False, "unanswerable_kind": kind} for kind in kinds),
    )
    assert read_examples(path) == [Example(kind, "") for kind in ("adjacent", "far", "nonsense")]


def test_follow_ups_and_repetitions_are_left_out(tmp_path):
    path = write(
        tmp_path / "q.jsonl",
        {"question": "and Netflix?", "history": ["who uses Kafka?"], "relevant": {"a1": 2}},
        {"question": "same", "article": "a1"},
        {"question": "same", "article": "a2"},
    )
    assert read_examples(path) == [Example("same", "a1")]


@pytest.mark.parametrize(
    "line", ["{", "[]", '"text"', '{"question": "x"}', '{"article": "a"}', '{"question": 3, "article": "a"}']
)
def test_a_line_that_is_no_example_is_named(tmp_path, line):
    path = write(tmp_path / "q.jsonl", {"question": "fine", "article": "a1"}, line)
    with pytest.raises(InputInvalid, match=r"ine 2 of 'q\.jsonl'"):
        read_examples(path)


def test_a_file_that_is_missing_or_not_text_is_one_sentence(tmp_path):
    with pytest.raises(NotFound, match="cannot be read"):
        read_examples(tmp_path / "none.jsonl")
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputInvalid, match="not UTF-8"):
        read_examples(tmp_path / "bytes.jsonl")


def test_examples_are_read_as_a_question_is_and_a_technology_is_no_wall(reader, articles):
    examples = [
        Example("Acme pipelines", "a00"),
        Example("anything", "a01"),
        Example("gone", "no-such-article"),
        Example("unreadable", "a02"),
        Example("Acme", "a00"),  # nothing is left to search for
        Example("bread", ""),
    ]
    everything = frozenset(article.id for article in articles)
    acme = frozenset(article.id for article in articles if article.company == "Acme")
    assert read_all(examples, reader) == [
        ReadExample("pipelines", "a00", acme, "Acme pipelines"),
        ReadExample("anything", "a01", everything, "anything"),
        ReadExample("bread", "", everything, "bread"),
    ]


def test_a_passage_has_a_view_for_each_sentence_with_title_and_tags(articles):
    made = passage(articles[1])
    assert made.views == (
        "On subject 1. How Bolt did subject 1. Kafka. subject 1, Scale",
        "On subject 1. It took a year, i.e. long. Kafka. subject 1, Scale",
    )
    assert made.topics == {"subject 1", "scale"}
    assert len(made.text) > max(map(len, made.views))


def test_what_is_learned_holds_only_the_articles_given(articles):
    examples = [
        ReadExample("x", "a00", frozenset()),
        ReadExample("y", "a19", frozenset()),
        ReadExample("z", "", frozenset()),
    ]
    learned = training_set(articles[:3], examples)
    assert learned.questions == (("x", "a00"),)
    assert learned.negatives == ("z",)
    assert set(learned.passages) == {"a00", "a01", "a02"}


def test_every_shipped_article_gives_a_passage():
    assert all(passage(article).views for article in shipped_articles())
