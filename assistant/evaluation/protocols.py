"""What evaluation asks of what it evaluates: an assistant, and for test collections a search over plain documents.

Any object of that shape will do, so that tests need no model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Answer


class Evaluated(Protocol):
    """One question's answer, with the ranking as it stood before the decision to decline."""

    @property
    def ranked(self) -> tuple[str, ...]:
        """Up to ten article ids, best first, inside the filters that were read; empty where nothing was ranked."""
        ...

    @property
    def answer(self) -> Answer:
        """What `Assistant.ask` returns for the question."""
        ...


class EvaluatedAssistant(Protocol):
    """An assistant that can be evaluated."""

    def evaluate_question(self, question: str, history: Sequence[str] = ()) -> Evaluated:
        """The answer to `question` after `history` (earlier questions, oldest first), and the ranking behind it."""
        ...


class QuestionEncoder(Protocol):
    """The part of an encoder that a baseline needs."""

    def encode(self, texts: Sequence[str], *, kind: Literal["query", "passage"] = "passage") -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimension)."""
        ...


class SearchIndex(Protocol):
    """The part of an index that a baseline needs; both searches give (id, score), best first."""

    def dense(self, vector: NDArray[np.float32], limit: int) -> Sequence[tuple[str, float]]:
        """Nearest documents by cosine."""
        ...

    def lexical(self, terms: Mapping[str, float], limit: int) -> Sequence[tuple[str, float]]:
        """Best documents by BM25 over weighted terms."""
        ...

    def analyze(self, text: str) -> Sequence[str]:
        """The terms of a text, as the lexical side indexes them."""
        ...


class Hit(Protocol):
    """A document found, with its fused score."""

    @property
    def id(self) -> str:
        """The document's id."""
        ...

    @property
    def score(self) -> float:
        """Higher is better; comparable within one search."""
        ...


class DocumentSearch(Protocol):
    """The retriever over plain documents."""

    def search(self, text: str, limit: int) -> Sequence[Hit]:
        """At most `limit` documents, best first."""
        ...
