"""The retriever over a real index: order, restrictions, preference, signals, and what an article's document holds."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.article import Article
from assistant.document import FIELD, article_document, plain_document, sentences
from assistant.fusion import PREFERENCE
from assistant.retriever import Retriever, evidence
from embeddings.index import Index

ARTICLES = (
    Article(
        id="a-queues",
        company="Alpha",
        title="Queues that never lose a message",
        technologies=("Apache Kafka",),
        topics=("messaging",),
        authors=("Ann Example",),
        summary="Alpha moved its queues to a replicated log. Consumers now resume where they stopped.",
    ),
    Article(
        id="b-queues",
        company="Beta",
        title="Dead letters",
        topics=("messaging",),
        summary="A poisoned message blocked the queue for hours. Beta now sets it aside.",
    ),
    Article(id="c-images", company="Gamma", title="Smaller images", summary="Pictures are resized at the edge."),
    Article(id="d-untitled", company="Delta", summary="Search results are ranked by a small model."),
)


@pytest.fixture
def index(tmp_path, word_encoder):
    return Index.build(tmp_path / "index", [article_document(article) for article in ARTICLES], word_encoder)


@pytest.fixture
def retriever(index, word_encoder):
    return Retriever(index, word_encoder)


def ids(ranking):
    return [hit.id for hit in ranking]


def test_the_document_that_holds_the_words_is_first(retriever):
    ranking = retriever.search("resized pictures at the edge")
    assert ids(ranking)[0] == "c-images"
    assert ranking[0].coverage == pytest.approx(1)
    assert ranking[0].lexical > 0
    assert ranking[0].dense == pytest.approx(ranking.signals.dense_top)


def test_scores_fall_and_every_document_is_ranked(retriever):
    ranking = retriever.search("message queue", limit=10)
    assert sorted(ids(ranking)) == [article.id for article in ARTICLES]
    scores = [hit.score for hit in ranking]
    assert scores == sorted(scores, reverse=True)
    assert ranking.allowed == len(ranking) == 4


def test_limit_is_kept(retriever):
    assert len(retriever.search("message", limit=2)) == 2
    assert len(retriever.search("message", limit=0)) == 0


def test_nothing_outside_the_restriction_is_found(retriever):
    ranking = retriever.search("message queue", allowed=["c-images", "d-untitled"])
    assert set(ids(ranking)) == {"c-images", "d-untitled"}
    assert ranking.allowed == 2


def test_ids_the_index_lacks_are_passed_over(retriever):
    ranking = retriever.search("message queue", allowed=["b-queues", "zz-unknown"])
    assert (ids(ranking), ranking.allowed) == (["b-queues"], 1)


def test_a_restriction_that_leaves_nothing_finds_nothing(retriever):
    ranking = retriever.search("message queue", allowed=[])
    assert (len(ranking), ranking.allowed) == (0, 0)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_a_blank_text_finds_nothing_without_asking_the_encoder(retriever, word_encoder, text):
    word_encoder.asked.clear()
    assert len(retriever.search(text)) == 0
    assert word_encoder.asked == []


def test_the_text_is_encoded_once(retriever, word_encoder):
    word_encoder.asked.clear()
    retriever.search("message queue", allowed=["a-queues", "b-queues"])
    assert word_encoder.asked == ["message queue"]


def test_a_preferred_document_gains_and_says_so(retriever):
    plain = {hit.id: hit for hit in retriever.search("messaging")}
    liked = {hit.id: hit for hit in retriever.search("messaging", preferred=["b-queues"])}
    assert liked["b-queues"].preferred
    assert not liked["a-queues"].preferred
    assert liked["b-queues"].score > plain["b-queues"].score
    assert liked["b-queues"].dense == plain["b-queues"].dense


def test_a_preference_is_no_wall(retriever):
    assert ids(retriever.search("pictures resized at the edge", preferred=["b-queues"]))[0] == "c-images"


def test_ties_go_by_id(tmp_path, word_encoder):
    documents = [plain_document(name, "Same", "the very same words") for name in ("n3", "n1", "n2")]
    retriever = Retriever(Index.build(tmp_path / "ties", documents, word_encoder), word_encoder)
    assert ids(retriever.search("same words")) == ["n1", "n2", "n3"]


def test_signals_count_terms_that_no_document_holds(retriever):
    signals = retriever.search("message zyzzyva").signals
    assert (signals.terms, signals.unknown_terms) == (2, 1)
    assert 0.5 < signals.unknown_share < 1  # the unknown one is the rarer
    assert retriever.search("zyzzyva").signals.unknown_share == pytest.approx(1)


def test_signals_tell_that_others_fit_better(retriever):
    inside = retriever.search("resized pictures at the edge", allowed=["a-queues", "b-queues"]).signals
    assert inside.outside_dense > inside.dense_top
    assert inside.outside_lexical > inside.lexical_top
    everywhere = retriever.search("resized pictures at the edge").signals
    assert (everywhere.outside_dense, everywhere.outside_lexical) == (0, 0)


def test_a_text_of_function_words_is_ranked_by_its_vector(retriever):
    ranking = retriever.search("what is it")
    assert ranking.signals.terms == 0
    assert len(ranking) == 4
    assert all(hit.lexical == hit.coverage == 0 for hit in ranking)


@pytest.mark.parametrize("text", ["ünïcödé 日本語", "a" * 2000, "???", "\x00", "'; DROP TABLE", "word " * 390])
def test_any_text_is_ranked(retriever, text):
    assert all(np.isfinite(hit.score) for hit in retriever.search(text))


def test_a_new_generation_is_followed(index, retriever, word_encoder):
    index.upsert([plain_document("e-new", "Carrier pigeons", "Birds deliver packets.")], word_encoder)
    assert ids(retriever.search("pigeons deliver packets"))[0] == "e-new"
    index.delete(["e-new"])
    assert "e-new" not in ids(retriever.search("pigeons deliver packets"))


def test_the_preferred_alone_have_the_bonus_and_come_first(retriever):
    plain = retriever.search("message queue", preferred=["a-queues"])
    moved = plain.preferring({"b-queues"})
    assert ids(moved)[0] == "b-queues"
    assert sorted(ids(moved)) == sorted(ids(plain))
    before, after = ({hit.id: hit for hit in ranking} for ranking in (plain, moved))
    assert after["b-queues"].score == pytest.approx(before["b-queues"].score + PREFERENCE)
    assert after["a-queues"].score == pytest.approx(before["a-queues"].score - PREFERENCE)
    assert [hit.id for hit in moved if hit.preferred] == ["b-queues"]


def test_the_same_words_are_encoded_once(index, word_encoder, monkeypatch):
    encoded = []
    encode = word_encoder.encode

    def counted(texts, **options):
        encoded.extend(texts)
        return encode(texts, **options)

    monkeypatch.setattr(word_encoder, "encode", counted)
    retriever = Retriever(index, word_encoder)
    first = retriever.search("queues that lose messages")
    again = retriever.search("queues that lose messages", allowed=["a-queues"])
    assert encoded == ["queues that lose messages"]
    assert np.array_equal(first.vector, again.vector)


def test_evidence_is_the_nearest_sentence(index, retriever):
    ranking = retriever.search("consumers resume where they stopped")
    assert evidence(index, ["c-images", "a-queues"], ranking.vector) == [0, 1]


def test_a_document_without_sentences_has_no_evidence(tmp_path, word_encoder):
    index = Index.build(tmp_path / "bare", [plain_document("x", "Only a title", "")], word_encoder)
    assert evidence(index, ["x", "removed"], np.zeros(word_encoder.dimension, np.float32)) == [None, None]


def test_an_articles_words_hold_its_names_and_its_title_twice():
    words = article_document(ARTICLES[0]).fields[FIELD]
    assert words.count("Queues that never lose a message") == 2
    assert words.count("Alpha.") == 1
    for name in ("Apache Kafka", "messaging", "Ann Example", "replicated log"):
        assert words.count(name) == 1


def test_what_is_embedded_is_title_summary_and_tags():
    assert article_document(ARTICLES[1]).text == (
        "Dead letters. A poisoned message blocked the queue for hours. Beta now sets it aside. messaging"
    )
    assert article_document(ARTICLES[3]).text == "Search results are ranked by a small model."


def test_a_plain_document_embeds_title_and_text():
    assert plain_document("x", "Title.", "Text.").text == "Title. Text."
    assert plain_document("x", "", "Text.").text == "Text."
    assert plain_document("x", "Title", "").text == "Title"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("One.", ("One.",)),
        ("One. Two! Three?", ("One.", "Two!", "Three?")),
        ("Version 2.5 of it failed. Then 1.2 s passed.", ("Version 2.5 of it failed.", "Then 1.2 s passed.")),
        ("Tools, e.g. Kafka, help. Others do not.", ("Tools, e.g. Kafka, help.", "Others do not.")),
        ('It said "stop." Then it went on.', ('It said "stop."', "Then it went on.")),
    ],
)
def test_sentences(text, expected):
    assert sentences(text) == expected
