"""Follow-ups: what is kept, what is replaced, what starts afresh, and taking back one thing that was understood."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.article import Article
from assistant.conversation import Turn, resolve, without
from assistant.errors import QuestionInvalid
from assistant.filters import Filters

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
]

SHOWN = [
    Article(
        id="a-1", company="Monzo", title="We built network isolation for 1,500 services", authors=("Jack Kleeman",)
    ),
    Article(id="a-2", company="Monzo", title="Building a Modern Bank Backend", authors=("Oliver Beattie",)),
]


@pytest.fixture(scope="module")
def follow(vocabulary, spelling):
    def ask(*texts, shown_of=None):
        *history, text = texts
        return resolve(text, history, vocabulary, today=date(2026, 7, 1), spelling=spelling, shown_of=shown_of)

    return ask


@pytest.mark.parametrize("case", CASES, ids=lambda case: " > ".join([*case["history"], case["question"]])[:80])
def test_a_conversation_is_read_as_expected(case, follow):
    question = follow(*case["history"], case["question"], shown_of=lambda question, ids: (SHOWN, 1))

    assert question.filters.to_dict() == case["filters"]
    assert (question.intent, question.topic) == (case["intent"], case["topic"])
    assert sorted({mention.kind for mention in question.mentions if mention.kept}) == case["kept"]
    assert question.order == case.get("order", question.order)


def test_without_history_a_question_is_read_alone(follow, ask):
    assert follow("kafka at uber") == ask("kafka at uber")


def test_what_was_kept_is_marked_with_the_words_it_came_from(follow):
    question = follow("search ranking at Etsy since 2020", "only the ones with code")

    kept = {mention.kind: (mention.value, mention.words) for mention in question.mentions if mention.kept}
    assert kept == {
        "companies": ("Etsy", "Etsy"),
        "published_from": ("2020-01-01", "since 2020"),
        "topic": ("search ranking", "search ranking at Etsy since 2020"),
    }
    assert [mention.kind for mention in question.mentions if not mention.kept] == ["includes_code"]


def test_a_technology_is_replaced_where_it_stood_in_the_words_to_search_for(follow):
    assert (
        follow("how do teams shard MySQL without downtime?", "and Postgres?").search_text
        == "shard PostgreSQL without downtime"
    )


def test_the_same_author_is_the_author_of_the_first_article_shown(follow):
    asked = []

    def shown_of(question, ids):
        asked.append((question.filters.companies, ids))
        return [Article(id="a-1", company="Monzo", title="Mesh", authors=("Oliver Beattie",))], 1

    question = follow(Turn("mesh at Monzo", ("a-1", "a-2")), "what else did the same author write?", shown_of=shown_of)

    assert question.filters == Filters(authors=("Oliver Beattie",))
    assert asked == [(("Monzo",), ("a-1", "a-2"))]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("more like the first one", 0),
        ("tell me more about the second article", 1),
        ("similar articles to #2", 1),
        ("what about [1]?", 0),
        ("summarize the last one", -1),
        ("anything similar to number 2?", 1),
        ("the second one", 1),
        ("show me the first", 0),
        ("open #2", 1),
        ("[1]", 0),
        ("the last article please", -1),
    ],
)
def test_an_article_shown_is_asked_about_by_its_place(follow, text, place):
    question = follow("mesh at Monzo since 2019", text, shown_of=lambda question, ids: (SHOWN, 1))
    assert (question.search_text, question.filters) == (SHOWN[place].title, Filters())
    assert [(mention.kind, mention.kept) for mention in question.mentions] == [("topic", True)]


@pytest.mark.parametrize(("text", "place"), [("number 7", 1), ("the second one", 1), ("[6]", 0), ("the last one", -1)])
def test_numbers_go_on_over_the_pages(follow, text, place):
    question = follow("mesh at Monzo", "show more", text, shown_of=lambda question, ids: (SHOWN, 6))
    assert question.article == SHOWN[place].id
    with pytest.raises(QuestionInvalid, match="showed numbers 6 to 7, so none is number 8"):
        follow("mesh at Monzo", "show more", "number 8", shown_of=lambda question, ids: (SHOWN, 6))


def test_an_article_that_was_not_shown_is_refused_and_passed_over_later(follow):
    with pytest.raises(QuestionInvalid, match="showed two articles, so none is number 5"):
        follow("mesh at Monzo", "more like the fifth one", shown_of=lambda question, ids: (SHOWN, 1))
    later = follow("mesh at Monzo", "more like #5", "and at Lyft?", shown_of=lambda question, ids: (SHOWN, 1))
    assert later.filters.companies == ("Lyft",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no, Spotify", {"companies": ["Spotify"]}),
        ("sorry, Spotify", {"companies": ["Spotify"]}),
        ("I meant Spotify", {"companies": ["Spotify"]}),
        ("no I meant Spotify!", {"companies": ["Spotify"]}),
        ("make that Spotify", {"companies": ["Spotify"]}),
        ("oops, since 2020", {"companies": ["Netflix"], "published_from": "2020-01-01"}),
        ("no, with code", {"companies": ["Netflix"], "includes_code": True}),
    ],
)
def test_a_correction_replaces_what_it_names_and_keeps_the_topic(follow, text, expected):
    question = follow("what did Netflix write about caching?", text)
    assert (question.filters.to_dict(), question.topic) == (expected, "caching")


def test_a_corrected_topic_keeps_the_restrictions(follow):
    question = follow("what did Netflix write about caching?", "sorry, rate limiting")
    assert (question.filters.to_dict(), question.topic) == ({"companies": ["Netflix"]}, "rate limiting")


def test_a_whole_question_behind_a_remark_starts_afresh(follow):
    question = follow("what did Netflix write about caching?", "Sorry, what did Uber write about autoscaling?")
    assert (question.filters.to_dict(), question.topic) == ({"companies": ["Uber"]}, "autoscaling")
    assert follow("caching at Netflix", "ok, who uses Vitess?").filters.to_dict() == {"technologies": ["Vitess"]}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("caching in 2019", "and before that?", {"published_to": "2018-12-31"}),
        ("caching in 2019", "anything after that?", {"published_from": "2020-01-01"}),
        ("caching since 2019", "earlier ones?", {"published_to": "2018-12-31"}),
        ("caching at Netflix", "and before that?", {"companies": ["Netflix"]}),
    ],
)
def test_before_that_is_before_the_dates_asked_for(follow, first, second, expected):
    question = follow(first, second)
    assert (question.filters.to_dict(), question.topic) == (expected, "caching")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("when was it written?", 0),
        ("when was the second one published?", 1),
        ("how long is the last one?", -1),
        ("what's the link of that article?", 0),
        ("how old is it", 0),
        ("which company wrote the first one?", 0),
        ("when was the second written?", 1),
        ("how long is number 2", 1),
        ("link to the first", 0),
        ("summary of the second", 1),
        ("read the second", 1),
        ("2nd", 1),
        ("#1", 0),
        ("and the last?", -1),
    ],
)
def test_a_fact_of_an_article_shown_is_told_with_that_article_alone(follow, text, place):
    question = follow("mesh at Monzo", text, shown_of=lambda question, ids: (SHOWN, 1))
    assert (question.article, question.limit) == (SHOWN[place].id, 1)


@pytest.mark.parametrize(
    ("first", "text", "by_company", "facet", "ranked", "denied"),
    [
        ("which company wrote the most about caching?", "since 2022?", True, None, "most", False),
        ("which companies don't write about security?", "since 2022?", True, None, None, True),
        ("list technologies", "and which companies?", True, None, None, False),
        ("which companies use Kafka?", "and which authors?", False, "author", None, False),
    ],
)
def test_how_an_answer_is_told_is_kept_or_replaced_as_a_whole(follow, first, text, by_company, facet, ranked, denied):
    question = follow(first, text)
    assert (question.by_company, question.facet, question.ranked, question.denied) == (
        by_company,
        facet,
        ranked,
        denied,
    )


def test_after_one_article_the_list_is_still_there(follow):
    asked = []

    def shown_of(question, ids):
        asked.append(ids)
        return [article for article in SHOWN if not ids or article.id in ids], 1

    ids = tuple(article.id for article in SHOWN)
    first = (Turn("mesh at Monzo", ids), Turn("show me the first", ids[:1]))
    assert follow(*first, "and the second?", shown_of=shown_of).article == ids[1]
    assert asked[-1] == ids
    for text in ("when was it written?", "who wrote it?", "does it include code?", "what is it about?", "when?"):
        question = follow(*first, text, shown_of=shown_of)
        assert (question.article, question.limit) == (ids[0], 1)
        assert asked[-1] == ids[:1]
    for text in ("more like it", "similar articles", "more like this"):
        question = follow(*first, text, shown_of=shown_of)
        assert (question.article, question.limit) == (ids[0], None)
    assert follow(*first, "and at Lyft?", shown_of=shown_of) == follow("mesh at Monzo", "and at Lyft?")


@pytest.mark.parametrize("text", ["who wrote it?", "who wrote the first one?", "who is the author of that article?"])
def test_who_wrote_an_article_shown_is_asked_of_that_one(follow, text):
    question = follow("mesh at Monzo", text, shown_of=lambda question, ids: (SHOWN, 1))
    assert (question.intent, question.limit, question.search_text) == ("author", 1, SHOWN[0].title)


def test_they_are_the_companies_that_were_named(follow):
    question = follow("who uses Vitess?", "how do they shard?", shown_of=lambda question, ids: (SHOWN, 1))
    assert question.filters.companies == ("Monzo",)
    assert question.search_text == "Vitess shard"


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (
            ("kafka at LinkedIn", "and at Uber", "compare them"),
            {"companies": ["LinkedIn", "Uber"], "technologies": ["Apache Kafka"]},
        ),
        (("what does Stripe write about?", "anything on fraud?"), {"companies": ["Stripe"]}),
        (("fraud at Stripe", "anything on payments?"), {}),
        (("caching in 2022", "or 2021"), {"published_from": "2021-01-01", "published_to": "2022-12-31"}),
        (("caching in 2022", "or 2016"), {"published_from": "2016-01-01", "published_to": "2016-12-31"}),
        (("caching at Etsy with code", "forget the code"), {"companies": ["Etsy"]}),
    ],
)
def test_further_turns(follow, turns, expected):
    assert follow(*turns).filters.to_dict() == expected


def test_an_unknown_author_leaves_the_company(follow):
    question = follow("mesh at Monzo", "more by the same author")
    assert question.filters == Filters(companies=("Monzo",))


def test_them_stands_for_the_last_things_spoken_of(follow):
    question = follow(
        "how does discord store messages?", "why did they leave cassandra?", "and how do they search them?"
    )
    assert (question.filters, question.search_text) == (Filters(companies=("Discord",)), "search messages")


def test_a_bound_joins_the_opposite_one_and_replaces_its_own_kind(follow):
    assert follow("kafka since 2020", "before 2023").filters == Filters(
        technologies=("Apache Kafka",), published_from="2020-01-01", published_to="2022-12-31"
    )
    assert follow("kafka since 2020", "since 2024").filters == Filters(
        technologies=("Apache Kafka",), published_from="2024-01-01"
    )
    assert follow("kafka since 2020", "before 2018").filters == Filters(
        technologies=("Apache Kafka",), published_to="2017-12-31"
    )


def test_blank_and_overlong_turns_of_the_history_are_passed_over(follow):
    assert follow("kafka at uber", " ", "x" * 3000, "and Lyft?").filters.companies == ("Lyft",)


def test_a_blank_follow_up_is_refused(follow):
    with pytest.raises(QuestionInvalid):
        follow("kafka at uber", "  ")


def test_a_long_history_is_read_from_its_end(follow):
    assert follow("kafka at uber", *["and Lyft?"] * 60, "and Grab?").filters.companies == ("Grab",)


class TestTakingBack:
    def mention(self, question, kind):
        return next(mention for mention in question.mentions if mention.kind == kind)

    def test_a_company(self, ask):
        question = ask("Uber vs Lyft on maps")
        left = without(question, self.mention(question, "companies"))
        assert (left.filters.companies, left.intent, left.by_company) == (("Lyft",), "topic", False)

    def test_a_technology_leaves_the_words_to_search_for(self, ask):
        question = ask("connection pooling for postgres at Instacart")
        left = without(question, self.mention(question, "technologies"))
        assert (left.filters.to_dict(), left.search_text) == ({"companies": ["Instacart"]}, "connection pooling for")

    @pytest.mark.parametrize("kind", ["published_from", "includes_code", "max_minutes"])
    def test_a_single_value(self, ask, kind):
        question = ask("kafka posts since 2020 with code, under 10 minutes")
        left = without(question, self.mention(question, kind))
        assert getattr(left.filters, kind) is None
        assert kind not in [mention.kind for mention in left.mentions]
        assert len(left.mentions) == len(question.mentions) - 1

    def test_an_order(self, ask):
        question = ask("newest kafka articles")
        left = without(question, self.mention(question, "order"))
        assert (left.order, left.intent) == ("relevance", "topic")

    def test_an_exclusion(self, ask):
        question = ask("stream processing without Kafka")
        assert not without(question, self.mention(question, "exclude_technologies")).filters

    def test_a_kept_topic(self, follow):
        question = follow("search ranking at Etsy", "and Yelp?")
        left = without(question, self.mention(question, "topic"))
        assert (left.topic, left.filters.companies, left.intent) == ("", ("Yelp",), "company")
