"""LoRA adapters in PEFT's format: read, checked, hashed and merged into a model. Trains none; see `embeddings.training`.

PEFT itself is not used here: it would have to be installed and imported, with accelerate, wherever a model is exported,
and merging is one product for each layer.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelUnavailable
from embeddings.models import canonical_name, content_hash

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
PREFIX = "base_model.model."  # of each layer's name: what PEFT wraps a model in

_WAY_OUT = "Train it again, or set BYLINE_ADAPTER to none for the model as it is."
# Settings that make PEFT compute something else than W + alpha / r * B A, or change the weights that W is taken from.
_NOT_MERGED = (
    "use_dora",
    "use_rslora",
    "use_qalora",
    "use_bdlora",
    "lora_bias",
    "fan_in_fan_out",
    "modules_to_save",
    "rank_pattern",
    "alpha_pattern",
    "layer_replication",
    "target_parameters",
    "trainable_token_indices",
    "alora_invocation_tokens",
    "arrow_config",
    "loftq_config",
    "corda_config",
    "lora_ga_config",
)
_INITS_THAT_KEEP_THE_BASE = (True, False, None, "gaussian", "orthogonal", "eva")


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter that was read and checked, but for whether its layers fit a model."""

    folder: Path
    digest: str  # SHA-256, see `adapter_hash`
    base: str  # the model it was trained on, as its configuration names it; "" where it names none
    scale: float  # lora_alpha / r
    layers: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]  # by layer: A (r, inputs) and B (outputs, r)

    @classmethod
    def read(cls, folder: Path) -> Adapter:
        """The adapter in `folder`; raises ModelUnavailable where it is missing, damaged, or of a kind not merged here."""
        contents = _contents(folder)
        config = _checked_config(contents[CONFIG], folder)
        rank = config["r"]
        return cls(
            folder=folder,
            digest=_digest(contents),
            base=str(config.get("base_model_name_or_path") or ""),
            scale=config["lora_alpha"] / rank,
            layers=_layers(contents[WEIGHTS], rank, folder),
        )

    def check_base(self, model: str, source: Path) -> None:
        """Raise ModelUnavailable where the adapter names another base than `model`, whose files are in `source`.

        A base that is a folder may be elsewhere, if its files are the same.
        """
        if not self.base or canonical_name(self.base) == canonical_name(model):
            return
        folder = Path(self.base)
        if folder.is_dir() and (folder.resolve() == source.resolve() or content_hash(folder) == content_hash(source)):
            return
        raise ModelUnavailable(
            f"the adapter in {self.folder} was trained on the model '{self.base}', not on '{model}'",
            "Set BYLINE_MODEL to that model, or BYLINE_ADAPTER to none for the model as it is.",
        )


def adapter_hash(folder: Path) -> str:
    """SHA-256 over the names and contents of the files that decide what an adapter does (its card does not), as hex.

    Read anew at each start: it takes 3 ms, and an altered file is never overlooked. Raises ModelUnavailable where one of
    the files is missing.
    """
    return _digest(_contents(folder))


def check_adapter(folder: Path, model: str, source: Path) -> None:
    """Raise ModelUnavailable for an adapter that cannot be merged into `model`, as far as can be told without loading it."""
    Adapter.read(folder).check_base(model, source)


def merge(model: SentenceTransformer, folder: Path) -> str:
    """Add the adapter in `folder` to the weights of `model`, in place; returns the adapter's hash.

    Each layer's W (outputs, inputs) becomes W + lora_alpha / r * B A, computed in float32 (Hu et al., 2021, section 4.1).
    Raises ModelUnavailable, with the model as it was, where the adapter is damaged or does not fit.
    """
    import torch

    adapter = Adapter.read(folder)
    network = getattr(model[0], "auto_model", None)
    linear = {
        name: module
        for name, module in (network.named_modules() if network is not None else ())
        if isinstance(module, torch.nn.Linear)
    }
    for name, (a, b) in adapter.layers.items():
        if name not in linear:
            raise _unfit(folder, f"it has no linear layer '{name}'")
        if tuple(linear[name].weight.shape) != (len(b), a.shape[1]):
            raise _unfit(folder, f"the layer '{name}' has another shape")
    with torch.no_grad():
        for name, (a, b) in adapter.layers.items():
            weight = linear[name].weight
            merged = weight.float()  # the weight itself where it is float32 already
            weight.copy_(merged.addmm_(torch.from_numpy(b), torch.from_numpy(a), alpha=adapter.scale))
    return adapter.digest


def _contents(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise ModelUnavailable(
            f"there is no adapter folder {folder}",
            "Set BYLINE_ADAPTER to a folder that holds one, or to none for the model as it is.",
        )
    contents = {}
    for name in (CONFIG, WEIGHTS):
        try:
            contents[name] = (folder / name).read_bytes()
        except FileNotFoundError:
            raise ModelUnavailable(f"the adapter in {folder} has no {name}", _WAY_OUT) from None
        except OSError as error:
            raise ModelUnavailable(
                f"the adapter in {folder} cannot be read: {name} ({error.strerror or error})", _WAY_OUT
            ) from error
    return contents


def _digest(contents: dict[str, bytes]) -> str:
    rows = (f"{name} {hashlib.sha256(data).hexdigest()}\n" for name, data in sorted(contents.items()))
    return hashlib.sha256("".join(rows).encode()).hexdigest()


def _checked_config(data: bytes, folder: Path) -> dict[str, Any]:
    try:
        config = json.loads(data)
    except ValueError:
        config = None
    if not isinstance(config, dict):
        raise _damaged(folder, CONFIG)
    if config.get("peft_type") != "LORA":
        raise ModelUnavailable(f"the adapter in {folder} is not of the kind LoRA", _WAY_OUT)
    unknown = [name for name in _NOT_MERGED if config.get(name)]
    if config.get("bias", "none") != "none":
        unknown.append("bias")
    if config.get("init_lora_weights") not in _INITS_THAT_KEEP_THE_BASE:
        unknown.append("init_lora_weights")
    if unknown:
        raise ModelUnavailable(f"the adapter in {folder} uses {', '.join(unknown)}, which is not merged here", _WAY_OUT)
    rank, alpha = config.get("r"), config.get("lora_alpha")
    if type(rank) is not int or rank < 1 or not isinstance(alpha, int | float) or not math.isfinite(alpha):
        raise _damaged(folder, CONFIG)
    return config


def _layers(data: bytes, rank: int, folder: Path) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """A and B by the layer they belong to."""
    from safetensors.numpy import load

    try:
        tensors = {name: np.array(tensor, dtype=np.float32) for name, tensor in load(data).items()}
    except Exception as error:  # the library raises kinds of its own, and bare ones for a type that NumPy lacks
        raise _damaged(folder, WEIGHTS) from error
    halves: dict[str, dict[str, NDArray[np.float32]]] = {}
    for name, tensor in tensors.items():
        layer, _, half = name.removeprefix(PREFIX).rpartition(".lora_")
        if half not in {"A.weight", "B.weight"} or tensor.ndim != 2 or tensor.shape[half[0] == "B"] != rank:
            raise ModelUnavailable(f"the adapter in {folder} has weights that are not LoRA's: '{name}'", _WAY_OUT)
        if not np.isfinite(tensor).all():
            raise _damaged(folder, WEIGHTS)
        halves.setdefault(layer, {})[half[0]] = tensor
    if not halves or any(len(pair) != 2 for pair in halves.values()):
        raise _damaged(folder, WEIGHTS)
    return {layer: (pair["A"], pair["B"]) for layer, pair in sorted(halves.items())}


def _damaged(folder: Path, name: str) -> ModelUnavailable:
    return ModelUnavailable(f"the adapter in {folder} is damaged: {name} does not hold what it should", _WAY_OUT)


def _unfit(folder: Path, reason: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"the adapter in {folder} does not fit the model: {reason}",
        "Set BYLINE_MODEL to the model it was trained on, or BYLINE_ADAPTER to none for the model as it is.",
    )
