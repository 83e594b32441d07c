"""The whole way of a question in one call: `Assistant.ask`. Each step lives in its own module; this one holds them together."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.article import Article
from assistant.catalog import Catalog
from assistant.compose import Composer
from assistant.confidence import Confidence
from assistant.conversation import Turn, resolve, without
from assistant.document import COMPOSITION, article_document
from assistant.encoder import confidence_file, settings_encoder
from assistant.errors import CatalogError
from assistant.filters import Filters
from assistant.finder import Finder
from assistant.findings import Findings
from assistant.names import checked
from assistant.question import Mention, Question, Spelling
from assistant.retriever import Retriever
from assistant.settings import Settings
from assistant.start import start
from assistant.vocabulary import Vocabulary
from embeddings.cache import VectorCache
from embeddings.encoder import Encoder
from embeddings.errors import EmbeddingError, IndexBroken, IndexForeign, IndexMissing
from embeddings.index import Index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Asked:
    """One question seen before and after the decision to decline: `ranked` holds up to 10 article ids, best first."""

    ranked: tuple[str, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Names:
    """What questions are read with, as of one revision of the catalog."""

    revision: int
    vocabulary: Vocabulary
    spelling: Spelling


class Assistant:
    """Answers questions over one catalog. Threads may share one; close it, or use it in a `with` statement.

    >>> from assistant import Assistant                      # doctest: +SKIP
    >>> Assistant.open().ask("what did Spotify write about autoscaling?").cards[0].title     # doctest: +SKIP
    'Autoscaling Pub/Sub Consumers'
    """

    def __init__(self, settings: Settings, catalog: Catalog, encoder: Encoder, index: Index) -> None:
        self.settings = settings
        self.catalog = catalog
        self.encoder = encoder
        self.index = index
        confidence = Confidence.load(confidence_file(settings))
        self._finder = Finder(catalog, Retriever(index, encoder), confidence, settings.limit, spellings=self._spellings)
        self._composer = Composer(catalog, index)
        self._lock = threading.RLock()
        self._names: _Names | None = None
        self._opened = contextlib.ExitStack()

    @classmethod
    def open(cls, home: Path | None = None, *, settings: Settings | None = None, progress: bool = False) -> Assistant:
        """The assistant of a home folder, ready to answer. The first time, it builds the catalog and the index.

        `progress` shows bars on standard error for what takes long. Raises `CatalogError` or an `EmbeddingError`.
        """
        settings = settings or Settings.load()
        if home is not None:
            settings = replace(settings, home=str(home))
        folder = settings.folder
        if folder.exists() and not folder.is_dir():
            raise CatalogError(f"{folder} is a file, not a folder", "Set BYLINE_HOME to a folder.")
        encoder = settings_encoder(settings, progress=progress)
        # No daemon: a session must not be loading while the interpreter ends, closed or not.
        warming = threading.Thread(target=_warm, args=(encoder,))
        warming.start()  # the session loads while the catalog, the index and the names do
        with contextlib.ExitStack() as undo:
            undo.callback(warming.join)
            catalog = undo.enter_context(contextlib.closing(Catalog.open(folder / "catalog.sqlite")))
            start(catalog, settings)
            assistant = cls(settings, catalog, encoder, open_index(folder, catalog, encoder, progress=progress))
            assistant._opened = undo.pop_all()
        return assistant

    def close(self) -> None:
        """Close the catalog; the assistant cannot be asked afterwards."""
        self._opened.close()
        self.catalog.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def ask(
        self,
        question: str,
        history: Sequence[str | Turn] = (),
        *,
        filters: Filters | None = None,
        limit: int | None = None,
        page: int | None = None,
        remove: Sequence[Mention] = (),
    ) -> Answer:
        """The answer to a question, after the earlier ones of `history` (oldest first).

        `filters` are put in the place of what the question says; `limit` is the most cards, and `page` (from 1) tells which
        of so many, where the question is no "show more"; `remove` takes understood restrictions back. Raises
        `QuestionInvalid` for an empty or overlong question or a page behind the last, `FilterInvalid` for a name that the
        catalog does not hold.
        """
        started = time.perf_counter()
        findings = self.find(question, history, filters=filters, limit=limit, page=page, remove=remove)
        return replace(self._composer.compose(findings), took_ms=1000 * (time.perf_counter() - started))

    def find(
        self,
        question: str,
        history: Sequence[str | Turn] = (),
        *,
        filters: Filters | None = None,
        limit: int | None = None,
        page: int | None = None,
        remove: Sequence[Mention] = (),
    ) -> Findings:
        """What `ask` puts into words: the question as understood and the articles found for it."""
        understood = self.understand(question, history)
        for mention in remove:
            understood = without(understood, mention)
        if filters:
            filters = checked(filters, self.vocabulary)
            own = understood.filters.technologies
            understood = replace(
                understood,
                filters=understood.filters.merged(filters),
                absent_companies=() if filters.companies else understood.absent_companies,
                # A technology asked for is a wall; what the question itself names stays what is looked for inside.
                strict_technologies=understood.strict_technologies or bool(filters.technologies),
                topic=understood.topic
                or (understood.search_text if filters.technologies and filters.technologies != own else ""),
            )
        return self._finder.find(understood, limit=limit, page=page)

    def evaluate_question(self, question: str, history: Sequence[str | Turn] = ()) -> Asked:
        """As `ask`, with the ranking as it was before the decision to decline."""
        started = time.perf_counter()
        findings = self.find(question, history)
        answer = self._composer.compose(findings)
        answer = replace(answer, took_ms=1000 * (time.perf_counter() - started))
        return Asked(findings.ranked[:10], answer)

    def understand(self, question: str, history: Sequence[str | Turn] = ()) -> Question:
        """The question as read, with what it keeps of the conversation."""
        names = self._current()
        return resolve(
            question,
            history,
            names.vocabulary,
            spelling=names.spelling,
            shown_of=self._shown,
        )

    @property
    def vocabulary(self) -> Vocabulary:
        """The names that questions are read with, as the catalog stands."""
        return self._current().vocabulary

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts, (n, d) with unit rows, kept so that the same text is never encoded twice."""
        with VectorCache(self.settings.folder / "vectors.sqlite") as cache:
            return cache.encode(self.encoder, texts)

    def update_index(self, *, progress: bool = False) -> None:
        """Bring the index up to the catalog; only what changed is embedded."""
        with self._lock:
            update_index(self.settings.folder, self.catalog, self.encoder, self.index, progress=progress)

    def _current(self) -> _Names:
        revision = self.catalog.revision
        names = self._names
        if names is None or names.revision != revision:
            with self._lock:
                self._follow(index_tag(revision))
                names = self._names = self._read_names(revision)
        return names

    def _follow(self, tag: str) -> None:
        """Have the index hold what the catalog holds; one that another process made with another encoder is made again."""
        try:
            if self.index.tag != tag and not (self.index.refresh() and self.index.tag == tag):
                self.update_index()
        except _UNUSABLE:
            build_index(self.settings.folder, self.catalog, self.encoder)
            self.index.refresh()

    def _read_names(self, revision: int) -> _Names:
        facets = self.catalog.facets()
        vocabulary = Vocabulary.load(
            companies=list(facets.companies), technologies=list(facets.technologies), authors=list(facets.authors)
        )
        view = self.index.current
        return _Names(revision, vocabulary, Spelling({word: view.word_count(word) for word in view.words()}))

    def _spellings(self, technology: str) -> Sequence[str]:
        return self.vocabulary.written("technologies", technology)

    def _shown(self, previous: Question, article_ids: tuple[str, ...]) -> tuple[Sequence[Article], int]:
        """The previous answer's articles and the first one's number, found again where only its question is known."""
        if article_ids and previous.page == 1:
            return self.catalog.get_many(article_ids), 1
        findings = self._finder.find(previous)
        shown = self.catalog.get_many(article_ids) or [item.article for item in findings.shown]
        return shown, findings.offset + 1


_UNUSABLE = (IndexMissing, IndexForeign, IndexBroken)
"""What an index is built anew for."""


def _warm(encoder: Encoder) -> None:
    with contextlib.suppress(EmbeddingError):  # the first text that is encoded raises it again
        encoder.warm()


def index_tag(revision: int) -> str:
    """What an index of the catalog at that revision is marked with."""
    return f"{revision}.{COMPOSITION}"


def open_index(folder: Path, catalog: Catalog, encoder: Encoder, *, progress: bool = False) -> Index:
    """The index of the catalog as it stands: opened, updated where the catalog moved on, built anew where it cannot be read."""
    try:
        index = Index.open(folder / "index", fingerprint=encoder.fingerprint)
    except _UNUSABLE:
        return build_index(folder, catalog, encoder, progress=progress)
    if index.tag != index_tag(catalog.revision):
        update_index(folder, catalog, encoder, index, progress=progress)
    return index


def build_index(folder: Path, catalog: Catalog, encoder: Encoder, *, progress: bool = False) -> Index:
    """A new index of the whole catalog, in the place of the old one; texts known to the vector cache are not embedded again."""
    tag = index_tag(catalog.revision)
    documents = [article_document(article) for article in catalog.list(order="id")]
    with VectorCache(folder / "vectors.sqlite") as cache:
        return Index.build(folder / "index", documents, encoder, cache=cache, tag=tag, progress=progress)


def update_index(folder: Path, catalog: Catalog, encoder: Encoder, index: Index, *, progress: bool = False) -> None:
    """Make the index hold what the catalog holds, in one new generation."""
    tag = index_tag(catalog.revision)
    documents = [article_document(article) for article in catalog.list(order="id")]
    gone = set(index.ids()).difference(document.id for document in documents)
    with VectorCache(folder / "vectors.sqlite") as cache:
        index.update(documents, encoder, delete=sorted(gone), cache=cache, tag=tag, progress=progress)
