"""Fixtures for reading questions: the vocabulary and the spelling dictionary of the shipped articles, and a fixed day."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from assistant.question import Question, Spelling, parse
from assistant.resources import shipped
from assistant.vocabulary import Vocabulary
from assistant.words import split

TODAY = date(2026, 7, 1)
Ask = Callable[[str], Question]


@pytest.fixture(scope="session")
def articles() -> list[dict[str, Any]]:
    return [json.loads(line) for line in shipped("articles.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def vocabulary(articles: list[dict[str, Any]]) -> Vocabulary:
    return Vocabulary.load(
        companies={article["company"] for article in articles},
        technologies={name for article in articles for name in article["technologies"]},
        authors={name for article in articles for name in article["authors"]},
    )


@pytest.fixture(scope="session")
def spelling(articles: list[dict[str, Any]]) -> Spelling:
    texts = (
        text
        for article in articles
        for text in (
            article["title"],
            article["summary"],
            *article["technologies"],
            *article["topics"],
            *article["authors"],
        )
    )
    return Spelling(Counter(word.plain for text in texts if text for word in split(text)))


@pytest.fixture(scope="session")
def ask(vocabulary: Vocabulary, spelling: Spelling) -> Ask:
    """Reads a question against the shipped articles, on 1 July 2026."""
    return partial(parse, vocabulary=vocabulary, today=TODAY, spelling=spelling)
