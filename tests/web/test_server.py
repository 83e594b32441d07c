"""The server as a whole: signing in with a browser, its warning, its port, and what it refuses to start with."""

from __future__ import annotations

import socket

import httpx
import pytest
from playwright.sync_api import Browser, expect

from assistant.assistant import Assistant
from assistant.errors import SettingInvalid
from assistant.web.guards import Credentials
from assistant.web.server import Options, announce, listen
from tests.web.conftest import serve


def test_a_browser_that_signs_in_can_ask(assistant: Assistant, browser: Browser) -> None:
    served = serve(assistant, credentials=Credentials("ada", "secret"))
    site = next(served)
    assert httpx.get(site.url).status_code == 401
    assert httpx.get(site.url + "/api/facets").status_code == 401
    assert httpx.get(site.url + "/healthz").status_code == 200
    context = browser.new_context(http_credentials={"username": "ada", "password": "secret"})
    page = context.new_page()
    page.goto(site.url)
    page.wait_for_selector("html[data-ready]")
    page.locator("#question textarea").fill("who uses Vitess?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn .card").first).to_be_visible()
    context.close()
    assert next(served, None) is None


@pytest.mark.parametrize(
    ("options", "warned"),
    [
        (Options(), False),
        (Options(host="0.0.0.0"), True),
        (Options(host="0.0.0.0", credentials=Credentials("a", "b")), False),
    ],
)
def test_an_open_server_warns(options: Options, warned: bool, capsys: pytest.CaptureFixture[str]) -> None:
    announce("http://127.0.0.1:7860", options)
    said = capsys.readouterr().err
    assert "http://127.0.0.1:7860" in said
    assert ("Warning" in said and "--auth" in said) is warned


def test_a_port_in_use_is_told_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingInvalid, match="--port"):
            listen(Options(port=taken.getsockname()[1]))
