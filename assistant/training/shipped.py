"""What the shipped adapter is trained on: the shipped articles, their questions, and questions that none of them answers."""

from __future__ import annotations

import json

from assistant.article import Article
from assistant.resources import shipped
from assistant.training.examples import Reader, ReadExample, read_all, read_examples

QUESTION_FILES = ("train.jsonl", "unanswerable.jsonl")


def shipped_articles() -> list[Article]:
    """The shipped articles, whatever the catalog holds besides."""
    lines = shipped("articles.jsonl").read_text(encoding="utf-8").splitlines()
    return [Article.from_record(json.loads(line)) for line in lines if line.strip()]


def shipped_examples(reader: Reader) -> list[ReadExample]:
    """The shipped questions as read."""
    examples = [each for name in QUESTION_FILES for each in read_examples(shipped(f"questions/{name}"))]
    return read_all(examples, reader)
