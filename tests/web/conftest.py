"""A running server over real engines, one over hostile articles, and a browser to visit them with."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from assistant.article import Article
from assistant.assistant import Assistant, build_index
from assistant.catalog import Catalog
from assistant.settings import Settings
from embeddings.encoder import ModelEncoder
from tests.hostile_strings import HOSTILE

T = TypeVar("T")
FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures"
TEMPLATE_TITLE = "Use ${1+1} in JS"
# The page under test must do without any other host; these are the sizes and schemes it is visited in.
VISITS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]


def apart(task: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on a loop of its own in a thread of its own: Playwright's loop keeps running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(task())).result()


@dataclass(frozen=True)
class Site:
    """A served assistant."""

    url: str
    assistant: Assistant


def serve(assistant: Assistant, **options: Any) -> Iterator[Site]:
    """Serve an assistant in a thread, on a free port, for as long as the iterator lives."""
    import uvicorn

    import ui
    from assistant.web.server import Options, application, configured, guarded, listen

    settings = Options(port=0, **options)
    listener = listen(settings)
    app = guarded(application(assistant, ui.build(assistant), settings), settings)
    server = uvicorn.Server(configured(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", assistant)
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Assistant]:
    """The assistant of a new home with the shipped articles."""
    home = tmp_path_factory.mktemp("site")
    shutil.copytree(model_folder, home / "models")
    with Assistant.open(home, settings=Settings()) as opened:
        yield opened


@pytest.fixture(scope="session")
def site(assistant: Assistant) -> Iterator[Site]:
    """The server over the shipped articles."""
    yield from serve(assistant, mcp=True)


@pytest.fixture(scope="session")
def naughty() -> list[str]:
    """Strings that break programs: our own, and the well-known list where it is there."""
    file = FIXTURES / "blns.json"
    more = json.loads(file.read_text("utf-8")) if file.exists() else []
    return [*HOSTILE, *(text for text in more if isinstance(text, str))]


@pytest.fixture(scope="session")
def hostile_site(
    tmp_path_factory: pytest.TempPathFactory, served_encoder: ModelEncoder, naughty: list[str]
) -> Iterator[Site]:
    """The server over articles whose title, summary, author, technology and company are naughty strings."""
    home = tmp_path_factory.mktemp("hostile")
    catalog = Catalog.open(home / "catalog.sqlite")
    catalog.add(hostile_articles(naughty))
    index = build_index(home, catalog, served_encoder)
    with Assistant(Settings(home=str(home), starter="off"), catalog, served_encoder, index) as opened:
        yield from serve(opened)


def hostile_articles(strings: list[str]) -> Iterator[Article]:
    """An article for each string that leaves something once it is stripped, and one with a template in its title."""
    for place, text in enumerate(strings):
        whole = text[:190]
        record = {
            "id": f"naughty-{place}",
            "company": "Naughty",
            "title": whole,
            "summary": f"{text[:5000]} And a second sentence with {whole}",
            "authors": [whole],
            "technologies": [whole],
            "url": f"https://example.com/{place}",
            "published": "2024",
        }
        if " ".join(whole.split()):
            yield Article.from_record(record)
    yield Article.from_record(
        {
            "id": "template",
            "company": "Naughty",
            "title": TEMPLATE_TITLE,
            "summary": "How ${config.env} works in {{value}} templates.",
        }
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. In CI a missing one is a failure, elsewhere a reason to skip."""
    named = os.environ.get("BYLINE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not named:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is not installed: apt-get install chromium")
        pytest.skip("Chromium is not installed: apt-get install chromium, or name it in BYLINE_CHROMIUM")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=named, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield launched
        launched.close()


@dataclass
class Visitor:
    """A page of a browser that notes what must not happen: dialogs, script errors, requests to other hosts."""

    page: Page
    site: Site
    dialogs: list[str]
    errors: list[str]
    outside: list[str]

    def open(self, address: str = "/") -> Page:
        """Open an address and wait until the page answers."""
        self.page.goto(self.site.url + address)
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    def ask(self, question: str) -> None:
        """Ask through the text box, with the keyboard, and wait for the turn."""
        turns = self.page.locator(".turn:not(.pending)").count()
        self.page.locator("#question textarea").fill(question)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("(n) => document.querySelectorAll('.turn:not(.pending)').length > n", arg=turns)

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def check(self) -> None:
        """Nothing happened that must not."""
        assert self.dialogs == []
        assert self.outside == []
        assert self.errors == []
        assert self.overflow() <= 0


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens pages: `visit(site, width, scheme)`; every one of them is checked at the end."""
    visitors: list[tuple[Visitor, BrowserContext]] = []

    def start(site: Site, width: int = 1280, scheme: Any = "light") -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 860}, color_scheme=scheme, reduced_motion="reduce"
        )
        context.set_default_timeout(30_000)
        page = context.new_page()
        visitor = Visitor(page, site, [], [], [])

        def dialog(shown: Any) -> None:
            visitor.dialogs.append(shown.message)
            shown.dismiss()

        page.on("dialog", dialog)
        page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        page.on("console", lambda said: visitor.errors.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: _note_outside(visitor, request.url))
        visitors.append((visitor, context))
        return visitor

    yield start
    for visitor, context in visitors:
        try:
            visitor.check()
        finally:
            context.close()


def _note_outside(visitor: Visitor, url: str) -> None:
    if not url.startswith((visitor.site.url + "/", "data:", "blob:")):
        visitor.outside.append(url)
