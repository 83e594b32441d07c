"""What is indexed: a document, and the fingerprints that tell whether one has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DIGEST = 16
MAX_ID_BYTES = 255


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the index; raises ValueError for an id that cannot be one."""

    id: str  # at most 255 bytes of UTF-8, no NUL
    fields: Mapping[str, str]  # words for the lexical side, by field name
    text: str  # embedded for ranking
    parts: tuple[str, ...] = ()  # sentences, embedded for evidence only

    def __post_init__(self) -> None:
        try:
            encoded = self.id.encode("utf-8")
        except UnicodeEncodeError:
            encoded = b""
        if not encoded or len(encoded) > MAX_ID_BYTES or b"\0" in encoded:
            raise ValueError(f"not a document id: {self.id[:80]!r}")

    def words(self) -> bytes:
        """The fields as they are kept in the index: JSON, sorted by name, empty ones left out."""
        fields = {name: text for name, text in self.fields.items() if text}
        return json.dumps(fields, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")

    def digests(self) -> NDArray[np.uint8]:
        """Digests of text, parts and fields, shape (3, DIGEST): which of them a new version changes."""
        parts = json.dumps(self.parts).encode()
        digests = (_digest(self.text.encode("utf-8", "replace")), _digest(parts), _digest(self.words()))
        return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(3, DIGEST)


def by_id(documents: Iterable[Document]) -> dict[str, Document]:
    """Documents by id; of two with one id the later."""
    return {document.id: document for document in documents}


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=DIGEST).digest()
