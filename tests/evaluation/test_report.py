"""The report: one page, whole in itself, with hostile text made harmless; and the terminal's tables."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from rich.console import Console

from assistant.evaluation.compare import Change, Comparison, Flip
from assistant.evaluation.plots import bars, calibration_plot, risk_coverage_plot
from assistant.evaluation.questions import QuestionSet
from assistant.evaluation.report import render_report
from assistant.evaluation.scores import score_outcomes
from assistant.evaluation.summary import summarise
from assistant.evaluation.tables import print_collection, print_comparison, print_summary
from assistant.filters import Filters

HOSTILE = "<script>alert('x')</script> & \"${7*7}\" {{8}} [bold]not markup[/]"
VOID = {"meta"}


class Page(HTMLParser):
    """Notes tags, attributes and text, and that every tag is closed in order."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.attributes, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def evaluated(make):
    questions = (
        make.question("a1", {"good": 3}),
        make.question("a2", {"missed": 3, "seen": 1}, question=HOSTILE, type="paraphrase", history=("earlier <b>",),
                      filters=Filters(companies=("Lyft",)), count=3),
        make.question("u1", unanswerable_kind="adjacent"),
    )  # fmt: skip
    outcomes = [
        make.outcome("a1", ("good",), confidence=0.9),
        make.outcome("a2", ("wrong", "seen"), confidence=0.4, count=5, text=HOSTILE, topic=HOSTILE, intent="topic",
                     filters={"companies": [HOSTILE]}),
        make.outcome("u1", ("wrong",), confidence=0.7),
    ]  # fmt: skip
    scored = score_outcomes(questions, outcomes)
    return summarise(QuestionSet("set <1>.jsonl", "d", questions), scored, {"dense": {"a1": ("good",)}}), scored


@pytest.fixture
def page(evaluated):
    summary, scored = evaluated
    return render_report(summary, scored, {"wrong": f"Acme: {HOSTILE}", "seen": "Acme: Seen"})


def test_the_page_is_well_formed_and_loads_nothing(page):
    parsed = Page(page)
    assert parsed.open == []
    assert not {"script", "link", "img", "iframe", "object"} & set(parsed.tags)
    assert not re.search(r"(?i)\burl\(|@import|https?://", page)
    assert not [name for name, _ in parsed.attributes if name in ("src", "href") or name.startswith("on")]


def test_hostile_text_is_shown_as_it_is(page):
    assert "<script" not in page
    assert HOSTILE in Page(page).text


def test_only_failed_questions_are_listed_with_what_went_wrong(page):
    text = Page(page).text
    assert "Failed questions: 2 of 3" in text
    assert "question a1" not in text
    for said in (
        "the first article does not answer it",
        "the filters read are not those stated",
        "the number is 3, not 5",
        "answered although nothing here answers it",
        "companies: Lyft",
        "missed, grade 3",
        "seen, grade 1",
        "answered, confidence 0.40",
        "earlier <b>",
    ):
        assert said in text, said


def test_three_plots_are_drawn(page):
    assert page.count("<svg") == 3
    for title in ("nDCG@10 by question type", "Risk over coverage", "Calibration"):
        assert f"<title>{title}</title>" in page


def test_an_evaluation_without_failures_or_answerable_questions_still_renders(make):
    questions = (make.question("u1"),)
    scored = score_outcomes(questions, [make.outcome("u1", declined=True, answer_ids=())])
    page = render_report(summarise(QuestionSet("s", "d", questions), scored), scored, {})
    assert "Failed questions: 0 of 1" in Page(page).text


def test_bars_are_as_long_as_their_values():
    drawn = bars({"topic": (0.5, 4), "typo": (None, 1), "a<b": (1.0, 2)})
    assert re.findall(r'<rect class="bar"[^>]* width="([\d.]+)"', drawn) == ["130.0", "0.0", "260.0"]
    assert "a&lt;b" in drawn


def test_curves_stay_inside_their_frame():
    # x runs from 60 to 320, y from 272 (value 0) up to 12 (value 1)
    assert 'points="190.0,272.0 320.0,142.0"' in risk_coverage_plot([(0.5, 0.0), (1.0, 0.5)])
    drawn = calibration_plot([{"count": 4, "confidence": 0.0, "right": 1.0}])
    assert 'cx="60.0" cy="12.0" r="12.0"' in drawn


def output(printed):
    written = io.StringIO()
    printed(Console(file=written, width=200, color_system=None))
    return written.getvalue()


def test_the_terminal_shows_the_same_figures(evaluated):
    summary, _ = evaluated
    shown = output(lambda console: print_summary(summary, console))
    assert "set <1>.jsonl: 3 questions, 2 answerable" in shown
    assert re.search(r"Byline\s+0\.\d{3} ±0\.\d{3}", shown)
    for name in ("dense (baseline)", "paraphrase", "wrongly declined", "  adjacent", "calibration error", "p95"):
        assert name in shown


def test_a_comparison_marks_what_is_more_than_chance():
    change = Change("nDCG@10", 0.5, 0.6, 0.05, 0.15, 0.01, 20)
    chance = Change("MRR@10", 0.5, 0.6, -0.05, 0.25, 0.4, 20)
    comparison = Comparison(("A", "B"), (change, chance), (), (Flip("q1", HOSTILE, "Success@1", True),))
    shown = output(lambda console: print_comparison(comparison, console))
    assert "+0.100 [+0.050, +0.150]" in shown
    assert "0.0100 *" in shown
    assert "0.4000 " in shown
    assert "0.4000 *" not in shown
    assert HOSTILE in shown
    assert "better" in shown


def test_a_collection_has_one_row_a_measure():
    shown = output(
        lambda console: print_collection("toy", {"nDCG@10": {"value": 0.5, "low": 0.4, "high": 0.6, "of": 7}}, console)
    )
    assert re.search(r"nDCG@10\s+0\.500 ±0\.100\s+7", shown)
