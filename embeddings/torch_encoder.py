"""The reference encoder: sentence-transformers itself. Used to export, to compare, and where a model cannot be exported."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from embeddings.adapter import check_adapter, merge
from embeddings.errors import ModelUnavailable
from embeddings.exported import ModelIdentity
from embeddings.models import content_hash
from embeddings.progress import Progress

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 32
_NO_LIMIT = 512  # tokens, for a model that states none


class TorchEncoder:
    """Encodes texts with sentence-transformers on the processor, in full precision.

    An adapter is merged into the model. Raises ModelUnavailable where either cannot be loaded, or they do not fit.
    """

    precision = "fp32"

    def __init__(self, name: str, folder: Path, *, adapter: Path | None = None, threads: int | None = None) -> None:
        self.name = name
        self.folder = folder
        if adapter is not None:
            check_adapter(adapter, name, folder)  # before the model is loaded, which takes seconds
        self.model = load_sentence_transformer(folder)
        merged = None if adapter is None else merge(self.model, adapter)
        self.identity = replace(identify(self.model, folder), adapter=merged)
        self.dimension = self.identity.dimension
        self.fingerprint = self.identity.fingerprint()
        if threads:
            import torch

            torch.set_num_threads(threads)

    def warm(self) -> None:
        """Nothing is left to read."""

    def encode(
        self, texts: Sequence[str], *, kind: Literal["query", "passage"] = "passage", progress: bool = False
    ) -> NDArray[np.float32]:
        """Unit vectors of `texts`, shape (len(texts), dimension), in their order, with the model's prompt for `kind`."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        with Progress("Encoding", len(texts), shown=progress) as bar:
            for start in range(0, len(order), _BATCH):
                rows = order[start : start + _BATCH]
                vectors[rows] = self.model.encode(
                    [texts[row].encode("utf-8", "replace").decode("utf-8") for row in rows],
                    prompt=self.identity.prompts.get(kind, ""),
                    batch_size=_BATCH,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
                bar.advance(len(rows))
        return vectors


def load_sentence_transformer(folder: Path, *, attention: str = "eager") -> SentenceTransformer:
    """The model in `folder`, on the processor, without asking the network; raises ModelUnavailable."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        # Plain attention by default: the fused kinds cannot all be exported, and encode no faster at these lengths.
        model = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": attention}
        )
    except Exception as error:  # anything from a missing file to a version too old for the model's architecture
        reason = (str(error).splitlines() or [""])[0]
        raise ModelUnavailable(
            f"the model in {folder} cannot be loaded ({type(error).__name__}: {reason})",
            "Check that the folder holds a whole sentence-transformers model.",
        ) from error
    return model.eval()


def identify(model: SentenceTransformer, folder: Path, *, precision: str = "fp32") -> ModelIdentity:
    """What decides the vectors of `model`, read from it and from its folder."""
    # Renamed in sentence-transformers 5.
    dimension = getattr(model, "get_embedding_dimension", model.get_sentence_embedding_dimension)()
    return ModelIdentity(
        weights=content_hash(folder),
        precision=precision,
        prompts=prompts_of(_configuration(folder)),
        max_length=int(model.max_seq_length or _NO_LIMIT),
        pooling=[[type(module).__name__, _module_configuration(module)] for module in list(model)[1:]],
        dimension=int(dimension or 0),
    )


def prompts_of(configuration: Mapping[str, Any]) -> dict[str, str]:
    """Prefixes by kind from `config_sentence_transformers.json`: the kind's own prompt, else the default prompt."""
    prompts = {name: text for name, text in (configuration.get("prompts") or {}).items() if isinstance(text, str)}
    default = prompts.get(configuration.get("default_prompt_name") or "", "")

    def prompt(*names: str) -> str:
        stated = [prompts[name] for name in names if name in prompts]
        return next(filter(None, stated), "") if stated else default

    return {"query": prompt("query"), "passage": prompt("document", "passage", "corpus")}


def _configuration(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _module_configuration(module: Any) -> dict[str, Any]:
    read = getattr(module, "get_config_dict", None)
    record = read() if callable(read) else {}
    return json.loads(json.dumps(record, default=str)) if isinstance(record, dict) else {}
