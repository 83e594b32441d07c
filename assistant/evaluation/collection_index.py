"""A test collection behind the retriever that articles are searched with: same encoder, same documents, same fusion."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.evaluation.beir import TestCollection
from assistant.evaluation.protocols import DocumentSearch
from assistant.settings import Settings


@contextmanager
def collection_search(
    collection: TestCollection, *, settings: Settings | None = None, progress: bool = False
) -> Iterator[DocumentSearch]:
    """The retriever over an index of the collection, which is thrown away afterwards; its vectors are kept in a cache."""
    from assistant.document import plain_document
    from assistant.encoder import settings_encoder
    from assistant.retriever import Retriever
    from embeddings.cache import VectorCache
    from embeddings.index import Index

    settings = settings or Settings.load()
    home = settings.folder
    home.mkdir(parents=True, exist_ok=True)
    encoder = settings_encoder(settings)
    documents = [plain_document(document.id, document.title, document.text) for document in collection.documents]
    with (
        tempfile.TemporaryDirectory(prefix="byline-collection-") as folder,
        VectorCache(home / "evaluation-vectors.sqlite") as cache,
    ):
        index = Index.build(Path(folder), documents, encoder, cache=cache, progress=progress)
        yield Retriever(index, encoder)
