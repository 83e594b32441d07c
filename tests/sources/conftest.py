"""A small web server, a fetcher that may reach it, and a catalog with a way in."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.article import Article
from assistant.catalog import Catalog
from assistant.sources.fetcher import Fetcher, Limits
from assistant.sources.ingest import Ingest
from assistant.sources.known_names import KnownNames
from assistant.sources.library import Library
from assistant.sources.report import Report
from embeddings.encoder import ModelEncoder

SHARED = Path(__file__).parents[2].parent / "shared"
OWN = Path(__file__).parent / "fixtures"


def shared(name: str) -> Path:
    """A file of the shared fixtures; the test is skipped where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"../shared/{name} is not there")
    return path


@dataclass
class Reply:
    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stream: Callable[[Callable[[bytes], object]], None] | None = None


@dataclass
class Web:
    """Routes by path; a route is a reply or a function of the request's headers. Paths asked for are kept."""

    port: int = 0
    routes: dict[str, Reply | Callable[[dict[str, str]], Reply]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def pages(self) -> list[str]:
        return [path for path in self.asked if path != "/robots.txt"]


@pytest.fixture
def web() -> Iterator[Web]:
    state = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            state.headers.append(dict(self.headers))
            found = state.routes.get(self.path, Reply(status=404))
            reply = found(dict(self.headers)) if callable(found) else found
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.stream is None:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
                if reply.stream:
                    reply.stream(self.wfile.write)
            except OSError:  # the client had enough
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Waits:
    """Waits at once, and remembers how long it would have been."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def fetcher(waits: Waits) -> Iterator[Fetcher]:
    with Fetcher(allow_private=True, limits=Limits(pause=0), sleep=waits) as made:
        yield made


@pytest.fixture(scope="session")
def names() -> KnownNames:
    return KnownNames.load()


class WordVectors:
    """Vectors by the words of a text: texts that share words are near. Counts what it encodes; equal texts count once."""

    def __init__(self) -> None:
        self.cache: dict[str, NDArray[np.float32]] = {}
        self.count = 0

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._one(text) for text in texts]) if texts else np.zeros((0, 256), np.float32)

    def _one(self, text: str) -> NDArray[np.float32]:
        if text not in self.cache:
            self.count += 1
            vector = np.zeros(256, np.float32)
            for word in text.lower().split():
                vector[hashlib.sha256(word.strip(".,").encode()).digest()[0]] += 1
            self.cache[text] = vector / max(float(np.linalg.norm(vector)), 1e-9)
        return self.cache[text]


@pytest.fixture
def encode() -> WordVectors:
    return WordVectors()


@dataclass
class Bench:
    """An empty catalog with everything needed to add to it."""

    catalog: Catalog
    ingest: Ingest
    encode: WordVectors
    updates: list[int]

    def articles(self) -> list[Article]:
        return self.catalog.list(order="id")

    def only(self) -> Article:
        (article,) = self.articles()
        return article


def counts(report: Report) -> list[tuple[int, int, int, int]]:
    """Of each source: articles added, changed, unchanged and skipped."""
    return [(item.added, item.changed, item.unchanged, item.skipped) for item in report.sources]


@pytest.fixture
def bench(tmp_path: Path, names: KnownNames, encode: WordVectors, fetcher: Fetcher) -> Iterator[Bench]:
    catalog = Catalog.open(tmp_path / "catalog.sqlite")
    updates: list[int] = []
    library = Library(catalog, names, encode)
    ingest = Ingest(library, names, fetcher, lambda: updates.append(catalog.revision))
    yield Bench(catalog, ingest, encode, updates)
    catalog.close()


@pytest.fixture(scope="session")
def real_encode(served_encoder: ModelEncoder) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """The encoder that serves by default."""
    return lambda texts: served_encoder.encode(list(texts))
