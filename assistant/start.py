"""What a new catalog starts with: the articles that ship with Byline, unless the setting `starter` is off."""

from __future__ import annotations

import json

from assistant.article import Article
from assistant.catalog import Catalog
from assistant.resources import shipped
from assistant.settings import Settings


def start(catalog: Catalog, settings: Settings) -> None:
    """Give a new catalog the shipped articles, once: those deleted later do not come back."""
    if settings.starter == "off" or catalog.revision:
        return
    with shipped("articles.jsonl").open(encoding="utf-8") as lines, catalog.transaction():
        if not catalog.revision:  # another process may have been first
            catalog.add(Article.from_record(json.loads(line)) for line in lines)
