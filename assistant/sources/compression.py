"""Decompression that stops at a limit, so that a small download cannot become a large memory."""

from __future__ import annotations

import zlib

from assistant.errors import SourceError

MAX_FILE = 100 * 1000 * 1000


class Inflater:
    """Turns the bytes of a body into its content, piece by piece; `encoding` is that of HTTP (empty, gzip or deflate).

    Raises `SourceError` where the content exceeds `limit` bytes or is not what the encoding says.
    """

    def __init__(self, name: str, encoding: str, limit: int) -> None:
        self._name = name
        self._left = limit
        self._limit = limit
        self._first = True
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise SourceError(
                f"{name} comes in an encoding that was not asked for ('{encoding}')", "Save it and add the file."
            )
        self._deflate = encoding == "deflate"
        self._stream = None if encoding in ("", "identity") else _gzip()

    def feed(self, chunk: bytes) -> bytes:
        """The content of the next piece."""
        if self._stream is None:
            return self._count(chunk)
        if self._first and chunk:
            self._first = False
            if self._deflate:
                # "deflate" means zlib by the standard, and bare deflate to some servers.
                self._stream = zlib.decompressobj(zlib.MAX_WBITS if chunk[0] & 0x0F == 8 else -zlib.MAX_WBITS)
        out = []
        while chunk:
            try:
                out.append(self._count(self._stream.decompress(chunk, self._left + 1)))
            except zlib.error as error:
                raise SourceError(f"{self._name} is compressed and broken ({error})", "Try again later.") from None
            chunk = self._stream.unconsumed_tail
            if self._stream.eof:
                # A gzip file may have several members, one behind the other; padding behind the last is not one.
                chunk = self._stream.unused_data.lstrip(b"\0")
                if chunk and not self._deflate:
                    self._stream = _gzip()
                else:
                    break
        return b"".join(out)

    def finish(self) -> bytes:
        """What is left at the end. Raises `SourceError` where the body was cut off."""
        if self._stream is not None and not self._first and not self._stream.eof:
            raise SourceError(f"{self._name} is cut off", "Try again later.")
        return b""

    def _count(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise SourceError(
                f"{self._name} is larger than {self._limit // 1_000_000} MB once unpacked",
                "Split it, or add what you need of it.",
            )
        return data


def unpacked(name: str, data: bytes, limit: int = MAX_FILE) -> bytes:
    """The content of a gzip file, or the data as it is where it is none. Raises `SourceError` as `Inflater` does."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    inflater = Inflater(name, "gzip", limit)
    return inflater.feed(data) + inflater.finish()


def _gzip() -> zlib._Decompress:
    return zlib.decompressobj(zlib.MAX_WBITS | 16)
