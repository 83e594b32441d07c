"""Tables: forgiving about names and forms, exact about what is wrong, and never losing a good row to a bad one."""

from __future__ import annotations

import json

import pytest

from assistant.errors import SourceError
from assistant.sources import dates, people, records
from assistant.sources.fields import field_named
from assistant.sources.parsed import Context, Material


def parse(text: str | bytes, names, company=None):
    data = text.encode() if isinstance(text, str) else text
    return records.parse(Material("table", data), Context(names, company))


def lost(parsed):
    return [(problem.line, problem.field) for problem in parsed.problems if problem.lost]


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("Author(s)", "authors"), ("by", "authors"), ("link", "url"), ("URL", "url"), ("Read time", "reading_minutes"),
        ("readTime", "reading_minutes"), ("reading_time (min)", "reading_minutes"), ("Published at", "published"),
        ("Tech stack", "technologies"), ("Includes Code?", "includes_code"), ("TL;DR", "summary"), ("views", None),
    ],
)  # fmt: skip
def test_column_names_are_understood(written, field):
    assert field_named(written) == field


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-02-29", "2024-02-29"), ("2024-02", "2024-02"), ("2024", "2024"), ("2024-05-03T23:59:59+02:00", "2024-05-03"),
        ("May 3, 2024", "2024-05-03"), ("3rd May 2024", "2024-05-03"), ("Sept. 2021", "2021-09"), ("2024/5/3", "2024-05-03"),
        ("Fri, 03 May 2024 10:00:00 GMT", "2024-05-03"), ("20240503", "2024-05-03"),
    ],
)  # fmt: skip
def test_dates_are_understood(written, read):
    assert dates.published(written) == read


@pytest.mark.parametrize(
    "written", ["03/05/2024", "0000-01-01", "2023-02-29", "2024-13-01", "yesterday", "", "12024-01-01", "May 32, 2024"]
)
def test_what_is_no_date_is_not_guessed(written):
    with pytest.raises(ValueError, match="'"):
        dates.published(written)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ada Byron", ["Ada Byron"]),
        ("By Ada Byron and Grace Hopper", ["Ada Byron", "Grace Hopper"]),
        ("Ada Byron, Grace Hopper & Jo Doe", ["Ada Byron", "Grace Hopper", "Jo Doe"]),
        ("Diego Casabuena (ML Engineer", ["Diego Casabuena"]),
        ("A. B. (Lead) and C. D. (Senior, Platform)", ["A. B.", "C. D."]),
        ("Sammy Davis, Jr.", ["Sammy Davis, Jr."]),
        ("Knuth, Donald", ["Donald Knuth"]),
        ("Anderson Sandland", ["Anderson Sandland"]),
        ("", []),
    ],
)
def test_bylines_are_taken_apart(written, read):
    assert people.authors(written) == read


def test_a_csv_of_any_headings_is_read(names):
    table = (
        "Headline;Link;Author(s);Read time;Organisation;Tags;Date;Includes code;Views\n"
        '"Rows; and more";https://acme.example/a;"Ada Byron (CTO), Grace Hopper";7 min read;Acme;"Kafka, moving";May 2024;yes;9\n'
    )
    parsed = parse(table, names)
    (draft,) = parsed.drafts
    assert draft.line == 2
    assert draft.record == {
        "title": "Rows; and more",
        "url": "https://acme.example/a",
        "authors": ["Ada Byron", "Grace Hopper"],
        "reading_minutes": 7,
        "company": "Acme",
        "published": "2024-05",
        "includes_code": True,
        "technologies": ["Apache Kafka"],
        "topics": ["moving"],
    }
    assert [(problem.field, problem.lost) for problem in parsed.problems] == [("Views", False)]


def test_every_bad_row_is_named_and_the_good_ones_stay(names):
    table = """title,company,date,minutes,code
A good row,Acme,2024,5,no
Bad date,Acme,soon,5,no
Bad time,Acme,2024,long,no
Bad code,Acme,2024,5,perhaps
Good again,Acme,,,
"""
    parsed = parse(table, names)
    assert [draft.record["title"] for draft in parsed.drafts] == ["A good row", "Good again"]
    assert lost(parsed) == [(3, "published"), (4, "reading_minutes"), (5, "includes_code")]
    assert "'soon' is not a date" in str(parsed.problems[0])


def test_a_row_with_lines_in_a_cell_keeps_the_count(names):
    parsed = parse('title,summary,date\nOne,"two\nlines",2024\nTwo,x,never\n', names)
    assert parsed.drafts[0].line == 2
    assert lost(parsed) == [(4, "published")]


def test_unknown_stays_unknown(names):
    (draft,) = parse("title,company,date,minutes,code,authors\nT,Acme,,n/a,unknown,-\n", names).drafts
    assert {key for key, value in draft.record.items() if value is not None} == {"title", "company"}


def test_technologies_run_together_in_a_cell_are_taken_apart(names):
    (draft,) = parse("title,company,technologies\nT,Acme,DockerKubernetesGoogle Cloud\n", names).drafts
    assert draft.record["technologies"] == ["Docker", "Kubernetes", "Google Cloud"]


def test_json_lines_name_the_line_that_is_broken(names):
    text = '{"title": "A", "company": "Acme"}\n\n{"title": \n[1]\n{"title": "B", "company": "Acme", "authors": [{"name": "Ada"}]}'
    parsed = parse(text, names)
    assert [draft.record["title"] for draft in parsed.drafts] == ["A", "B"]
    assert parsed.drafts[1].record["authors"] == ["Ada"]
    assert [line for line, _ in lost(parsed)] == [3, 4]


@pytest.mark.parametrize(
    "shape",
    [
        '[{"title": "A"}, {"title": "B"}]',
        '{"articles": [{"title": "A"}, {"title": "B"}]}',
        '{\n "items": [\n{"title": "A"},\n{"title": "B"}]}',
    ],
)
def test_json_in_any_shape_is_read(names, shape):
    assert [draft.record["title"] for draft in parse(shape, names).drafts] == ["A", "B"]


def test_json_cut_in_half_gives_what_stands_before_the_cut(names):
    whole = json.dumps([{"title": f"Article {number}"} for number in range(10)], indent=1)
    parsed = parse(whole[: len(whole) // 2], names)
    assert [draft.record["title"] for draft in parsed.drafts] == [
        f"Article {number}" for number in range(len(parsed.drafts))
    ]
    assert 3 <= len(parsed.drafts) <= 5
    assert len(lost(parsed)) == 1
    assert "cut off" in parsed.problems[0].rule


def test_json_nested_too_deeply_is_a_problem_of_its_line(names):
    parsed = parse('{"title": "A"}\n' + '{"title": ' + "[" * 100_000 + "\n", names)
    assert len(parsed.drafts) == 1
    assert [line for line, _ in lost(parsed)] == [2]


def test_an_encoding_that_is_not_utf8_is_read_and_remarked(names):
    parsed = parse("title,company\nplain,Acme\nDéjà vu,Acme\n".encode("cp1252"), names)
    assert parsed.drafts[1].record["title"] == "Déjà vu"
    assert [(problem.line, problem.lost) for problem in parsed.problems] == [(3, False)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_say_so_are_read(names, encoding):
    (draft,) = parse("title,company\nDéjà vu,Acme\n".encode(encoding), names).drafts
    assert draft.record["title"] == "Déjà vu"


def test_bibtex_of_others_is_read(names):
    text = r"""
    @comment{nothing}
    @article{key, title = {{The {\"U}ber--Paper} of \& more}, author = {Byron, Ada and {Trust and Safety}},
      journal = "Acme", year = 2024, month = may, url = {https://acme.example/a\_b}}
    @misc{broken, title = {no end
    """
    parsed = parse(text, names)
    (draft,) = parsed.drafts
    assert draft.record["title"] == "The Über--Paper of & more"
    assert draft.record["authors"] == ["Ada Byron", "Trust and Safety"]
    assert (draft.record["company"], draft.record["published"]) == ("Acme", "2024-05")
    assert draft.record["url"] == "https://acme.example/a_b"
    assert [line for line, _ in lost(parsed)] == [5]


@pytest.mark.parametrize("text", ["just some words\nand more of them", "a,b,c\n1,2,3\n"])
def test_what_is_no_table_is_refused_with_a_hint(names, text):
    with pytest.raises(SourceError) as caught:
        parse(text, names)
    assert "first row" in caught.value.hint
