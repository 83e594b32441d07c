"""BM25 over fields (Tantivy): the folder of one generation's words, written once and searched read-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.analyzer import prepare, term_analyzer, word_analyzer
from embeddings.ranking import Scored, best

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

    def search(
        self,
        terms: Mapping[str, float],
        limit: int,
        allowed: NDArray[np.int64] | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> Scored:
        """The `limit` best rows by BM25, summed over fields and terms by their weights; best first, ties by row.

        `allowed` holds the distinct rows to search in, None all. Rows that hold no term are never given; fewer than
        `limit` are given only where fewer hold one. `terms` are analysed terms with their
        weights; those of zero or less are passed over, and so is all beyond the MAX_TERMS weightiest.
        """
        query = self._query(terms, weights)
        size = self.size if allowed is None else len(allowed)
        limit = min(limit, size)
        if query is None or limit <= 0:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        if allowed is None or len(allowed) == self.size:
            return best(lambda count: self._hits(query, count), limit, self.size)
        if self.size <= _SMALL or size * _ENGINE_FILTER > self.size:
            return best(lambda count: self._sifted(query, count, allowed), limit, size)
        filtered = self._within(query, allowed)
        return best(lambda count: self._hits(filtered, count), limit, size)

    def held(self, terms: Mapping[str, float], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """For each of `rows` (distinct, sorted) the sum of the weights of those analysed terms that it holds in any field."""
        from tantivy import Occur, Query

        chosen = sorted(terms.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_TERMS]
        parts = [
            (Occur.Should, Query.const_score_query(Query.term_query(self._schema, _ANY, _clean(term), "basic"), weight))
            for term, weight in chosen
            if weight > 0
        ]
        sums = np.zeros(len(rows), np.float32)
        if parts and len(rows):
            query = Query.boolean_query(parts)
            if self.size > _SMALL:
                query = self._within(query, rows)
            scores, found = self._hits(query, self.size if self.size <= _SMALL else len(rows))
            places = np.minimum(np.searchsorted(rows, found), len(rows) - 1)
            real = rows[places] == found
            sums[places[real]] = scores[real]
        return sums

    def _query(self, terms: Mapping[str, float], weights: Mapping[str, float] | None) -> tantivy.Query | None:
        from tantivy import Occur, Query

        fields = self._weights if weights is None else {**self._weights, **weights}
        chosen = sorted(
            ((weight, term) for term, weight in terms.items() if weight > 0), key=lambda pair: (-pair[0], pair[1])
        )
        parts = []
        for weight, term in chosen[:MAX_TERMS]:
            value = _clean(term)
            for field in self._weights:
                boost = weight * fields[field]
                if boost > 0 and self._searcher.doc_freq(_name(field), value):
                    found = Query.term_query(self._schema, _name(field), value, "freq")
                    parts.append((Occur.Should, Query.boost_query(found, boost)))
        return Query.boolean_query(parts) if parts else None

    def _within(self, query: tantivy.Query, allowed: NDArray[np.int64]) -> tantivy.Query:
        from tantivy import Occur, Query

        inside = Query.term_set_query(self._schema, _KEY, allowed.tolist())
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(inside, 0.0))])

    def _sifted(self, query: tantivy.Query, count: int, allowed: NDArray[np.int64]) -> Scored:
        """The `count` best hits among `allowed`: more hits are asked for until enough of them are."""
        mask = np.zeros(self.size, dtype=bool)
        mask[allowed] = True
        window = self.size if self.size <= _SMALL else min(self.size, 2 * count * self.size // len(allowed))
        while True:
            scores, rows = self._hits(query, window)
            inside = mask[rows]
            if len(rows) < window or window >= self.size or int(inside.sum()) >= count:
                return scores[inside][:count], rows[inside][:count]
            window = min(4 * window, self.size)

    def _hits(self, query: tantivy.Query, count: int) -> Scored:
        hits = self._searcher.search(query, count, False).hits
        rows = self._searcher.fast_field_values(_KEY, [address for _, address in hits])
        scores = np.fromiter((score for score, _ in hits), np.float32, len(hits))
        return scores, np.asarray(rows, dtype=np.int64)


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
