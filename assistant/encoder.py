"""Which encoder the settings mean: the model, the adapter that is merged into it, and what runs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.errors import NotFound
from assistant.resources import shipped
from assistant.settings import Settings
from embeddings.encoder import DEFAULT_MODEL, ModelEncoder, load_encoder
from embeddings.models import canonical_name

BASE = "none"  # the value of the setting `adapter` that leaves the model as it is
OWN_FOLDER = "adapter"  # of the home folder: where one's own training puts its outcome


@dataclass(frozen=True, slots=True)
class AdapterChoice:
    """The adapter that serves, and where it comes from."""

    kind: Literal["shipped", "own", "given", "none"]
    folder: Path | None = None


def chosen_adapter(settings: Settings) -> AdapterChoice:
    """The adapter that the settings mean.

    A folder in the setting `adapter` is taken as given, with any model, and must be there; `none` is the bare model. Unset,
    the default model gets the adapter of one's own in `<home>/adapter` where there is one, else the shipped one where the
    installation has it; any other model gets none, for an adapter fits the model that it was trained on.
    """
    if settings.adapter == BASE:
        return AdapterChoice("none")
    if settings.adapter:
        return AdapterChoice("given", Path(settings.adapter).expanduser().absolute())
    if canonical_name(settings.model) != DEFAULT_MODEL:
        return AdapterChoice("none")
    own = settings.folder / OWN_FOLDER
    if own.is_dir():
        return AdapterChoice("own", own)
    try:
        return AdapterChoice("shipped", shipped("encoder"))
    except NotFound:
        return AdapterChoice("none")


def settings_encoder(settings: Settings, *, progress: bool = False) -> ModelEncoder:
    """The encoder that the settings mean, exported below their home folder; raises `ModelUnavailable`."""
    return load_encoder(
        settings.model,
        folder=models_folder(settings),
        backend="torch" if settings.backend == "torch" else "onnx",
        threads=settings.threads,
        adapter=chosen_adapter(settings).folder,
        progress=progress,
    )


def confidence_file(settings: Settings) -> Path:
    """The shipped coefficients that go with the encoder: cosines of the bare model and of an adapted one differ in scale."""
    return shipped("confidence-base.json" if chosen_adapter(settings).folder is None else "confidence.json")


def models_folder(settings: Settings) -> Path:
    """Where the exported models lie."""
    return settings.folder / "models"
