"""The index when a write is cut short and when its files are damaged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from embeddings import files, writing
from embeddings import index as index_module
from embeddings.errors import IndexBroken, IndexForeign, IndexMissing, IndexUnwritable
from embeddings.index import Document, Index


def document(number: int) -> Document:
    return Document(f"a{number}", {"title": f"kafka {number}"}, f"text {number}", (f"part {number}",))


@pytest.fixture
def index(tmp_path, word_encoder):
    return Index.build(tmp_path / "index", [document(number) for number in range(5)], word_encoder)


STEPS = [
    (writing, "_write_vectors"),
    (writing, "_encode_new"),
    (writing, "_write_words"),
    (writing, "write_lexical"),
    (writing, "inventory"),
    (writing, "sync_tree"),
    (index_module, "write_generation"),
    (index_module, "Generation"),
    (index_module, "replace_file"),
]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize(("module", "step"), STEPS, ids=[step for _, step in STEPS])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_write_cut_short_leaves_the_old_generation(index, word_encoder, monkeypatch, module, step, after, error):
    real = getattr(module, step)
    calls = []

    def failing(*arguments, **options):
        calls.append(step)
        if step == "Generation" and len(calls) == 1:  # the first opens the generation before
            return real(*arguments, **options)
        if after:
            real(*arguments, **options)
        raise error

    monkeypatch.setattr(module, step, failing)
    generation = index.generation
    with pytest.raises(error):
        index.upsert([document(9)], word_encoder)
    monkeypatch.undo()
    committed = step == "replace_file" and after
    opened = Index.open(index.folder, fingerprint=word_encoder.fingerprint, verify=True)
    assert (opened.generation == generation) is not committed
    assert opened.size == (6 if committed else 5)
    if not committed:
        assert [path.name for path in index.folder.iterdir() if path.is_dir()] == [generation]
    opened.upsert([document(9), document(10)], word_encoder)
    assert Index.open(index.folder, verify=True).size == 7
    assert len([path for path in index.folder.iterdir() if path.is_dir()]) == 1


KILLED = """
import sys, os
sys.path[:0] = {path!r}
import numpy as np
from pathlib import Path
from embeddings import {module}
from embeddings.index import Document, Index
class Encoder:
    name, fingerprint, dimension = "words", "words-1", 64
    def encode(self, texts, **options):
        return np.full((len(texts), 64), 0.125, dtype=np.float32)
{module}.{step} = lambda *arguments, **options: os._exit(9)
Index.open(Path({folder!r})).upsert([Document("new", {{"title": "kafka"}}, "text")], Encoder())
"""


@pytest.mark.parametrize(("module", "step"), [("writing", "write_lexical"), ("index", "replace_file")])
def test_a_killed_writer_leaves_the_old_generation_and_no_lock(index, word_encoder, module, step):
    root = str(Path(files.__file__).parents[1])
    program = KILLED.format(path=[root], module=module, step=step, folder=str(index.folder))
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=root).returncode == 9
    opened = Index.open(index.folder, verify=True)
    assert (opened.size, opened.generation) == (5, index.generation)
    assert len([path for path in index.folder.iterdir() if path.is_dir()]) == 2  # what the killed one left
    opened.upsert([document(9)], word_encoder)
    assert [path.name for path in index.folder.iterdir() if path.is_dir()] == [opened.generation]


def files_of(index: Index) -> list[Path]:
    folder = index.folder / index.generation
    return sorted(path for path in folder.rglob("*") if path.is_file() and "tantivy" not in path.name)


def test_every_file_of_a_generation_is_in_its_manifest(index):
    folder = index.folder / index.generation
    listed = json.loads((folder / "manifest.json").read_text())["files"]
    assert {path.relative_to(folder).as_posix() for path in files_of(index)} <= {*listed, "manifest.json"}


def test_any_file_cut_short_or_missing_is_noticed_at_opening(index):
    for path in files_of(index):
        data = path.read_bytes()
        for damaged in (data[:-1], b"", None):
            if damaged == data:
                continue
            path.unlink() if damaged is None else path.write_bytes(damaged)
            with pytest.raises(IndexBroken) as caught:
                Index.open(index.folder)
            assert caught.value.hint
            path.write_bytes(data)
    assert Index.open(index.folder, verify=True).size == 5


def test_any_altered_byte_is_noticed_by_the_full_check(index):
    for path in files_of(index):
        data = path.read_bytes()
        if path.name == "manifest.json" or not data:
            continue
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        with pytest.raises(IndexBroken):
            Index.open(index.folder, verify=True)
        path.write_bytes(data)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '{"format": 1, "analyzer": 1}', "\x00" * 50])
def test_a_manifest_that_is_none_is_broken(index, text):
    (index.folder / index.generation / "manifest.json").write_text(text)
    with pytest.raises((IndexBroken, IndexForeign)) as caught:
        Index.open(index.folder)
    assert "\n" not in str(caught.value)


def test_another_version_s_index_is_foreign(index):
    path = index.folder / index.generation / "manifest.json"
    record = json.loads(path.read_text())
    for field in ("format", "analyzer"):
        path.write_text(json.dumps({**record, field: 999}))
        with pytest.raises(IndexForeign, match="another version"):
            Index.open(index.folder)


@pytest.mark.parametrize("text", ["", "../../etc", "00000009-aaaaaaaa", "\xff"])
def test_a_current_that_names_no_generation_is_broken(index, text):
    (index.folder / "CURRENT").write_text(text, encoding="latin-1")
    with pytest.raises(IndexBroken):
        Index.open(index.folder)


def test_a_broken_index_can_be_built_anew(index, word_encoder):
    for path in files_of(index):
        path.write_bytes(b"")
    built = Index.build(index.folder, [document(1)], word_encoder)
    assert Index.open(index.folder, verify=True).size == built.size == 1


def test_an_interrupted_first_build_leaves_no_index(tmp_path, word_encoder, monkeypatch):
    def failing(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index_module, "replace_file", failing)
    with pytest.raises(IndexUnwritable, match="No space left"):
        Index.build(tmp_path / "index", [document(1)], word_encoder)
    with pytest.raises(IndexMissing):
        Index.open(tmp_path / "index")


def test_a_replaced_file_is_old_or_new_and_leaves_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "CURRENT"
    files.replace_file(path, b"old")

    def failing(_):
        raise OSError("disk gone")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="disk gone"):
        files.replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
