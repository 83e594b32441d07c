"""Every setting in one table: name, default, environment variable and help; a test holds the README to it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from assistant.errors import SettingInvalid
from assistant.limits import MAX_LIMIT

_CHOICES = {"backend": ("onnx", "torch"), "starter": ("on", "off")}
_RANGES = {"port": (0, 65535), "limit": (1, MAX_LIMIT), "threads": (1, 64)}


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set. Each field is read from `BYLINE_<NAME>`; arguments win over the environment."""

    home: str = _setting(
        "", "Folder of the catalog, the index and the exported model; empty for the user's data folder."
    )
    model: str = _setting("all-MiniLM-L6-v2", "Embedding model: a sentence-transformers name or a path.")
    adapter: str = _setting(
        "",
        "LoRA adapter that is merged into the model: a folder, or none for the bare model; empty for one's own or the shipped one.",
    )
    backend: str = _setting("onnx", "What runs the model: onnx (fast, light) or torch.")
    starter: str = _setting("on", "Whether a new catalog starts with the shipped articles: on or off.")
    threads: int = _setting(2, "Processor threads that encoding may use, 1 to 64.")
    limit: int = _setting(5, "Cards in an answer that is neither a count nor a list, 1 to 50.")
    host: str = _setting("127.0.0.1", "Address the web server listens on.")
    port: int = _setting(7860, "Port the web server listens on; 0 takes a free one.")

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise SettingInvalid(
                    f"setting '{name}' must be {' or '.join(choices)}, not '{getattr(self, name)}'",
                    f"Correct it, or unset {variable(name)}.",
                )
        for name, (low, high) in _RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise SettingInvalid(
                    f"setting '{name}' must be from {low} to {high}, not {getattr(self, name)}",
                    f"Correct it, or unset {variable(name)}.",
                )

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
        """Settings from the environment, with the given values (where not None) in their place.

        Raises `SettingInvalid` for a value outside its range.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for setting in fields(cls):
            value: Any = environ.get(variable(setting.name))
            if given.get(setting.name) is not None:
                value = given[setting.name]
            if value is not None:
                values[setting.name] = _number(setting.name, value) if setting.name in _RANGES else str(value)
        return cls(**values)

    @property
    def folder(self) -> Path:
        """The home folder: `home`, or the user's data folder of this platform."""
        if self.home:
            return Path(self.home).expanduser().absolute()
        from platformdirs import user_data_path

        return user_data_path("byline", appauthor=False)


def variable(name: str) -> str:
    """The environment variable of a setting.

    >>> variable("home")
    'BYLINE_HOME'
    """
    return f"BYLINE_{name.upper()}"


def table() -> list[tuple[str, str, str, str]]:
    """Each setting's name, environment variable, default and help."""
    return [(item.name, variable(item.name), str(item.default), item.metadata["help"]) for item in fields(Settings)]


def _number(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise SettingInvalid(
            f"setting '{name}' must be a whole number, not '{value}'", f"Correct it, or unset {variable(name)}."
        ) from None
