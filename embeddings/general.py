"""Plain English about software that every Python has with it: the docstrings of the standard library.

A model in training is held on these where it was, so that what it learns from questions costs it nothing elsewhere.
"""

from __future__ import annotations

import ast
import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path

_COUNT = 600
_LENGTHS = (40, 300)  # characters of a paragraph
_LEFT_OUT = {"site-packages", "dist-packages", "test", "tests", "idlelib", "lib2to3", "turtledemo"}


def general_texts(count: int = _COUNT) -> list[str]:
    """Up to `count` paragraphs, 40 to 300 characters each, always the same ones on the same version of Python."""
    found: set[str] = set()
    root = Path(sysconfig.get_path("stdlib"))
    for path in sorted(root.rglob("*.py")):
        if not _LEFT_OUT & set(path.relative_to(root).parts):
            found.update(_paragraphs(path))
    texts = sorted(found)
    random.Random(0).shuffle(texts)  # noqa: S311 - nothing secret
    return texts[:count]


def _paragraphs(path: Path) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for block in (ast.get_docstring(node) or "").split("\n\n"):
                paragraph = " ".join(block.split())
                if _LENGTHS[0] <= len(paragraph) <= _LENGTHS[1] and ">>>" not in paragraph:
                    yield paragraph
