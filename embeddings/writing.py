"""Writing a generation of the index to a new folder: kept rows are copied from the one before, the rest is encoded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from embeddings.analyzer import ANALYZER_VERSION
from embeddings.cache import VectorCache
from embeddings.document import DIGEST, Document
from embeddings.encoder import Encoder
from embeddings.errors import ModelUnavailable
from embeddings.files import sync_tree
from embeddings.generation import Generation
from embeddings.lexical import Lexical, write_lexical
from embeddings.manifest import FORMAT, Manifest, inventory
from embeddings.progress import Progress

_DOCUMENTS_AT_ONCE = 128  # encoded together: enough to sort by length, little enough to keep in memory
_ROWS_COPIED = 8192


@dataclass(frozen=True, slots=True)
class Encoding:
    """How what is new becomes vectors."""

    encoder: Encoder
    cache: VectorCache | None = None
    progress: bool = False

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of passages, shape (len(texts), dimension)."""
        encode = partial(self.cache.encode, self.encoder) if self.cache is not None else self.encoder.encode
        vectors = encode(texts)
        if not np.isfinite(vectors).all():
            raise ModelUnavailable(
                f"the model '{self.encoder.name}' gives vectors that are not numbers", "Use another model."
            )
        return vectors


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows of a new generation: in the order of ids, each a new document, or an old row, or both (an update)."""

    ids: list[bytes]
    documents: list[Document | None]
    rows: list[int]  # row in the generation before, -1 where there is none

    @classmethod
    def of(cls, documents: Mapping[str, Document], deleted: set[str], previous: Generation | None) -> Plan:
        """Previous documents without the deleted, replaced and extended by `documents`."""
        old = {id_: row for row, id_ in enumerate(previous.ids())} if previous else {}
        kept = (old.keys() - deleted) | documents.keys()
        order = sorted((id_.encode("utf-8"), id_) for id_ in kept)
        return cls(
            ids=[encoded for encoded, _ in order],
            documents=[documents.get(id_) for _, id_ in order],
            rows=[-1 if id_ in deleted else old.get(id_, -1) for _, id_ in order],
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """What the manifest says beside what follows from the rows."""

    encoder: str
    fingerprint: str
    dimension: int
    field_weights: dict[str, float]
    tag: str


def write_generation(
    folder: Path, plan: Plan, previous: Generation | None, origin: Origin, encoding: Encoding | None
) -> None:
    """Write the generation of `plan` to the new folder `folder`, synced to the disk.

    `encoding` may be None only where every row is kept from `previous`.
    """
    folder.mkdir(parents=True)
    _write_vectors(folder, plan, previous, origin.dimension, encoding)
    fields = _write_words(folder, plan, previous, origin.field_weights)
    manifest = Manifest(
        format=FORMAT,
        analyzer=ANALYZER_VERSION,
        encoder=origin.encoder,
        fingerprint=origin.fingerprint,
        dimension=origin.dimension,
        normalised=True,
        rows=len(plan.ids),
        parts=int(np.load(folder / "part_offsets.npy", allow_pickle=False)[-1]),
        fields=fields,
        field_weights=origin.field_weights,
        tag=origin.tag,
        files=inventory(folder),
    )
    manifest.write(folder)
    sync_tree(folder)


def _write_vectors(
    folder: Path, plan: Plan, previous: Generation | None, dimension: int, encoding: Encoding | None
) -> None:
    rows = len(plan.ids)
    width = max(map(len, plan.ids), default=1)
    np.save(folder / "ids.npy", np.array(plan.ids, dtype=f"S{width}"))
    digests = _digests(plan, previous)
    np.save(folder / "digests.npy", digests)
    offsets = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum([_part_count(plan, row, previous) for row in range(rows)], out=offsets[1:])
    np.save(folder / "part_offsets.npy", offsets)
    vectors = _new_array(folder / "vectors.npy", (rows, dimension), np.float32)
    parts = _new_array(folder / "parts.npy", (int(offsets[-1]), dimension), np.float16)
    _copy_kept(plan, previous, digests, (vectors, parts, offsets))
    _encode_new(plan, previous, digests, (vectors, parts, offsets), encoding)
    for array in (vectors, parts):
        if isinstance(array, np.memmap):
            array.flush()


_Arrays = tuple[NDArray[Any], NDArray[Any], NDArray[np.int64]]


def _copy_kept(plan: Plan, previous: Generation | None, digests: NDArray[np.uint8], new: _Arrays) -> None:
    if previous is None:
        return
    vectors, parts, offsets = new
    old = np.array(plan.rows, dtype=np.int64)
    same_text, same_parts = _unchanged(plan, previous, digests)
    for start in range(0, len(old), _ROWS_COPIED):
        rows = start + np.flatnonzero(same_text[start : start + _ROWS_COPIED])
        vectors[rows] = previous.arrays["vectors"][old[rows]]
    old_offsets = previous.arrays["part_offsets"]
    for row in np.flatnonzero(same_parts).tolist():
        begin, end = int(old_offsets[old[row]]), int(old_offsets[old[row] + 1])
        if end > begin:
            parts[offsets[row] : offsets[row + 1]] = previous.arrays["parts"][begin:end]


def _encode_new(
    plan: Plan, previous: Generation | None, digests: NDArray[np.uint8], new: _Arrays, encoding: Encoding | None
) -> None:
    vectors, parts, offsets = new
    same_text, same_parts = _unchanged(plan, previous, digests)
    changed = np.flatnonzero(~(same_text & same_parts)).tolist()
    if not changed:
        return
    if encoding is None:
        raise ValueError("new documents need an encoder")
    with Progress("Indexing", len(changed), shown=encoding.progress) as bar:
        for start in range(0, len(changed), _DOCUMENTS_AT_ONCE):
            rows = changed[start : start + _DOCUMENTS_AT_ONCE]
            texts: list[str] = []
            places: list[tuple[NDArray[Any], int]] = []
            for row in rows:
                document = plan.documents[row]
                if document is not None and not same_text[row]:
                    texts.append(document.text)
                    places.append((vectors, row))
                if document is not None and not same_parts[row]:
                    texts.extend(document.parts)
                    places.extend((parts, int(offsets[row]) + part) for part in range(len(document.parts)))
            for (array, place), vector in zip(places, encoding.vectors(texts), strict=True):
                array[place] = vector
            bar.advance(len(rows))


def _write_words(
    folder: Path, plan: Plan, previous: Generation | None, field_weights: Mapping[str, float]
) -> list[str]:
    """The fields of every row, the lexical index, and the list of plain words; returns the names of the fields."""
    offsets = np.zeros(len(plan.ids) + 1, dtype=np.int64)
    names = set(field_weights)
    with (folder / "words.npy").open("wb") as file:
        start = _byte_header(file, 0)
        for row, words in enumerate(_row_words(plan, previous), start=1):
            file.write(words)
            offsets[row] = offsets[row - 1] + len(words)
            names.update(json.loads(words))
        file.seek(0)
        if _byte_header(file, int(offsets[-1])) != start:
            raise RuntimeError("the header of an array changed its size")
    np.save(folder / "word_offsets.npy", offsets)
    (folder / "lexical").mkdir()
    written = np.load(folder / "words.npy", mmap_mode="r", allow_pickle=False)
    rows = (json.loads(written[begin:end].tobytes()) for begin, end in pairwise(offsets.tolist()))
    write_lexical(folder / "lexical", sorted(names), rows)
    counts = Lexical(folder / "lexical", sorted(names), {}).words()
    np.save(folder / "word_list.npy", np.frombuffer("\n".join(word for word, _ in counts).encode(), dtype=np.uint8))
    np.save(folder / "word_counts.npy", np.array([count for _, count in counts], dtype=np.int32))
    return sorted(names)


def _byte_header(file: BinaryIO, size: int) -> int:
    """Write the head of a one-dimensional array of bytes; returns where its bytes begin, which is the same for any size."""
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": (size,)})
    return file.tell()


def _row_words(plan: Plan, previous: Generation | None) -> Iterator[bytes]:
    for document, row in zip(plan.documents, plan.rows, strict=True):
        if document is not None:
            yield document.words()
        elif previous is not None:
            yield previous.row_words(row)


def _digests(plan: Plan, previous: Generation | None) -> NDArray[np.uint8]:
    digests = np.zeros((len(plan.ids), 3, DIGEST), dtype=np.uint8)
    for row, document in enumerate(plan.documents):
        if document is not None:
            digests[row] = document.digests()
        elif previous is not None:
            digests[row] = previous.arrays["digests"][plan.rows[row]]
    return digests


def _unchanged(
    plan: Plan, previous: Generation | None, digests: NDArray[np.uint8]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Rows whose text, and rows whose parts, are those of their old row."""
    old = np.array(plan.rows, dtype=np.int64)
    same = np.zeros((len(old), 2), dtype=bool)
    if previous is not None:
        known = np.flatnonzero(old >= 0)
        same[known] = (digests[known, :2] == previous.arrays["digests"][old[known], :2]).all(axis=2)
    return same[:, 0], same[:, 1]


def _part_count(plan: Plan, row: int, previous: Generation | None) -> int:
    document = plan.documents[row]
    if document is not None:
        return len(document.parts)
    if previous is None:
        return 0
    offsets = previous.arrays["part_offsets"]
    return int(offsets[plan.rows[row] + 1] - offsets[plan.rows[row]])


def _new_array(path: Path, shape: tuple[int, int], dtype: type[np.generic]) -> NDArray[Any]:
    """An array written through to a file; an empty one, which cannot be mapped, is saved as it is."""
    if 0 in shape:
        empty = np.empty(shape, dtype=dtype)
        np.save(path, empty)
        return empty
    return np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)
