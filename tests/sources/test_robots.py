"""robots.txt as RFC 9309 has it."""

from __future__ import annotations

import time

import pytest

from assistant.sources.robots import parse

FILE = """
# a comment
User-agent: *
Disallow: /private/
Allow: /private/open
Disallow: /*.pdf$
Disallow: /search*q=

User-agent: Byline
User-agent: other
Disallow: /byline
Crawl-delay: 2.5
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private/a", False),
        ("/private/open/a", True),
        ("/a.pdf", False),
        ("/a.pdf?x=1", True),
        ("/search?a=1&q=2", False),
        ("/byline", True),
        ("/%70rivate/a", False),
    ],
)
def test_the_longest_pattern_decides(path, allowed):
    assert parse(FILE, "someone").allows(f"https://example.com{path}") is allowed


def test_an_own_group_replaces_the_one_for_all():
    robots = parse(FILE, "byline")
    assert robots.allows("https://example.com/private/a")
    assert not robots.allows("https://example.com/byline/x")
    assert robots.delay == 2.5


@pytest.mark.parametrize("text", ["", "User-agent: *\nDisallow:\n", "<html>not found</html>", "Disallow: /\n"])
def test_a_file_without_rules_allows_everything(text):
    assert parse(text, "byline").allows("https://example.com/a")


def test_a_hostile_pattern_costs_little():
    robots = parse("User-agent: *\nDisallow: /" + "*a" * 2000 + "$\n", "byline")
    began = time.perf_counter()
    assert robots.allows("https://example.com/" + "a" * 1999)
    assert time.perf_counter() - began < 1
