"""Errors of text-to-nearest-document search, and the root of the project's error tree (see `assistant.errors`)."""

from __future__ import annotations


class BylineError(Exception):
    """Root of every error Byline raises on purpose.

    `message` says what is wrong in one clause; `hint` says what to do next in one sentence.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        text = self.message[:1].upper() + self.message[1:].rstrip(".") + "."
        return f"{text} {self.hint}".rstrip()


class EmbeddingError(BylineError):
    """Root of what can go wrong below `embeddings`."""


class ModelUnavailable(EmbeddingError):
    """The embedding model cannot be found, loaded or trusted."""


class IndexMissing(EmbeddingError):
    """There is no index in the folder yet."""


class IndexForeign(EmbeddingError):
    """The index was written by another format version or another encoder."""


class IndexBroken(EmbeddingError):
    """The index on disk is damaged: a file is missing, cut short or altered."""


class IndexUnwritable(EmbeddingError):
    """The index cannot be written: no space, no permission."""


class IndexBusy(EmbeddingError):
    """Another process is writing the index and did not finish in time."""


class TrainingInvalid(EmbeddingError):
    """There is not enough to train on."""


class DependencyMissing(BylineError):
    """An optional package is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"this needs the package '{package}', which is not installed", f'Run: pip install "byline[{extra}]"'
        )
