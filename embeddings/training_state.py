"""A training on disk: the state that one which was ended goes on with, and the record of one that is finished."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.adapter import adapter_hash
from embeddings.files import replace_file
from embeddings.training_plan import TrainingSet, TrainingSettings

if TYPE_CHECKING:
    import torch

RECORD = "training.json"
"""Beside a finished adapter: the settings and the loss of each step."""
SAVE_EVERY = 20
"""Steps: a training that is ended loses at most a minute or two."""
_STATE = "training.pt"


def digest_of(training_set: TrainingSet, settings: TrainingSettings, adapter: Path | None) -> str:
    """What a training that was ended must have in common with the one that goes on with it."""
    passages = {id: passage.views for id, passage in sorted(training_set.passages.items())}
    record = [training_set.questions, passages, training_set.negatives, dataclasses.asdict(settings)]
    text = json.dumps([record, adapter and adapter_hash(adapter)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def resumed(folder: Path, digest: str, parameters: list[Any], optimizer: torch.optim.Optimizer) -> list[float]:
    """The losses so far, with the weights as they were then; none where there is nothing to go on with."""
    import torch

    try:
        state = torch.load(folder / _STATE, weights_only=True)
    except Exception:  # none, or one cut short: training starts anew
        return []
    if state.get("digest") != digest:
        return []
    with torch.no_grad():
        for parameter, value in zip(parameters, state["parameters"], strict=True):
            parameter.copy_(value)
    optimizer.load_state_dict(state["optimizer"])
    return list(state["losses"])


def keep(
    folder: Path, digest: str, parameters: list[Any], optimizer: torch.optim.Optimizer, losses: list[float]
) -> None:
    """Write what `resumed` reads, in one step."""
    import torch

    buffer = io.BytesIO()
    state = {"digest": digest, "parameters": parameters, "optimizer": optimizer.state_dict(), "losses": losses}
    torch.save(state, buffer)
    replace_file(folder / _STATE, buffer.getvalue())


def finish(folder: Path, digest: str, settings: TrainingSettings, losses: list[float]) -> None:
    """Write the record of a finished training, and remove its state."""
    record = {"digest": digest, "settings": dataclasses.asdict(settings), "losses": losses}
    replace_file(folder / RECORD, (json.dumps(record, indent=1) + "\n").encode())
    (folder / _STATE).unlink(missing_ok=True)


def finished(folder: Path, digest: str) -> list[float] | None:
    """The losses of the training that was finished in `folder`; None for another or none."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return list(record["losses"]) if record["digest"] == digest else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
