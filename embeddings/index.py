"""The saved index: vectors and words behind one interface, in generations that replace one another in one step."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.cache import VectorCache
from embeddings.document import Document, by_id
from embeddings.encoder import Encoder
from embeddings.errors import IndexBroken, IndexBusy, IndexForeign, IndexMissing, IndexUnwritable
from embeddings.files import exclusive, replace_file
from embeddings.generation import Generation, Hits
from embeddings.manifest import CURRENT, GENERATION, current
from embeddings.writing import Encoding, Origin, Plan, write_generation

__all__ = ["Change", "Document", "Generation", "Index"]

_LOCK = ".lock"
_WRITE_SECONDS = 60.0
_OPEN_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Change:
    """How many documents a write added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


class Index:
    """The current generation, and the way to the next. Safe to share among threads; one process writes at a time.

    Reading goes to the generation that was current when it was opened, written or refreshed here. Calls that must see one
    state (`keys`, then `dense` with them) take `index.current` once and call that.
    """

    def __init__(self, folder: Path, generation: Generation) -> None:
        self.folder = folder
        self.current = generation

    @classmethod
    def build(
        cls,
        folder: Path,
        documents: Iterable[Document],
        encoder: Encoder,
        *,
        cache: VectorCache | None = None,
        field_weights: Mapping[str, float] | None = None,
        tag: str = "",
        progress: bool = False,
    ) -> Index:
        """Write a new index of `documents` (of two with one id the later) to `folder`, in place of any that is there.

        `tag` is the caller's own mark of what was indexed, such as a revision. Raises IndexBusy where another process
        writes for more than a minute.
        """
        weights = {name: float(weight) for name, weight in (field_weights or {}).items()}
        origin = Origin(encoder.name, encoder.fingerprint, encoder.dimension, weights, tag)
        with _writing(folder):
            plan = Plan.of(by_id(documents), set(), None)
            return cls(folder, _replace_current(folder, plan, None, origin, Encoding(encoder, cache, progress)))

    @classmethod
    def open(cls, folder: Path, *, fingerprint: str | None = None, verify: bool = False) -> Index:
        """Open the current generation.

        Raises IndexMissing, IndexForeign where an encoder other than `fingerprint` made it, IndexBroken where files are
        damaged: by their sizes or, with `verify`, by their checksums.
        """
        return cls(folder, _open_current(folder, fingerprint, verify=verify))

    def update(
        self,
        documents: Iterable[Document] = (),
        encoder: Encoder | None = None,
        *,
        delete: Iterable[str] = (),
        cache: VectorCache | None = None,
        tag: str | None = None,
        progress: bool = False,
    ) -> Change:
        """Delete, then insert or replace, in one new generation; only new text is encoded. Unknown ids are passed over.

        Where nothing differs no generation is written, and a new `tag` is only noted. Raises IndexForeign for an encoder
        other than the index's, IndexBusy where another process writes for more than a minute.
        """
        given, removed = by_id(documents), set(delete)
        if given and encoder is None:
            raise ValueError("new documents need an encoder")
        if encoder is not None and encoder.fingerprint != self.fingerprint:
            raise IndexForeign("the index was made with another encoder", "Rebuild it: byline index --rebuild")
        with _writing(self.folder):
            previous = _open_current(self.folder, self.fingerprint)
            change = _difference(given, removed, previous)
            manifest = previous.manifest
            if change:
                encoding = Encoding(encoder, cache, progress) if encoder else None
                origin = Origin(
                    manifest.encoder,
                    manifest.fingerprint,
                    manifest.dimension,
                    manifest.field_weights,
                    manifest.tag if tag is None else tag,
                )
                previous = _replace_current(
                    self.folder, Plan.of(given, removed - given.keys(), previous), previous, origin, encoding
                )
            elif tag is not None and tag != manifest.tag:
                previous.manifest = replace(manifest, tag=tag)
                previous.manifest.write(previous.folder)
            self.current = previous
        return change

    def upsert(
        self,
        documents: Iterable[Document],
        encoder: Encoder,
        *,
        cache: VectorCache | None = None,
        tag: str | None = None,
        progress: bool = False,
    ) -> Change:
        """Insert `documents`, or replace those with their ids; see `update`."""
        return self.update(documents, encoder, cache=cache, tag=tag, progress=progress)

    def delete(self, ids: Iterable[str], *, tag: str | None = None) -> Change:
        """Remove documents; see `update`."""
        return self.update(delete=ids, tag=tag)

    def stale(self) -> bool:
        """Whether another handle has made another generation current; False where that cannot be told."""
        try:
            return current(self.folder) != self.generation
        except (IndexMissing, IndexBroken):
            return False

    def refresh(self) -> bool:
        """Open the newest generation if it is not the one open here; True where it was. Raises as `open` does."""
        if not self.stale():
            return False
        self.current = _open_current(self.folder, self.fingerprint)
        return True

    @property
    def size(self) -> int:
        """Number of documents."""
        return self.current.size

    @property
    def fingerprint(self) -> str:
        """Of the encoder that made the vectors."""
        return self.current.fingerprint

    @property
    def generation(self) -> str:
        """Name of the generation open here."""
        return self.current.name

    @property
    def tag(self) -> str:
        """The caller's mark given with the last write."""
        return self.current.manifest.tag

    def ids(self) -> list[str]:
        """See `Generation.ids`."""
        return self.current.ids()

    def dense(self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.int64] | None = None) -> Hits:
        """See `Generation.dense`."""
        return self.current.dense(vector, limit, allowed)

    def lexical(self, terms: Mapping[str, float], limit: int, allowed: NDArray[np.int64] | None = None) -> Hits:
        """See `Generation.lexical`."""
        return self.current.lexical(terms, limit, allowed)

    def analyze(self, text: str) -> list[str]:
        """See `Generation.analyze`."""
        return self.current.analyze(text)


def _open_current(folder: Path, fingerprint: str | None, *, verify: bool = False) -> Generation:
    """Open what CURRENT names; once more where a writer replaced and removed it between the two steps."""
    for _ in range(_OPEN_ATTEMPTS):
        name = current(folder)
        try:
            return Generation(folder / name, fingerprint=fingerprint, verify=verify)
        except IndexBroken:
            if current(folder) == name:
                raise
    raise IndexBroken(f"the index in {folder} changes too often to be opened", "Try again.")


def _replace_current(
    folder: Path, plan: Plan, previous: Generation | None, origin: Origin, encoding: Encoding | None
) -> Generation:
    """Write a generation beside the others and make it current; the others are removed afterwards."""
    name = f"{_last_number(folder) + 1:08d}-{uuid.uuid4().hex[:8]}"
    try:
        write_generation(folder / name, plan, previous, origin, encoding)
        generation = Generation(folder / name, fingerprint=origin.fingerprint)
        replace_file(folder / CURRENT, f"{name}\n".encode())
    except BaseException:
        if not _is_current(folder, name):
            shutil.rmtree(folder / name, ignore_errors=True)
        raise
    for path in folder.iterdir():
        if path.name != name and GENERATION.fullmatch(path.name):
            shutil.rmtree(
                path, ignore_errors=True
            )  # Windows keeps what a reader has mapped; the next write tries again
    return generation


def _is_current(folder: Path, name: str) -> bool:
    try:
        return current(folder) == name
    except (IndexMissing, IndexBroken):
        return False


def _last_number(folder: Path) -> int:
    return max((int(path.name[:8]) for path in folder.iterdir() if GENERATION.fullmatch(path.name)), default=0)


def _difference(given: Mapping[str, Document], removed: set[str], previous: Generation) -> Change:
    """What the write would change, by the digests the index keeps."""
    rows = previous.rows(list(given)).tolist()
    digests = previous.arrays["digests"]
    changed = sum(
        row >= 0 and not np.array_equal(document.digests(), digests[row])
        for document, row in zip(given.values(), rows, strict=True)
    )
    return Change(added=rows.count(-1), changed=changed, removed=len(previous.keys(removed - given.keys())))


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """The right to write: held by one thread of one process at a time."""
    try:
        with exclusive(folder / _LOCK, _WRITE_SECONDS):
            yield
    except TimeoutError as error:
        raise IndexBusy("another process is writing the index", "Wait until it is done, then try again.") from error
    except OSError as error:
        raise IndexUnwritable(
            f"the index in {folder} cannot be written ({error.strerror or error})",
            "Free some space or make the folder writable; what was there before still serves.",
        ) from error
