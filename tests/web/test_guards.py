"""The layers before the server, each before a small application that says what reached it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.errors import NotFound, SettingInvalid
from assistant.web import guards, shell
from assistant.web.server import Options, credentials
from tests.web.conftest import apart


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers 200 with the length of the body."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"server", b"echo")]})
    await send({"type": "http.response.body", "body": str(size).encode()})


def get(app: Any, path: str = "/", *, client: str = "203.0.113.9", host: str = "test", **more: Any) -> httpx.Response:
    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as opened:
            return await opened.request(more.pop("method", "GET"), path, **more)

    return apart(request)


def test_only_open_paths_pass() -> None:
    app = guards.Paths(echo)
    for path in ("/", "/assets/index-1.js", "/api/ask", "/api/articles/a-b.c", "/gradio_api/run/predict", "/mcp"):
        assert (get(app, path)).status_code == 200
    for path in (
        "/gradio_api/upload",
        "/gradio_api/queue/join",
        "/assets",
        "/etc/passwd",
        "/api/ask/x",
        "/assets/../x",
        "/byline/a/b",
    ):
        assert (get(app, path)).status_code == 404


def test_a_browser_is_shown_a_page_where_there_is_nothing() -> None:
    answer = get(guards.Paths(echo), "/nowhere", headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 404
    assert 'href="/"' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert get(guards.Paths(echo), "/nowhere").json()["title"] == "Not Found"


def test_mcp_that_is_not_served_says_how_it_would_be() -> None:
    answer = get(guards.Paths(echo, mcp=False), "/mcp")
    assert (answer.status_code, answer.json()["hint"]) == (404, "Start the server with --mcp.")


def test_sign_in_lets_only_the_right_user_through() -> None:
    app = guards.SignIn(echo, guards.Credentials("ada", "pass:wörd"))
    assert (get(app)).status_code == 401
    assert (get(app)).headers["www-authenticate"].startswith("Basic ")
    assert (get(app, "/healthz")).status_code == 200
    token = base64.b64encode("ada:pass:wörd".encode()).decode()
    assert (get(app, headers={"Authorization": f"Basic {token}"})).status_code == 200
    for wrong in ("Basic", "Basic !", "Bearer " + token, "Basic " + base64.b64encode(b"ada:pass").decode()):
        assert (get(app, headers={"Authorization": wrong})).status_code == 401


def test_the_rate_holds_for_others_and_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("assistant.web.guards.time.monotonic", lambda: now[0])
    app = guards.Rate(echo, per_minute=3)
    assert [(get(app)).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = get(app)
    assert refused.headers["retry-after"] == "20"  # 3 a minute: the next in 20 s
    assert (get(app, client="203.0.113.10")).status_code == 200
    assert (get(app, "/assets/x.js")).status_code == 200
    assert [(get(app, client="127.0.0.1")).status_code for _ in range(9)] == [200] * 9
    now[0] += 20
    assert [(get(app)).status_code for _ in range(2)] == [200, 429]


def test_the_rate_remembers_a_bounded_number_of_clients() -> None:
    app = guards.Rate(echo, per_minute=1, clients=2)
    for last in range(9):
        get(app, client=f"203.0.113.{last}")
    assert len(app._buckets) == 2


def test_long_bodies_and_addresses_are_refused() -> None:
    app = guards.Sizes(echo)
    assert (get(app, method="POST", content=b"x" * guards.MAX_BODY)).text == str(guards.MAX_BODY)
    assert (get(app, method="POST", content=b"x" * (guards.MAX_BODY + 1))).status_code == 413
    assert (get(app, "/?q=" + "x" * guards.MAX_TARGET)).status_code == 414
    assert (get(app, method="POST", content=b"1", headers={"Content-Length": "-1"})).status_code == 413


def test_names_of_other_sites_are_refused() -> None:
    app = guards.Hosts(echo, ["127.0.0.1", "localhost"])
    assert (get(app, host="localhost:7860")).status_code == 200
    assert (get(app, host="127.0.0.1")).status_code == 200
    assert (get(app, host="evil.example")).status_code == 421
    assert (get(app, host="localhost.evil.example")).status_code == 421


def test_headers_are_added_where_missing_and_the_server_is_not_named() -> None:
    reply = get(guards.Headers(echo, shell.HEADERS))
    assert reply.headers["x-frame-options"] == "DENY"
    assert "server" not in reply.headers


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("x", False)]
)
def test_loopback_is_told_from_the_rest(host: str, here: bool) -> None:
    assert guards.is_loopback(host) is here
    assert Options(host=host).exposed is not here


def test_the_password_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("secret word\n", "utf-8")
    assert credentials(f"ada:{file}") == guards.Credentials("ada", "secret word")
    for wrong in ("ada", ":x", "ada:"):
        with pytest.raises(SettingInvalid):
            credentials(wrong)
    with pytest.raises(NotFound):
        credentials(f"ada:{tmp_path / 'missing'}")
    file.write_text("\n", "utf-8")
    with pytest.raises(SettingInvalid):
        credentials(f"ada:{file}")


def test_the_policy_hashes_the_scripts_of_the_page_and_no_other() -> None:
    page = (
        b'<head></head><body><script>var a = "1";</script><script src="/x.js"></script><gradio-app></gradio-app></body>'
    )
    dressed = shell.dress(page)
    assert b"/byline/byline.js?" in dressed
    rule = shell.policy(dressed)
    assert rule.count("'sha256-") == 1
