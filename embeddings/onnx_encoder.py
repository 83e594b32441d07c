"""The serving encoder: an exported model run by ONNX Runtime and tokenizers, without torch."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelUnavailable
from embeddings.exported import MODEL, TOKENIZER, ModelIdentity
from embeddings.progress import Progress

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Kind = Literal["query", "passage"]
DEFAULT_THREADS = 2
_TOKENISED_AT_ONCE = 4096
_BATCH = {"fp32": 32}
_BATCH_INT8 = 1
"""int8 rounds all of a batch with one scale, so that in company a text would get a vector of that company; a longer batch is
no faster (123 articles a second with 1, 4 and 8)."""


class _Runtime(NamedTuple):
    session: InferenceSession
    tokenizer: Tokenizer
    inputs: frozenset[str]
    padding: int


class OnnxEncoder:
    """Encodes texts with an exported model. Files are read at the first text, or by `warm`; safe to share among threads."""

    def __init__(self, name: str, folder: Path, identity: ModelIdentity, *, threads: int | None = None) -> None:
        self.name = name
        self.folder = folder
        self.identity = identity
        self.dimension = identity.dimension
        self.fingerprint = identity.fingerprint()
        self._threads = threads or DEFAULT_THREADS
        self._lock = threading.Lock()
        self._loaded: _Runtime | None = None

    def warm(self) -> None:
        """Read the model now instead of at the first text; raises ModelUnavailable."""
        self._runtime()

    def encode(self, texts: Sequence[str], *, kind: Kind = "passage", progress: bool = False) -> NDArray[np.float32]:
        """Unit vectors of `texts`, shape (len(texts), dimension), in their order.

        `kind` chooses the model's prompt; `progress` shows a bar on standard error. Raises ModelUnavailable.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        prompt = self.identity.prompts.get(kind, "")
        tokenizer = self._runtime().tokenizer
        if len(texts) == 1:  # a question: nothing to sort, to share out or to wait for
            return self._run([tokenizer.encode(prompt + _utf8(texts[0])).ids])
        with Progress("Encoding", len(texts), shown=progress) as bar:
            for start in range(0, len(texts), _TOKENISED_AT_ONCE):
                chunk = range(start, min(start + _TOKENISED_AT_ONCE, len(texts)))
                tokens = tokenizer.encode_batch_fast([prompt + _utf8(texts[row]) for row in chunk])
                batches = list(_by_length(chunk, [token.ids for token in tokens], self._batch))
                for rows, found in zip((rows for rows, _ in batches), self._runs(batches), strict=True):
                    vectors[rows] = found
                    bar.advance(len(rows))
        return vectors

    @property
    def _batch(self) -> int:
        return _BATCH.get(self.identity.precision, _BATCH_INT8)

    def _runs(self, batches: Sequence[tuple[list[int], list[list[int]]]]) -> Iterator[NDArray[np.float32]]:
        """The vectors of each batch, in order. Threads take whole batches: a single question gains nothing from a second."""
        if len(batches) < 2 or self._threads < 2:
            yield from (self._run(ids) for _, ids in batches)
            return
        with ThreadPoolExecutor(min(self._threads, len(batches))) as threads:
            yield from threads.map(self._run, (ids for _, ids in batches))

    def _run(self, ids: list[list[int]]) -> NDArray[np.float32]:
        session, _, names, padding = self._runtime()
        tokens = np.full((len(ids), max(map(len, ids))), padding, dtype=np.int64)
        mask = np.zeros_like(tokens)
        for row, row_ids in enumerate(ids):
            tokens[row, : len(row_ids)] = row_ids
            mask[row, : len(row_ids)] = 1
        inputs = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        outputs: list[Any] = session.run(None, {name: inputs[name] for name in names})
        return np.asarray(outputs[0], dtype=np.float32)

    def _runtime(self) -> _Runtime:
        if self._loaded is None:
            with self._lock:
                if self._loaded is None:
                    self._loaded = self._load()
        return self._loaded

    def _load(self) -> _Runtime:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # threads take whole batches, see `_runs`
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # done by the export
        options.log_severity_level = 3
        try:
            tokenizer = Tokenizer.from_file(str(self.folder / TOKENIZER))
            padding = (tokenizer.padding or {}).get("pad_id", 0)
            tokenizer.no_padding()
            tokenizer.enable_truncation(self.identity.max_length)
            session = onnxruntime.InferenceSession(
                str(self.folder / MODEL), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise bare exceptions
            raise ModelUnavailable(
                f"the exported model in {self.folder} cannot be loaded ({type(error).__name__})",
                "Delete that folder; it is exported again at the next start.",
            ) from error
        return _Runtime(session, tokenizer, frozenset(entry.name for entry in session.get_inputs()), padding)


def _by_length(rows: Sequence[int], ids: list[list[int]], size: int) -> Iterable[tuple[list[int], list[list[int]]]]:
    """Batches of texts of like length, longest first: little padding, and memory peaks at the first batch."""
    order = sorted(range(len(rows)), key=lambda at: -len(ids[at]))
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        yield [rows[at] for at in batch], [ids[at] for at in batch]


def _utf8(text: str) -> str:
    """The text without lone surrogates, which no tokenizer takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
