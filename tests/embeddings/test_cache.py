"""The cache of vectors."""

from __future__ import annotations

import logging
import sqlite3
import threading

import numpy as np
import pytest

from embeddings import cache as cache_module
from embeddings.cache import VectorCache


def test_only_what_is_missing_is_encoded_and_equal_texts_once(tmp_path, word_encoder):
    with VectorCache(tmp_path / "vectors.sqlite") as cache:
        first = cache.encode(word_encoder, ["a b", "c", "a b"])
        assert sorted(word_encoder.asked) == ["a b", "c"]
        again = cache.encode(word_encoder, ["c", "d d", "a b"])
    assert sorted(word_encoder.asked) == ["a b", "c", "d d"]
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(again[0], first[1])
    assert np.array_equal(again[2], first[0])
    assert np.array_equal(again, word_encoder.encode(["c", "d d", "a b"]))


def test_vectors_outlive_the_process(tmp_path, word_encoder):
    with VectorCache(tmp_path / "vectors.sqlite") as cache:
        cache.encode(word_encoder, ["one", "two"])
    word_encoder.asked.clear()
    with VectorCache(tmp_path / "vectors.sqlite") as cache:
        assert cache.count() == 2
        cache.encode(word_encoder, ["two", "one"])
    assert word_encoder.asked == []


def test_another_encoder_and_another_kind_have_their_own_vectors(tmp_path, word_encoder):
    with VectorCache(tmp_path / "vectors.sqlite") as cache:
        cache.encode(word_encoder, ["text"])
        cache.encode(word_encoder, ["text"], kind="query")
        word_encoder.fingerprint = "words-2"
        cache.encode(word_encoder, ["text"])
        assert word_encoder.asked == ["text"] * 3
        assert cache.count() == 3


def test_work_cut_short_is_kept_by_the_batch(tmp_path, word_encoder, monkeypatch):
    monkeypatch.setattr(cache_module, "_PER_TRANSACTION", 4)
    texts = [f"text {number}" for number in range(10)]
    whole = word_encoder.encode

    def failing(wanted, **options):
        if len(word_encoder.asked) >= 8:
            raise KeyboardInterrupt
        return whole(wanted, **options)

    monkeypatch.setattr(word_encoder, "encode", failing)
    with VectorCache(tmp_path / "vectors.sqlite") as cache, pytest.raises(KeyboardInterrupt):
        cache.encode(word_encoder, texts)
    with VectorCache(tmp_path / "vectors.sqlite") as cache:
        assert cache.count() == 8


@pytest.mark.parametrize("damage", ["text", "middle"])
def test_a_damaged_file_is_set_aside_and_begun_anew(tmp_path, word_encoder, caplog, damage):
    path = tmp_path / "vectors.sqlite"
    texts = [f"text {number}" for number in range(400)]
    with VectorCache(path) as cache:
        expected = cache.encode(word_encoder, texts)
    if damage == "text":
        path.write_bytes(b"this is no database " * 500)
    else:
        data = bytearray(path.read_bytes())
        data[4096:] = b"\xff" * (len(data) - 4096)
        path.write_bytes(data)
    with caplog.at_level(logging.WARNING), VectorCache(path) as cache:
        assert np.array_equal(cache.encode(word_encoder, texts), expected)
        assert cache.count() == 400
    assert len(list(tmp_path.glob("vectors.sqlite.damaged-*"))) == 1
    assert "set aside" in caplog.text


def test_a_vector_of_another_length_is_encoded_again(tmp_path, word_encoder):
    path = tmp_path / "vectors.sqlite"
    with VectorCache(path) as cache:
        cache.encode(word_encoder, ["text"])
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE vectors SET vector = x'0000'")
    connection.close()
    with VectorCache(path) as cache:
        assert cache.encode(word_encoder, ["text"]) == pytest.approx(word_encoder.encode(["text"]))


def test_where_nothing_can_be_written_texts_are_encoded_all_the_same(tmp_path, word_encoder, caplog):
    (tmp_path / "folder").mkdir()
    with VectorCache(tmp_path / "folder") as cache:  # a folder is no file
        assert cache.encode(word_encoder, ["text"]).shape == (1, 64)
    assert "without it" in caplog.text


def test_threads_and_handles_share_one_file(tmp_path, word_encoder):
    handles = [VectorCache(tmp_path / "vectors.sqlite") for _ in range(2)]
    failures: list[BaseException] = []

    def work(number):
        try:
            for turn in range(10):
                handles[number % 2].encode(word_encoder, [f"text {turn}", f"own {number} {turn}"])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert handles[0].count() == 10 + 40
    for handle in handles:
        handle.close()


def test_nothing_gives_nothing(tmp_path, word_encoder):
    with VectorCache(tmp_path / "vectors.sqlite") as cache:
        assert cache.encode(word_encoder, []).shape == (0, 64)
