"""One generation of the index, open for reading: it never changes, whatever a writer does meanwhile."""

from __future__ import annotations

import json
import os
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings import analyzer
from embeddings.errors import IndexBroken, IndexForeign
from embeddings.lexical import Lexical, LexicalQuery
from embeddings.manifest import Manifest, check_files
from embeddings.ranking import Scored, distinct, located
from embeddings.vectors import Vectors

Hits = list[tuple[str, float]]
_ARRAYS = ("ids", "vectors", "digests", "parts", "part_offsets", "words", "word_offsets", "word_list", "word_counts")


class Generation:
    """Documents by row, rows in the order of their ids. Arrays are mapped into memory; safe to share among threads.

    A key is a row number: keys of one generation mean nothing in another, so take one generation for calls that belong
    together.
    """

    def __init__(self, folder: Path, *, fingerprint: str | None = None, verify: bool = False) -> None:
        """Open the generation in `folder`.

        Raises IndexForeign where another encoder than `fingerprint` made it, IndexBroken where a file is missing or has
        another size or, with `verify`, other contents than were written.
        """
        self.folder = folder
        self.name = folder.name
        self.manifest = Manifest.read(folder)
        self.fingerprint = self.manifest.fingerprint
        if fingerprint is not None and fingerprint != self.fingerprint:
            raise IndexForeign(
                f"the index was made with another encoder ({self.manifest.encoder})",
                "Rebuild it: byline index --rebuild",
            )
        check_files(folder, self.manifest, contents=verify)
        self.size = self.manifest.rows
        try:
            arrays = {name: _mapped(folder / f"{name}.npy") for name in _ARRAYS}
            self._lexical = Lexical(folder / "lexical", self.manifest.fields, self.manifest.field_weights)
        except Exception as error:  # each engine raises its own kinds
            locked = not os.access(folder, os.W_OK)
            raise IndexBroken(
                f"the index in {folder} cannot be opened ({error})",
                "Make that folder writable: reading takes a lock in it."
                if locked
                else "Rebuild it: byline index --rebuild",
            ) from error
        self.arrays: dict[str, NDArray[Any]] = arrays
        self._check_shapes()
        self._ids: NDArray[np.bytes_] = arrays["ids"]
        self._vectors = Vectors(arrays["vectors"])

    def _check_shapes(self) -> None:
        rows, parts, dimension = self.size, self.manifest.parts, self.manifest.dimension
        expected = {
            "ids": (rows,),
            "vectors": (rows, dimension),
            "parts": (parts, dimension),
            "part_offsets": (rows + 1,),
        }
        for name, shape in expected.items():
            if self.arrays[name].shape != shape:
                raise IndexBroken(
                    f"the index is damaged: {name} has the wrong shape", "Rebuild it: byline index --rebuild"
                )
        if self._lexical.size != rows:
            raise IndexBroken(
                "the index is damaged: its words and vectors differ in number", "Rebuild it: byline index --rebuild"
            )

    def warm(self) -> None:
        """Load the search libraries now instead of at the first search; may be called in a thread."""
        import faiss  # noqa: F401

    def ids(self) -> list[str]:
        """Every document's id, sorted."""
        return [id_.decode("utf-8") for id_ in self._ids.tolist()]

    def keys(self, ids: Iterable[str]) -> NDArray[np.int64]:
        """The keys of `ids`, sorted and distinct, for `allowed`; ids the index does not hold are left out."""
        rows = self.rows(list(ids))
        return distinct(rows[rows >= 0])

    def rows(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """The row of each of `ids`, in their order; -1 for one the index does not hold."""
        width = self._ids.dtype.itemsize
        encoded = [id_.encode("utf-8", "replace") for id_ in ids]
        # An id longer than all, or with the NUL that arrays end at, would be cut to one that may be held.
        wanted = np.array([b"" if len(id_) > width or b"\0" in id_ else id_ for id_ in encoded], dtype=self._ids.dtype)
        places, held = located(self._ids, wanted)
        return np.where(held, places, -1).astype(np.int64)

    def dense(self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.int64] | None = None) -> Hits:
        """The `limit` documents nearest to the unit `vector` as (id, cosine), best first, ties by id; exact.

        `allowed` holds keys of this generation; fewer hits only where it holds fewer.
        """
        return self._named(*self.dense_keys(vector, limit, allowed))

    def dense_keys(self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.int64] | None = None) -> Scored:
        """As `dense`, as (scores, keys)."""
        return self._vectors.search(vector, limit, self._known(allowed))

    def lexical(self, terms: Mapping[str, float], limit: int, allowed: NDArray[np.int64] | None = None) -> Hits:
        """The `limit` documents that score best by BM25, as (id, score > 0), best first, ties by id.

        `terms` are analysed terms with their weights; `allowed` as in `dense`.
        """
        return self._named(*self.lexical_query(terms).best(limit, self._known(allowed)))

    def lexical_query(self, terms: Mapping[str, float]) -> LexicalQuery:
        """`terms` made ready to be asked more than once, by keys of this generation."""
        return self._lexical.query(terms)

    def ids_of(self, keys: NDArray[np.int64]) -> list[str]:
        """The ids of `keys`, in their order; keys stand in the order of their ids."""
        return [id_.decode("utf-8") for id_ in self._ids[keys].tolist()]

    def vectors_of(self, keys: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of `keys`, shape (len(keys), dimension), in their order."""
        return np.asarray(self._vectors.rows[keys], dtype=np.float32)

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of `ids`, shape (len(ids), dimension), in their order; raises KeyError for one not held."""
        rows = self.rows(ids)
        if (rows < 0).any():
            raise KeyError(ids[int(np.argmin(rows))])
        return self.vectors_of(rows)

    def part_vectors(self, id_: str) -> NDArray[np.float32]:
        """The vectors of a document's parts, shape (parts, dimension), in their order; accurate to about 0.001. Raises KeyError."""
        return self.parts_of(self.row(id_))

    def parts_of(self, key: int) -> NDArray[np.float32]:
        """`part_vectors` of the document with that key."""
        start, end = self.arrays["part_offsets"][key : key + 2].tolist()
        return self.arrays["parts"][start:end].astype(np.float32)

    def analyze(self, text: str) -> list[str]:
        """The terms of `text`: stemmed, function words dropped, repeated as often as they occur."""
        return analyzer.analyze(text)

    def document_frequency(self, term: str) -> int:
        """How many documents hold the analysed `term` in any field."""
        return self._lexical.document_frequency(term)

    def held(self, terms: Mapping[str, float], keys: NDArray[np.int64]) -> NDArray[np.float32]:
        """For each of `keys` (distinct), in their order, the summed weights of those analysed terms that its document holds."""
        return self._lexical.held(terms, keys)

    def terms_of(self, id_: str) -> frozenset[str]:
        """The distinct analysed terms a document holds in any field; raises KeyError."""
        return frozenset(term for text in self.fields(id_).values() for term in analyzer.analyze(text))

    def fields(self, id_: str) -> dict[str, str]:
        """A document's words by field name, as indexed; raises KeyError."""
        fields: dict[str, str] = json.loads(self.row_words(self.row(id_)))
        return fields

    def row_words(self, row: int) -> bytes:
        """The fields of a row as JSON."""
        start, end = self.arrays["word_offsets"][row : row + 2]
        return self.arrays["words"][int(start) : int(end)].tobytes()

    @cached_property
    def _word_list(self) -> list[str]:
        return self.arrays["word_list"].tobytes().decode("utf-8").split("\n") if self.arrays["word_list"].size else []

    def words(self) -> Sequence[str]:
        """The distinct words of all fields, sorted: lower case, not stemmed."""
        return self._word_list

    def word_count(self, word: str) -> int:
        """How many documents hold the plain word."""
        place = bisect_left(self._word_list, word)
        found = place < len(self._word_list) and self._word_list[place] == word
        return int(self.arrays["word_counts"][place]) if found else 0

    def row(self, id_: str) -> int:
        """The row of a document; raises KeyError."""
        row = int(self.rows([id_])[0])
        if row < 0:
            raise KeyError(id_)
        return row

    def _known(self, allowed: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
        """Keys beyond the rows are dropped: the engines would read beyond their arrays."""
        if allowed is None:
            return None
        allowed = np.asarray(allowed, dtype=np.int64)
        if len(allowed) and (allowed.min() < 0 or allowed.max() >= self.size):
            allowed = allowed[(allowed >= 0) & (allowed < self.size)]
        return allowed

    def _named(self, scores: NDArray[np.float32], rows: NDArray[np.int64]) -> Hits:
        return list(zip(self.ids_of(rows), scores.tolist(), strict=True))


def _mapped(path: Path) -> NDArray[Any]:
    """An array in its file, as a plain array: memmap objects cost ten times as much to slice."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
