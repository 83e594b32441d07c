"""The saved index: build, open, change, reload."""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import Any

import numpy as np
import pytest

from embeddings import index as index_module
from embeddings.cache import VectorCache
from embeddings.encoder import Encoder
from embeddings.errors import IndexBusy, IndexForeign, IndexMissing, IndexUnwritable
from embeddings.files import exclusive
from embeddings.index import Document, Index

SUBJECTS = ["kafka streams", "postgres sharding", "search ranking", "mobile builds", "feature store", "on-call reviews"]


def document(number: int, **changes: Any) -> Document:
    subject = SUBJECTS[number % len(SUBJECTS)]
    values: dict[str, Any] = {
        "id": f"article-{number:03d}",
        "fields": {"title": f"{subject} {number}", "company": f"company{number % 7}"},
        "text": f"how we did {subject} at scale, part {number}",
        "parts": tuple(f"sentence {part} of {number}" for part in range(number % 4)),
    }
    return Document(**{**values, **changes})


@pytest.fixture
def documents():
    return [document(number) for number in range(60)]


@pytest.fixture
def index(tmp_path, documents, word_encoder):
    shuffled = random.Random(5).sample(documents, len(documents))
    return Index.build(tmp_path / "index", shuffled, word_encoder, field_weights={"title": 2.0}, tag="r1")


def answers(index: Index, encoder: Encoder) -> tuple[Any, ...]:
    """Everything a reader can ask for."""
    query = encoder.encode(["kafka streams at scale"])[0]
    terms = Counter(index.analyze("kafka streams scale company3"))
    return (
        index.ids(),
        index.dense(query, 100),
        index.lexical(terms, 100),
        [index.current.part_vectors(id_).tolist() for id_ in index.ids()],
        index.current.vectors(index.ids()).tolist(),
        list(index.current.words()),
        [index.current.document_frequency(term) for term in terms],
    )


def test_what_was_built_is_what_is_opened(index, word_encoder):
    opened = Index.open(index.folder, fingerprint=word_encoder.fingerprint, verify=True)
    assert (opened.size, opened.tag, opened.generation) == (60, "r1", index.generation)
    assert answers(opened, word_encoder) == answers(index, word_encoder)


def test_vectors_parts_and_words_are_those_of_the_document(index, documents, word_encoder):
    chosen = [documents[7], documents[2], documents[59]]
    ids = [one.id for one in chosen]
    assert index.current.vectors(ids) == pytest.approx(word_encoder.encode([one.text for one in chosen]))
    for one in chosen:
        parts = index.current.part_vectors(one.id)
        assert parts.shape == (len(one.parts), 64)
        assert parts == pytest.approx(word_encoder.encode(one.parts), abs=2e-3)
    assert index.current.terms_of("article-007") == {"postgr", "shard", "7", "company0"}
    assert index.current.word_count("kafka") == 10
    assert index.current.word_count("kafk") == 0
    assert list(index.current.words()) == sorted(index.current.words())
    with pytest.raises(KeyError):
        index.current.vectors(["article-000", "unknown"])
    with pytest.raises(KeyError):
        index.current.part_vectors("unknown")


def test_keys_select_and_unknown_ids_are_dropped(index, word_encoder):
    keys = index.current.keys(
        ["article-003", "nobody", "article-001", "article-003", "", "article-0011", "article-001\0"]
    )
    query = word_encoder.encode(["kafka"])[0]
    assert sorted(id_ for id_, _ in index.dense(query, 10, keys)) == ["article-001", "article-003"]
    assert keys.dtype == np.int64
    assert index.current.keys([]).tolist() == []


def test_keys_of_no_row_are_passed_over(index, word_encoder):
    query = word_encoder.encode(["kafka"])[0]
    strange = np.array([-1, 0, 59, 60, 10**12])
    assert [id_ for id_, _ in sorted(index.dense(query, 9, strange))] == ["article-000", "article-059"]
    assert {id_ for id_, _ in index.lexical({"kafka": 1.0}, 9, strange)} == {"article-000"}


def test_ties_are_broken_by_id(tmp_path, word_encoder):
    ids = ["b", "é", "a", "Z", "日", "a-1"]
    same = [Document(id_, {"title": "kafka"}, "kafka") for id_ in ids]
    index = Index.build(tmp_path / "index", same, word_encoder)
    query = word_encoder.encode(["kafka"])[0]
    assert [id_ for id_, _ in index.dense(query, 4)] == sorted(ids)[:4]
    assert [id_ for id_, _ in index.lexical({"kafka": 1.0}, 4)] == sorted(ids)[:4]
    assert index.current.keys(ids).tolist() == list(range(6))


def test_deleted_stays_deleted_and_readding_changes_nothing_else(index, documents, word_encoder):
    before = answers(index, word_encoder)
    assert index.delete(["article-004", "article-010", "unknown"]).removed == 2
    for opened in (index, Index.open(index.folder)):
        assert opened.size == 58
        assert "article-004" not in opened.ids()
        query = word_encoder.encode([documents[4].text])[0]
        assert "article-004" not in dict(opened.dense(query, 100))
        assert "article-004" not in dict(opened.lexical(Counter(opened.analyze("feature store 4")), 100))
        assert not len(opened.current.keys(["article-004"]))
        assert opened.current.document_frequency("4") == 0
    word_encoder.asked.clear()
    change = Index.open(index.folder).upsert([documents[10], documents[4]], word_encoder)
    assert (change.added, change.changed, change.removed) == (2, 0, 0)
    assert set(word_encoder.asked) == {documents[10].text, *documents[10].parts, documents[4].text, *documents[4].parts}
    assert answers(Index.open(index.folder), word_encoder) == before


def test_only_what_changed_is_encoded(index, documents, word_encoder):
    word_encoder.asked.clear()
    change = index.upsert(
        [
            documents[0],
            document(1, fields={"title": "renamed"}),
            document(2, text="another text"),
            document(3, parts=("new sentence",)),
            document(99),
        ],
        word_encoder,
    )
    assert (change.added, change.changed) == (1, 3)
    assert sorted(word_encoder.asked) == sorted(
        ["another text", "new sentence", document(99).text, *document(99).parts]
    )
    assert index.current.part_vectors("article-003").shape == (1, 64)
    assert index.current.terms_of("article-001") == {"renam"}


def test_an_index_changed_step_by_step_equals_one_built_at_once(tmp_path, word_encoder):
    stepwise = Index.build(tmp_path / "steps", [document(number) for number in range(20)], word_encoder)
    stepwise.upsert([document(number, text="old text") for number in range(15, 40)], word_encoder)
    stepwise.update([document(number) for number in range(15, 40)], word_encoder, delete=["article-005", "article-016"])
    stepwise.delete(["article-000"])
    at_once = Index.build(tmp_path / "once", [document(number) for number in range(1, 40) if number != 5], word_encoder)
    assert answers(stepwise, word_encoder) == answers(at_once, word_encoder)


def test_nothing_new_writes_nothing_but_the_tag(index, documents, word_encoder):
    generation = index.generation
    assert not index.upsert(documents[:10], word_encoder, tag="r2")
    assert not index.delete(["unknown"])
    assert (index.generation, index.tag) == (generation, "r2")
    assert Index.open(index.folder, verify=True).tag == "r2"


def test_of_two_documents_with_one_id_the_later_counts(tmp_path, word_encoder):
    index = Index.build(tmp_path / "index", [document(1, text="old"), document(1, text="new")], word_encoder)
    assert index.size == 1
    assert index.current.vectors(["article-001"]) == pytest.approx(word_encoder.encode(["new"]))


def test_vectors_come_from_the_cache_where_it_has_them(tmp_path, documents, word_encoder):
    with VectorCache(tmp_path / "vectors.sqlite") as cache:
        Index.build(tmp_path / "index", documents, word_encoder, cache=cache)
        word_encoder.asked.clear()
        Index.build(tmp_path / "index", documents, word_encoder, cache=cache)
        assert word_encoder.asked == []


def test_an_index_may_be_empty(tmp_path, word_encoder):
    index = Index.build(tmp_path / "index", [], word_encoder)
    index = Index.open(index.folder, verify=True)
    query = word_encoder.encode(["kafka"])[0]
    assert (index.size, index.dense(query, 5), index.lexical({"kafka": 1.0}, 5)) == (0, [], [])
    assert (index.ids(), list(index.current.words()), index.current.keys(["a"]).tolist()) == ([], [], [])
    index.upsert([document(1)], word_encoder)
    index.delete(["article-001"])
    assert index.size == 0


def test_a_document_may_hold_nothing_but_its_id(tmp_path, word_encoder):
    index = Index.build(
        tmp_path / "index", [Document("a", {}, ""), Document("b", {"title": ""}, "kafka")], word_encoder
    )
    assert index.current.terms_of("a") == frozenset()
    assert index.current.part_vectors("a").shape == (0, 64)


@pytest.mark.parametrize("id_", ["", "a\0b", "x" * 256, "\ud800"])
def test_what_cannot_be_an_id_is_refused(id_):
    with pytest.raises(ValueError, match="not a document id"):
        Document(id_, {}, "text")


def test_an_encoder_other_than_the_index_s_is_refused(index, word_encoder):
    with pytest.raises(IndexForeign, match="another encoder"):
        Index.open(index.folder, fingerprint="other")
    word_encoder.fingerprint = "other"
    with pytest.raises(IndexForeign):
        index.upsert([document(1)], word_encoder)


def test_a_folder_without_an_index_says_so(tmp_path):
    with pytest.raises(IndexMissing, match="no index"):
        Index.open(tmp_path / "nothing")


def test_a_writer_waits_its_turn_and_gives_up_in_one_sentence(index, word_encoder, monkeypatch):
    monkeypatch.setattr(index_module, "_WRITE_SECONDS", 0.2)
    with exclusive(index.folder / ".lock", 1), pytest.raises(IndexBusy):
        index.upsert([document(100)], word_encoder)


def test_a_folder_that_cannot_be_written_says_so(tmp_path, word_encoder):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexUnwritable, match="cannot be written"):
        Index.build(tmp_path / "file" / "index", [document(1)], word_encoder)


def test_a_reader_keeps_its_generation_while_another_writes(index, word_encoder):
    reader = Index.open(index.folder)
    before = answers(reader, word_encoder)
    assert not reader.stale()
    index.delete(["article-000"])
    index.upsert([document(200)], word_encoder)
    assert [path.name for path in index.folder.iterdir() if path.is_dir()] == [index.generation]
    assert reader.stale()
    assert answers(reader, word_encoder) == before
    assert reader.refresh()
    assert not reader.refresh()
    assert reader.ids() == index.ids()


def test_readers_and_writers_do_not_disturb_one_another(index, word_encoder):
    """Whatever a reader opens is whole, and what it asks one generation belongs together."""
    failures: list[BaseException] = []
    done = threading.Event()
    query = word_encoder.encode(["kafka streams"])[0]

    def read():
        try:
            while not done.is_set():
                view = Index.open(index.folder, fingerprint=word_encoder.fingerprint).current
                ids = view.ids()
                assert len(view.dense(query, 500)) == len(ids)
                half = ids[::2]
                assert sorted(id_ for id_, _ in view.dense(query, 500, view.keys(half))) == half
                assert {id_ for id_, _ in view.lexical({"kafka": 1.0}, 500)} <= set(ids)
        except BaseException as error:
            failures.append(error)

    def write(first):
        try:
            handle = Index.open(index.folder)
            for turn in range(6):
                handle.upsert([document(first + turn)], word_encoder)
                handle.delete([f"article-{turn + first % 7:03d}"])
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    writers = [threading.Thread(target=write, args=(first,)) for first in (300, 400)]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert failures == []
    index.refresh()
    assert {f"article-{number}" for number in (300, 305, 400, 405)} <= set(index.ids())


def test_nothing_is_pickled(index):
    for path in index.folder.rglob("*.npy"):
        np.load(path, allow_pickle=False)
    assert not list(index.folder.rglob("*.pkl"))
