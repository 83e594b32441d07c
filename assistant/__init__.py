"""Byline: what did they write about that? Answers over company engineering blogs, offline and cited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import embeddings  # noqa: F401 - it sets what the numeric libraries read when they are imported
from assistant.version import __version__

if TYPE_CHECKING:
    from assistant.answer import Answer, Card
    from assistant.article import Article
    from assistant.assistant import Assistant
    from assistant.catalog import Catalog
    from assistant.conversation import Turn
    from assistant.errors import BylineError
    from assistant.filters import Filters
    from assistant.settings import Settings

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "BylineError",
    "Card",
    "Catalog",
    "Filters",
    "Settings",
    "Turn",
    "__version__",
]

_HOMES = {
    "Answer": "answer",
    "Article": "article",
    "Assistant": "assistant",
    "BylineError": "errors",
    "Card": "answer",
    "Catalog": "catalog",
    "Filters": "filters",
    "Settings": "settings",
    "Turn": "conversation",
}


def __getattr__(name: str) -> Any:
    # Names are fetched when first used: `byline --help` needs none of what stands behind them.
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"assistant.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
