"""The assistant's life: first run, restarts, changes of the catalog by this or another process, damage, and threads."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from assistant import Article, Assistant, Filters
from assistant.assistant import build_index
from assistant.document import article_document
from assistant.errors import FilterInvalid, QuestionInvalid
from assistant.settings import Settings
from tests.conftest import WordEncoder

NEW = Article.from_record(
    {
        "id": "acme-carbonara",
        "company": "Acme",
        "title": "Cooking carbonara at scale",
        "summary": "How Acme's canteen serves spaghetti carbonara to nine thousand engineers without cream.",
    }
)


def test_a_deleted_article_stays_deleted_and_readding_it_changes_nothing_else(own_home):
    with Assistant.open(own_home) as assistant:
        before = [card.id for card in assistant.ask("distributed tracing at scale", limit=10).cards]
        first = assistant.catalog.get(before[0])
        assistant.catalog.delete([first.id])
        assert first.id not in [card.id for card in assistant.ask("distributed tracing at scale", limit=10).cards]
    with Assistant.open(own_home) as assistant:
        assert first.id not in [card.id for card in assistant.ask("distributed tracing at scale", limit=10).cards]
        assert assistant.index.size == 414
        assistant.catalog.add([first])
        assert [card.id for card in assistant.ask("distributed tracing at scale", limit=10).cards] == before


def test_a_new_article_answers_at_once(own_home):
    with Assistant.open(own_home) as assistant:
        assert assistant.ask("best carbonara recipe without cream").declined
        assistant.catalog.add([NEW])
        answer = assistant.ask("carbonara without cream at Acme")
        assert answer.cards[0].id == NEW.id
        assert answer.filters.companies == ("Acme",)


def test_another_process_changes_are_seen(own_home):
    with Assistant.open(own_home) as reader, Assistant.open(own_home) as writer:
        reader.ask("kafka")
        writer.catalog.add([NEW])
        writer.update_index()
        assert reader.ask("carbonara at Acme").cards[0].id == NEW.id


def test_an_index_that_another_encoder_made_meanwhile_is_made_again(own_home):
    with Assistant.open(own_home) as assistant:
        fingerprint = assistant.index.fingerprint
        build_index(own_home, assistant.catalog, WordEncoder())
        assistant.catalog.add([NEW])
        assert assistant.ask("carbonara at Acme").cards[0].id == NEW.id
        assert assistant.index.fingerprint == fingerprint


def test_a_missing_index_is_built_again_from_the_catalog(own_home):
    shutil.rmtree(own_home / "index")
    with Assistant.open(own_home) as assistant:
        assert (
            assistant.ask("what did Spotify write about autoscaling?").cards[0].title == "Autoscaling Pub/Sub Consumers"
        )


def test_an_index_of_other_words_is_brought_up_to_date(own_home, monkeypatch):
    with Assistant.open(own_home) as assistant:
        assistant.catalog.add([NEW])
        assistant.update_index()
    monkeypatch.setattr("assistant.assistant.COMPOSITION", 1_000)
    monkeypatch.setattr(
        "assistant.assistant.article_document", lambda article: article_document(replace(article, title="qwxz"))
    )
    with Assistant.open(own_home) as assistant:
        assert assistant.index.current.document_frequency("qwxz") == assistant.index.size


def test_a_damaged_index_is_built_again_from_the_catalog(own_home):
    for path in (own_home / "index").rglob("*"):
        if path.is_file() and path.stat().st_size > 1000:
            path.write_bytes(path.read_bytes()[:500])
    with Assistant.open(own_home) as assistant:
        assert (
            assistant.ask("what did Spotify write about autoscaling?").cards[0].title == "Autoscaling Pub/Sub Consumers"
        )


def test_an_empty_catalog_answers_politely(empty_home):
    with Assistant.open(empty_home, settings=Settings.load(starter="off")) as assistant:
        for question in (
            "who uses kafka?",
            "hi",
            "how many articles?",
            "what does Etsy write about?",
            "newest articles",
        ):
            answer = assistant.ask(question)
            assert answer.cards == ()
            assert "byline add" in answer.answer or question == "hi"
        assistant.catalog.add([NEW])
        assert not assistant.ask("carbonara").declined


def test_shipped_articles_deleted_by_their_owner_do_not_come_back(own_home):
    with Assistant.open(own_home) as assistant:
        assistant.catalog.delete(assistant.catalog.ids())
    with Assistant.open(own_home) as assistant:
        assert assistant.catalog.count() == 0
        assert assistant.ask("who uses kafka?").declined


def test_given_filters_replace_what_the_question_says(assistant):
    answer = assistant.ask("kafka at Uber", filters=Filters(companies=("linkedin",)))
    assert {card.company for card in answer.cards} == {"LinkedIn"}


def test_a_given_alias_is_understood_and_a_strange_name_refused(assistant):
    assert assistant.ask("upgrades", filters=Filters(technologies=("k8s",))).filters.technologies == ("Kubernetes",)
    with pytest.raises(FilterInvalid, match="Did you mean Spotify"):
        assistant.ask("upgrades", filters=Filters(companies=("Spotifi",)))


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_refused(assistant, question):
    with pytest.raises(QuestionInvalid):
        assistant.ask(question)


@pytest.mark.parametrize("page", [0, -1])
def test_a_page_before_the_first_is_refused(assistant, page):
    with pytest.raises(QuestionInvalid, match=f"counted from 1, so none is {page}"):
        assistant.ask("kafka", page=page)


def test_an_overlong_question_is_refused_with_one_sentence(assistant):
    with pytest.raises(QuestionInvalid) as caught:
        assistant.ask("kafka " * 20_000)
    assert "\n" not in str(caught.value)


def test_the_same_question_gives_the_same_answer_in_every_thread(assistant):
    questions = [
        "kafka at linkedin",
        "who moved off Cassandra?",
        "roblox outage",
        "newest articles about databases",
    ] * 5
    expected = {question: assistant.ask(question) for question in questions}
    with ThreadPoolExecutor(8) as pool:
        for question, answer in zip(questions, pool.map(assistant.ask, questions), strict=True):
            assert answer == expected[question]


def test_a_follow_up_keeps_the_topic_and_replaces_the_company(assistant):
    answer = assistant.ask("and Uber?", ["kafka at linkedin"])
    assert answer.filters.companies == ("Uber",)
    assert answer.filters.technologies == ("Apache Kafka",)
    assert any(mention.kept for mention in answer.mentions)


def test_the_same_author_is_that_of_the_first_article(assistant):
    answer = assistant.ask(
        "what else did the same author write?", ["Monzo egress gateways for outbound traffic from k8s"]
    )
    assert answer.filters.authors == ("Jack Kleeman",)


def test_what_is_like_an_article_leaves_that_article_out(assistant):
    first = assistant.ask("what did Spotify write about autoscaling?").cards[0]
    answer = assistant.ask("more like it", ["what did Spotify write about autoscaling?"])
    assert re.match(r"\w+ articles like “Autoscaling Pub/Sub Consumers” from ", answer.answer)
    assert answer.cards
    assert first.id not in [card.id for card in answer.cards]
    assert answer.confidence == answer.cards[0].probability


def test_taking_a_mention_back_asks_without_it(assistant):
    first = assistant.ask("kafka at linkedin")
    company = next(mention for mention in first.mentions if mention.kind == "companies")
    wider = assistant.ask("kafka at linkedin", remove=[company])
    assert wider.filters.companies == ()
    assert wider.filters.technologies == ("Apache Kafka",)


def test_time_is_told_but_does_not_make_answers_differ(assistant):
    one, two = assistant.ask("kafka"), assistant.ask("kafka")
    assert one.took_ms > 0
    assert replace(one, took_ms=0.0) == replace(two, took_ms=0.0)
