"""Readers' thumbs as questions that `byline evaluate` can ask again. Keeping the thumbs is `catalog`'s job."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from assistant.catalog_sources import Feedback


def as_questions(thumbs: Iterable[Feedback], held: Collection[str]) -> Iterator[dict[str, Any]]:
    """A record in the format of `data/questions/README.md` for each question whose last thumb was up.

    The first cited article gets grade 2, the others 1: the thumb says that the answer helped, not which card. An answer that
    cited nothing was a decline found right. Nothing is said of filters. Thumbs down are left out, since they do not say what
    would have been right; so are articles that are not in `held`.
    """
    last: dict[tuple[str, tuple[str, ...]], Feedback] = {}
    for thumb in thumbs:
        last[thumb.question, thumb.history] = thumb
    for (question, history), thumb in last.items():
        cited = [id for id in thumb.articles if id in held]
        if not thumb.helpful or (thumb.articles and not cited):
            continue
        key = json.dumps([question, history])
        yield {
            "id": f"feedback-{hashlib.sha256(key.encode()).hexdigest()[:12]}",
            "question": question,
            "history": list(history),
            "type": "feedback",
            "relevant": {id: 1 if place else 2 for place, id in enumerate(cited)},
            "answerable": bool(cited),
            "unanswerable_kind": None if cited else "feedback",
        }
