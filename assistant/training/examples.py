"""Questions with the articles that answer them, read from a file and made ready for `embeddings.training`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from assistant.article import Article
from assistant.catalog import Catalog
from assistant.document import article_document, joined, sentences
from assistant.errors import InputInvalid, NotFound, QuestionInvalid
from assistant.question import Question
from embeddings.training_plan import Passage, TrainingSet

_NEGATIVE_KINDS = {"adjacent", "far", "nonsense"}  # the other kinds are about what some article does cover


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the id of the article that answers it; "" for a question that none answers."""

    question: str
    article: str


@dataclass(frozen=True, slots=True)
class ReadExample:
    """An example as the retriever meets it: the words that are searched for, and the ids that the restrictions allow."""

    text: str
    article: str
    allowed: frozenset[str]
    question: str = ""
    """As it was asked."""


class Reader(Protocol):
    """What reads a question as `byline ask` does: an `Assistant`."""

    catalog: Catalog

    def understand(self, question: str) -> Question:
        """The question as read."""
        ...


def read_examples(path: Path) -> list[Example]:
    """The examples in a JSON Lines file, in its order, one for each question.

    A line is `{"question", "article"}` as in train.jsonl, or a question of an evaluation set, of which the first article of
    the highest grade counts; lines with a history are left out, for their words alone do not say what is meant. Raises
    `NotFound` where there is no such file, and `InputInvalid`, naming the line, for one that is neither.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise NotFound(
            f"the questions in '{path}' cannot be read ({error.strerror})", "Name a JSON Lines file of questions."
        ) from None
    except UnicodeDecodeError:
        raise InputInvalid(f"'{path.name}' is not UTF-8", "Convert it to UTF-8.") from None
    found: dict[str, Example] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            example = _example(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise InputInvalid(
                f"line {number} of '{path.name}' is not a question with its article",
                'Write {"question": "...", "article": "ID"}, or what byline export --feedback writes.',
            ) from None
        if example is not None:
            found.setdefault(example.question, example)
    return list(found.values())


def _example(record: Any) -> Example | None:
    question = record["question"].strip()
    if record.get("history") or not question:
        return None
    if "article" in record:
        return Example(question, str(record["article"]))
    relevant: dict[str, int] = record["relevant"]
    if relevant:
        return Example(question, max(relevant, key=lambda id: relevant[id]))
    return Example(question, "") if record.get("unanswerable_kind") in _NEGATIVE_KINDS else None


def read_all(examples: Iterable[Example], reader: Reader) -> list[ReadExample]:
    """The examples as read, without those whose article is not held or that leave no words to search for."""
    everything = frozenset(reader.catalog.ids())
    found = []
    for example in examples:
        try:
            question = reader.understand(example.question)
        except QuestionInvalid:
            continue
        if question.search_text.strip() and (not example.article or example.article in everything):
            # A technology is a preference in a question, no wall.
            filters = replace(question.filters, technologies=())
            allowed = frozenset(reader.catalog.ids(filters)) if filters else everything
            found.append(ReadExample(question.search_text, example.article, allowed, example.question))
    return found


def training_set(articles: Iterable[Article], examples: Sequence[ReadExample]) -> TrainingSet:
    """What `embeddings.training.train` learns from: the examples whose article is among `articles`, or that have none."""
    passages = {article.id: passage(article) for article in articles}
    return TrainingSet(
        questions=tuple((each.text, each.article) for each in examples if each.article in passages),
        passages=passages,
        negatives=tuple(each.text for each in examples if not each.article),
    )


def passage(article: Article) -> Passage:
    """An article as it is indexed, with a view for each sentence of its summary: the title, the sentence and the tags.

    The views are a third as long, so that a step takes half the time, and they vary from epoch to epoch.
    """
    tags = (", ".join(article.technologies), ", ".join(article.topics))
    return Passage(
        text=article_document(article).text,
        views=tuple(joined(article.title or "", each, *tags) for each in sentences(article.summary or "") or ("",)),
        topics=frozenset(topic.casefold() for topic in article.topics),
    )
