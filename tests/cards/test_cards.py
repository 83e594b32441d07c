"""Cards and answers as Markdown, BibTeX, HTML and terminal text, each with hostile text in every field."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from assistant.answer import Answer, Card, Suggestion
from assistant.cards import bibtex, html, markdown, terminal, words
from assistant.filters import Filters

CARD = Card(
    number=1,
    id="spotify-a-1",
    title="Autoscaling Pub/Sub Consumers",
    url="https://example.com/a(b)?x=1&y=2",
    company="Spotify",
    authors=("Ada", "Grace"),
    published="2017-11-20",
    reading_minutes=8,
    technologies=("Kubernetes", "C++"),
    includes_code=True,
    summary="First sentence. The second one matters. The third.",
    evidence="The second one matters.",
    score=1.0,
    why=("Spotify", "similarity 0.7"),
)


def answer(*cards: Card, **changes: Any) -> Answer:
    made = Answer(
        question="what about autoscaling?",
        answer="One article is about it [1]; [2] is not here.",
        intent="topic",
        declined=False,
        decline_reason=None,
        confidence=0.9,
        filters=Filters(),
        topic="autoscaling",
        count=None,
        cards=cards or (CARD,),
        suggestions=(Suggestion("more", "and Netflix?"),),
    )
    return replace(made, **changes)


def plain(value: Answer) -> str:
    stream = io.StringIO()
    terminal.render(value, Console(file=stream, force_terminal=False, width=40))
    return stream.getvalue()


def test_piped_output_is_plain_and_never_wrapped() -> None:
    text = plain(answer())
    assert "\x1b" not in text
    assert "     First sentence. The second one matters. The third.\n" in text
    assert " [1] Autoscaling Pub/Sub Consumers\n" in text
    assert "     Spotify · Ada and Grace · 20 November 2017 · 8 min read · Includes Code\n" in text
    assert "https://example.com/a(b)?x=1&y=2" in text


def test_a_terminal_shows_the_evidence_and_links_the_title() -> None:
    stream = io.StringIO()
    terminal.render(answer(), Console(file=stream, force_terminal=True, width=80, color_system="truecolor"))
    text = stream.getvalue()
    assert "\x1b[1mThe second one matters.\x1b[0m" in text
    assert "https://example.com/a(b)" in text
    assert max(len(re.sub(r"\x1b(\[[0-9;]*m|\]8;.*?\x1b\\)", "", line)) for line in text.splitlines()) <= 80


def test_related_cards_and_declines_are_told_apart() -> None:
    related = replace(CARD, number=2, group="related")
    text = plain(answer(CARD, related))
    assert text.index("[1] Auto") < text.index("Also related") < text.index("[2] Auto")
    declined = plain(answer(related, declined=True, decline_reason="nothing_matches"))
    assert "No answer here." in declined
    assert "Nearest articles" in declined


def test_markdown_links_quotes_and_marks() -> None:
    text = markdown.render(answer())
    assert "One article is about it [1]; \\[2\\] is not here." in text
    assert "[1] **[Autoscaling Pub/Sub Consumers](<https://example.com/a%28b%29?x=1&y=2>)**" in text
    assert "> First sentence. **The second one matters.** The third." in text
    assert text.endswith("- and Netflix?\n")


def test_bibtex_has_every_known_field_and_distinct_keys() -> None:
    text = bibtex.render([CARD, replace(CARD, title="100 % of {C#} & $_", published="2017", url=None, authors=())])
    assert text.count("@online{") == 2
    assert "@online{spotify-a-1," in text
    assert "@online{spotify-a-1-2," in text
    assert "author = {{Ada} and {Grace}}" in text
    assert "month = nov," in text
    assert r"title = {{100 \% of \{C\#\} \& \$\_}}" in text
    assert bibtex.render([]) == ""


def test_html_marks_evidence_and_links_citations_that_exist() -> None:
    text = html.render(answer(), "t1")
    assert '<mark class="evidence">The second one matters.</mark>' in text
    assert text.count('class="cite"') == 1
    assert 'href="#t1-1"' in text
    assert "[2] is not here" in text
    assert 'target="_blank" rel="noopener noreferrer"' in text


def test_lists_in_an_answer_become_lists() -> None:
    text = html.text(answer(answer="Two:\n- one [1]\n- two\nDone."), "t")
    assert text.startswith("<p>Two:</p><ul")
    assert text.count("<li>") == 2
    assert text.endswith("<p>Done.</p>")


def test_long_lists_of_cards_unfold() -> None:
    many = [replace(CARD, number=number) for number in range(1, 15)]
    text = html.cards(many, "t")
    assert "Show 4 more articles" in text
    assert text.count('<li class="card"') == 14


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.com",
        "https://",
        "https://a b",
        'https://x"onload="y',
        "https://x\u202e",
        "HTTPS:/x",
        None,
        "",
    ],
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert words.safe_url(url) is None
    card = replace(CARD, url=url)
    assert "noopener" not in html.item(card, "t")
    assert "](<" not in markdown.card(card)
    assert "url =" not in bibtex.render([card])


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "${alert(1)} {{7*7}} `x`",
    "[red]x[/red] [link](javascript:alert(1)) ![i](x)",
    "\x1b]0;title\x07\x1b[31mred \x9b31m",
    "a\u202eb\u2066c\x00d",
    "- list\n# head\n> quote | table",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_everywhere(text: str) -> None:
    card = replace(
        CARD, title=text, company=text, authors=(text,), technologies=(text,), summary=text, evidence=text, why=(text,)
    )
    shown = answer(card, question=text, answer=f"{text} [1]", suggestions=(Suggestion(text, text),))
    page = html.render(shown, "t")
    assert "<script" not in page
    assert "<img" not in page
    assert not re.search(r'<[^>"]*("[^"]*"[^>"]*)*\son\w+=', page)
    for medium in (page, markdown.render(shown), plain(shown), bibtex.render([card])):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", medium)
    rendered = MarkdownIt().render(markdown.render(shown))
    assert set(re.findall(r'href="([^"]*)"', rendered)) == {"https://example.com/a%28b%29?x=1&amp;y=2"}
    assert not re.search(r"<(?!/?(p|strong|em|a|br|blockquote|ul|li)\b)", rendered)


@given(st.text(max_size=80))
def test_any_title_keeps_html_balanced(title: str) -> None:
    text = html.item(replace(CARD, title=title or None), "t")
    names = re.findall(r"<(/?)(\w+)[^>]*>", text)
    depth = 0
    for closing, name in names:
        if name not in ("br", "path"):
            depth += -1 if closing else 1
    assert depth == 0


def test_names_dates_and_counts_read_well() -> None:
    assert words.people(list("ABCDE")) == "A, B, C and 2 others"
    assert words.people(list("ABCD")) == "A, B, C and 1 other"
    assert words.people([]) is None
    assert words.date_words("2024-13") == "2024"
    assert words.date_words("soon") is None
    assert words.evidence_span("a b", "a b") is None
    assert words.heading(replace(CARD, title=None, evidence="one two three " * 20)).endswith("…")
