"""The fetcher: safe from private addresses, bounded in size and time, polite, and plain about every failure."""

from __future__ import annotations

import gzip
import threading
import time
import zlib
from email.utils import formatdate

import httpcore
import pytest

from assistant.errors import SourceError
from assistant.sources.fetcher import USER_AGENT, Fetcher, Limits
from tests.sources.conftest import Reply, Waits, Web


def test_a_page_comes_back_with_what_is_needed_to_ask_again(web: Web, fetcher: Fetcher):
    web.routes["/a"] = Reply(
        "hello", headers={"ETag": '"1"', "Last-Modified": "Fri, 03 May 2024 10:00:00 GMT", "Content-Type": "text/html"}
    )
    fetched = fetcher.fetch(web.url("/a"))
    assert (fetched.data, fetched.etag, fetched.content_type, fetched.modified) == (b"hello", '"1"', "text/html", True)
    assert web.headers[-1]["User-Agent"] == USER_AGENT
    assert "byline" in USER_AGENT


def test_what_is_not_new_is_not_sent_again(web: Web, fetcher: Fetcher):
    web.routes["/a"] = lambda headers: Reply(status=304) if headers.get("If-None-Match") == '"1"' else Reply("x")
    fetched = fetcher.fetch(web.url("/a"), etag='"1"', last_modified="Fri, 03 May 2024 10:00:00 GMT")
    assert not fetched.modified
    assert fetched.etag == '"1"'
    assert web.headers[-1]["If-Modified-Since"] == "Fri, 03 May 2024 10:00:00 GMT"


def test_loopback_is_refused_unless_allowed(web: Web):
    with Fetcher(limits=Limits(pause=0)) as strict, pytest.raises(SourceError, match="loopback"):
        strict.fetch(web.url("/"))
    assert web.asked == []


def test_a_name_that_leads_to_a_private_address_is_refused(web: Web):
    with (
        Fetcher(limits=Limits(pause=0), resolve=lambda *_: ["10.0.0.8"]) as strict,
        pytest.raises(SourceError, match="private"),
    ):
        strict.fetch("http://intranet.example/")


class _Line(httpcore.NetworkStream):
    """A connection that only notes the name TLS is asked to verify."""

    def __init__(self, seen: list[str | None]) -> None:
        self.seen = seen

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        self.seen.append(server_hostname)
        raise httpcore.ConnectError("far enough")

    def close(self) -> None:
        pass


class _Net(httpcore.NetworkBackend):
    """A network in which every address answers; it notes those that were connected to."""

    def __init__(self) -> None:
        self.connected: list[str] = []
        self.verified: list[str | None] = []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.connected.append(host)
        return _Line(self.verified)


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> _Net:
    made = _Net()
    monkeypatch.setattr(httpcore, "SyncBackend", lambda: made)
    return made


def test_the_address_that_was_checked_is_the_one_connected_to(net: _Net):
    """A name that turns private right after the check (rebinding): it is not asked again, and TLS verifies the name."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    with Fetcher(limits=Limits(pause=0), resolve=lambda *_: next(answers)) as strict:
        with pytest.raises(SourceError, match="far enough"):
            strict.fetch("https://rebind.example/")
        assert net.connected == ["93.184.216.34"]
        assert net.verified == ["rebind.example"]
        with pytest.raises(SourceError, match="loopback"):
            strict.fetch("https://rebind.example/")
    assert net.connected == ["93.184.216.34"]


def test_a_redirect_to_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch):
    """Only the first host is public; robots.txt and the page come from it, and the page sends on to the metadata service."""
    replies = [b"HTTP/1.1 404 Not Found", b"HTTP/1.1 302 Found\r\nLocation: http://inner.example/latest/meta-data"]
    net = httpcore.MockBackend([])
    streams = iter(
        [httpcore.MockStream([reply + b"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"]) for reply in replies]
    )
    monkeypatch.setattr(net, "connect_tcp", lambda *_, **__: next(streams))
    monkeypatch.setattr(httpcore, "SyncBackend", lambda: net)
    answers = {"public.example": ["93.184.216.34"], "inner.example": ["169.254.169.254"]}
    refused = pytest.raises(SourceError, match=r"nner\.example leads to 169\.254\.169\.254, which is link-local")
    with Fetcher(limits=Limits(pause=0), resolve=lambda host, *_: answers[host]) as strict, refused:
        strict.fetch("http://public.example/")
    assert next(streams, None) is None  # both replies of the public host were read


@pytest.mark.parametrize("address", ["::1", "::ffff:127.0.0.1", "fe80::1%eth0", "169.254.169.254"])
def test_no_connection_is_opened_to_a_refused_address(net: _Net, address: str):
    with (
        Fetcher(limits=Limits(pause=0), resolve=lambda *_: [address]) as strict,
        pytest.raises(SourceError, match="not fetched"),
    ):
        strict.fetch("http://name.example/")
    assert net.connected == []


def test_proxies_of_the_environment_are_not_used(web: Web, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    web.routes["/a"] = Reply("direct")
    with Fetcher(allow_private=True, limits=Limits(pause=0)) as made:
        assert made.fetch(web.url("/a")).data == b"direct"


def test_redirects_are_followed_and_counted(web: Web, fetcher: Fetcher):
    for step in range(6):
        web.routes[f"/{step}"] = Reply(status=302, headers={"Location": f"/{step + 1}"})
    web.routes["/6"] = Reply("there")
    assert fetcher.fetch(web.url("/1")).data == b"there"
    with pytest.raises(SourceError, match="more than 5 times"):
        fetcher.fetch(web.url("/0"))


def test_a_redirect_in_a_circle_ends(web: Web, fetcher: Fetcher):
    web.routes["/a"] = Reply(status=301, headers={"Location": "/a"})
    with pytest.raises(SourceError, match="redirects"):
        fetcher.fetch(web.url("/a"))
    assert len(web.pages()) == 6


def test_a_redirect_away_from_http_is_refused(web: Web, fetcher: Fetcher):
    web.routes["/a"] = Reply(status=302, headers={"Location": "file:///etc/passwd"})
    with pytest.raises(SourceError, match="http"):
        fetcher.fetch(web.url("/a"))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate"])
def test_compressed_pages_are_read(web: Web, fetcher: Fetcher, encoding: str):
    packed = gzip.compress(b"hello" * 99) if encoding == "gzip" else zlib.compress(b"hello" * 99)
    if encoding == "raw deflate":
        packed = packed[2:-4]
    web.routes["/a"] = Reply(packed, headers={"Content-Encoding": encoding.rsplit(maxsplit=1)[-1]})
    assert fetcher.fetch(web.url("/a")).data == b"hello" * 99


def test_a_bomb_is_stopped_at_the_limit(web: Web, fetcher: Fetcher):
    web.routes["/bomb"] = Reply(gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    began = time.monotonic()
    with pytest.raises(SourceError, match="larger than 10 MB once unpacked"):
        fetcher.fetch(web.url("/bomb"))
    assert time.monotonic() - began < 5


def test_a_page_without_an_end_is_stopped_at_the_limit(web: Web, fetcher: Fetcher):
    def endless(write):
        for _ in range(400):
            write(b"x" * 65_536)

    web.routes["/endless"] = Reply(stream=endless, headers={"Connection": "close"})
    with pytest.raises(SourceError, match="larger than"):
        fetcher.fetch(web.url("/endless"))


def test_an_encoding_that_was_not_asked_for_is_refused(web: Web, fetcher: Fetcher):
    web.routes["/a"] = Reply(b"?", headers={"Content-Encoding": "br"})
    with pytest.raises(SourceError, match="encoding"):
        fetcher.fetch(web.url("/a"))


def test_bytes_that_drip_do_not_outlast_the_time(web: Web):
    stop = threading.Event()

    def drip(write):
        while not stop.wait(0.05):
            write(b".")

    web.routes["/slow"] = Reply(stream=drip, headers={"Connection": "close"})
    began = time.monotonic()
    with (
        Fetcher(allow_private=True, limits=Limits(pause=0, seconds=0.6)) as hasty,
        pytest.raises(SourceError, match="did not answer"),
    ):
        hasty.fetch(web.url("/slow"))
    stop.set()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "nothing"), (403, "refuses"), (401, "log-in"), (410, "gone"), (500, "fault"), (418, "no page")],
)
def test_each_refusal_is_a_sentence(web: Web, fetcher: Fetcher, status: int, words: str):
    web.routes["/a"] = Reply(status=status)
    with pytest.raises(SourceError, match=words) as caught:
        fetcher.fetch(web.url("/a"))
    assert caught.value.hint


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_says(web: Web, fetcher: Fetcher, waits: Waits, status: int):
    replies = iter([Reply(status=status, headers={"Retry-After": "7"}), Reply(status=status), Reply("at last")])
    web.routes["/a"] = lambda _: next(replies)
    assert fetcher.fetch(web.url("/a")).data == b"at last"
    assert waits.seconds == [7.0, 2.0]


def test_a_busy_server_is_left_alone_in_the_end(web: Web, fetcher: Fetcher):
    web.routes["/a"] = Reply(status=429)
    with pytest.raises(SourceError, match="fewer requests"):
        fetcher.fetch(web.url("/a"))
    assert len(web.pages()) == 3


def test_a_wait_of_an_hour_is_not_waited_for(web: Web, fetcher: Fetcher, waits: Waits):
    web.routes["/a"] = Reply(status=503, headers={"Retry-After": formatdate(time.time() + 3600, usegmt=True)})
    with pytest.raises(SourceError, match="come back in"):
        fetcher.fetch(web.url("/a"))
    assert waits.seconds == []


def test_robots_are_asked_once_and_obeyed(web: Web, fetcher: Fetcher):
    web.routes["/robots.txt"] = Reply("User-agent: *\nDisallow: /private/\n")
    web.routes["/open"] = web.routes["/private/a"] = Reply("x")
    fetcher.fetch(web.url("/open"))
    with pytest.raises(SourceError, match=r"robots\.txt"):
        fetcher.fetch(web.url("/private/a"))
    assert web.asked == ["/robots.txt", "/open"]


def test_robots_that_cannot_be_had_forbid(web: Web, fetcher: Fetcher):
    web.routes["/robots.txt"] = Reply(status=500)
    with pytest.raises(SourceError, match=r"robots\.txt: 500"):
        fetcher.fetch(web.url("/a"))


def test_robots_are_obeyed_behind_a_redirect(web: Web, fetcher: Fetcher):
    web.routes["/robots.txt"] = Reply("User-agent: byline\nDisallow: /no\n")
    web.routes["/a"] = Reply(status=302, headers={"Location": "/no"})
    with pytest.raises(SourceError, match=r"robots\.txt"):
        fetcher.fetch(web.url("/a"))
    assert "/no" not in web.asked


def test_requests_to_one_host_keep_their_distance(web: Web, waits: Waits):
    web.routes["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 4\n")
    web.routes["/a"] = Reply("x")
    with Fetcher(allow_private=True, limits=Limits(pause=1), sleep=waits, clock=lambda: 100.0) as patient:
        patient.fetch(web.url("/a"))
        patient.fetch(web.url("/a"))
    assert waits.seconds == [1.0, 5.0]  # after robots.txt the usual pause, then as long as the site asks


def test_nobody_there_is_a_sentence(fetcher: Fetcher):
    with pytest.raises(SourceError, match="cannot be read"):
        fetcher.fetch("http://127.0.0.1:9/")


def test_a_host_that_does_not_exist_is_a_sentence():
    def resolve(host: str, port: int, seconds: float) -> list[str]:
        raise SourceError(f"there is no host {host}", "Check the address and the network.")

    with Fetcher(limits=Limits(pause=0), resolve=resolve) as strict, pytest.raises(SourceError, match="no host"):
        strict.fetch("http://nowhere.example/")
