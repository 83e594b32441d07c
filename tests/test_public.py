"""What `import assistant` offers, exactly, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import assistant
from assistant.errors import BylineError


def test_the_public_names_are_these_and_sorted():
    assert assistant.__all__ == [
        "Answer",
        "Article",
        "Assistant",
        "BylineError",
        "Card",
        "Catalog",
        "Filters",
        "Settings",
        "Turn",
        "__version__",
    ]
    for name in assistant.__all__:
        assert getattr(assistant, name) is not None
    assert dir(assistant) == assistant.__all__


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Nope'"):
        assistant.Nope  # noqa: B018


def test_importing_it_imports_nothing_heavy():
    code = (
        "import assistant, sys; print([m for m in ('numpy', 'faiss', 'torch', 'gradio', 'click') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_an_error_reads_as_one_sentence_with_a_way_out():
    assert str(BylineError("the file is cut short", "Fetch it again.")) == "The file is cut short. Fetch it again."
