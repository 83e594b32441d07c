"""BM25 over fields (Tantivy): the folder of one generation's words, written once and searched read-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.analyzer import prepare, term_analyzer, word_analyzer
from embeddings.ranking import Scored, best, located

if TYPE_CHECKING:
    import tantivy

MAX_TERMS = 256
_KEY = "key"
_ANY = "any"  # every field's words, unscored: which documents hold a term at all
_PLAIN = "plain"  # every field's words as they are written, for spelling
_TERMS = "byline-terms"
_WORDS = "byline-words"
_HEAP = 64_000_000
_ENGINE_FILTER = 64  # a subset below one row in this many is looked up by the engine
_SMALL = 4096  # rows; below, taking every hit costs less than the engine's filter


def write_lexical(folder: Path, fields: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write an index of `rows` (words by field name, in the order of the row numbers) to the new folder `folder`."""
    import tantivy

    schema = _schema(fields)
    index = tantivy.Index(schema, str(folder), reuse=False)
    index.register_tokenizer(_TERMS, term_analyzer())
    index.register_tokenizer(_WORDS, word_analyzer())
    writer = index.writer(_HEAP, 1)  # one thread: rows keep their order, and the same rows give the same files
    for row, words in enumerate(rows):
        document = tantivy.Document()
        document.add_unsigned(_KEY, row)
        for field in fields:
            if text := words.get(field):
                prepared = prepare(text)
                for name in (_name(field), _ANY, _PLAIN):
                    document.add_text(name, prepared)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink(missing_ok=True)


class Lexical:
    """A written index, open for search. Safe to share among threads."""

    def __init__(self, folder: Path, fields: Sequence[str], weights: Mapping[str, float]) -> None:
        import tantivy

        self._weights = {field: weights.get(field, 1.0) for field in fields}
        self._index = tantivy.Index.open(str(folder))
        self._index.config_reader("manual", 0)  # no thread that watches the folder: a generation never changes
        self._index.reload()
        self._schema = self._index.schema
        self._searcher = self._index.searcher()
        self.size: int = self._searcher.num_docs

    def document_frequency(self, term: str) -> int:
        """How many documents hold the analysed `term`, in whatever field."""
        frequency: int = self._searcher.doc_freq(_ANY, _clean(term))
        return frequency

    def words(self) -> list[tuple[str, int]]:
        """The distinct plain words, sorted, each with the number of documents that hold it."""
        return sorted(self._searcher.terms_with_prefix(_PLAIN, ""))

    def query(self, terms: Mapping[str, float]) -> LexicalQuery:
        """`terms` (analysed, with their weights) made ready to be asked.

        Those of zero or less are passed over, and so is all beyond the MAX_TERMS weightiest.
        """
        return LexicalQuery(self, self._query(terms))

    def held(self, terms: Mapping[str, float], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """For each of `rows` (distinct) the sum of the weights of those analysed terms that it holds in any field."""
        from tantivy import Occur, Query

        chosen = sorted(terms.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_TERMS]
        parts = [
            (Occur.Should, Query.const_score_query(Query.term_query(self._schema, _ANY, _clean(term), "basic"), weight))
            for term, weight in chosen
            if weight > 0
        ]
        return LexicalQuery(self, Query.boolean_query(parts) if parts else None).scores(rows)

    @property
    def is_small(self) -> bool:
        """Whether taking every hit costs less than having the engine choose."""
        return self.size <= _SMALL

    def _query(self, terms: Mapping[str, float]) -> tantivy.Query | None:
        from tantivy import Occur, Query

        chosen = sorted(
            ((weight, term) for term, weight in terms.items() if weight > 0), key=lambda pair: (-pair[0], pair[1])
        )
        parts = []
        for weight, term in chosen[:MAX_TERMS]:
            value = _clean(term)
            for field, field_weight in self._weights.items():
                boost = weight * field_weight
                if boost > 0 and self._searcher.doc_freq(_name(field), value):
                    found = Query.term_query(self._schema, _name(field), value, "freq")
                    parts.append((Occur.Should, Query.boost_query(found, boost)))
        return Query.boolean_query(parts) if parts else None

    def within(self, query: tantivy.Query, allowed: NDArray[np.int64]) -> tantivy.Query:
        """`query` among the rows `allowed` only."""
        from tantivy import Occur, Query

        inside = Query.term_set_query(self._schema, _KEY, allowed.tolist())
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(inside, 0.0))])

    def hits(self, query: tantivy.Query, count: int) -> Scored:
        """The `count` best rows, best first, ties as the engine breaks them."""
        hits = self._searcher.search(query, count, False).hits
        scores, addresses = zip(*hits, strict=True) if hits else ((), ())
        rows = self._searcher.fast_field_values(_KEY, list(addresses))
        return np.array(scores, dtype=np.float32), np.array(rows, dtype=np.int64)


class LexicalQuery:
    """The terms of one question, made ready once and asked as often as needed. For one thread."""

    def __init__(self, index: Lexical, query: tantivy.Query | None) -> None:
        self._index = index
        self._query = query

    def best(self, limit: int, allowed: NDArray[np.int64] | None = None) -> Scored:
        """The `limit` best rows by BM25, summed over fields and terms by their weights; best first, ties by row.

        `allowed` holds the distinct rows to search in, None all. Rows that hold no term are never given; fewer than
        `limit` are given only where fewer hold one.
        """
        index = self._index
        query = self._query
        size = index.size if allowed is None else len(allowed)
        limit = min(limit, size)
        if query is None or limit <= 0:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        if index.is_small:
            found = self._every if allowed is None else self._every * _mask(allowed, index.size)
            rows = np.flatnonzero(found)
            rows = rows[np.argsort(-found[rows], kind="stable")[:limit]]
            return found[rows], rows
        if allowed is None or size == index.size:
            return best(lambda count: index.hits(query, count), limit, index.size)
        if size * _ENGINE_FILTER > index.size:
            return best(lambda count: self._sifted(query, count, allowed), limit, size)
        filtered = index.within(query, allowed)
        return best(lambda count: index.hits(filtered, count), limit, size)

    def scores(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The score of each of `rows` (distinct); 0 of one that holds no term."""
        if self._index.is_small:
            return self._every[rows]
        scores = np.zeros(len(rows), np.float32)
        if self._query is not None and len(rows):
            found, keys = self._index.hits(self._index.within(self._query, rows), len(rows))
            order = np.argsort(rows)
            places, real = located(rows[order], keys)
            scores[order[places[real]]] = found[real]
        return scores

    @cached_property
    def _every(self) -> NDArray[np.float32]:
        """The score of every row of a small index."""
        scores = np.zeros(self._index.size, np.float32)
        if self._query is not None:
            found, rows = self._index.hits(self._query, self._index.size)
            scores[rows] = found
        return scores

    def _sifted(self, query: tantivy.Query, count: int, allowed: NDArray[np.int64]) -> Scored:
        """The `count` best hits among `allowed`: more hits are asked for until enough of them are."""
        size = self._index.size
        mask = _mask(allowed, size)
        window = min(size, 2 * count * size // len(allowed))
        while True:
            scores, rows = self._index.hits(query, window)
            inside = mask[rows]
            if len(rows) < window or window >= size or int(inside.sum()) >= count:
                return scores[inside][:count], rows[inside][:count]
            window = min(4 * window, size)


def _mask(rows: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    return mask


def _schema(fields: Sequence[str]) -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(_KEY, indexed=True, fast=True)
    builder.add_text_field(_ANY, tokenizer_name=_TERMS, index_option="basic")
    builder.add_text_field(_PLAIN, tokenizer_name=_WORDS, index_option="basic")
    for field in fields:
        builder.add_text_field(_name(field), tokenizer_name=_TERMS, index_option="freq")
    return builder.build()


def _name(field: str) -> str:
    return f"field_{field}"


def _clean(term: str) -> str:
    return term if term.isascii() else term.encode("utf-8", "replace").decode("utf-8")
