"""Where the files that ship with Byline lie: inside the installed package, or in `data/` of a checkout."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import NotFound


def shipped(name: str) -> Path:
    """The path of a shipped file such as `articles.jsonl`. Raises `NotFound` where the installation lacks it."""
    here = Path(__file__).resolve().parent
    for folder in (here / "_data", here.parent / "data"):
        path = folder / name
        if path.exists():
            return path
    raise NotFound(f"the shipped file '{name}' is missing", "Install Byline again: its package is incomplete.")
