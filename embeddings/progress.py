"""A progress bar on standard error, or nothing: for work a person waits for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import rich.progress


@contextmanager
def waiting(title: str, *, shown: bool) -> Iterator[None]:
    """A spinner on standard error while the block runs, for work whose length is unknown."""
    if not shown:
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(title):
        yield


class Progress:
    """`with Progress("Encoding", total, shown=True) as bar: bar.advance(n)`; rich is imported only when shown."""

    def __init__(self, title: str, total: int, *, shown: bool) -> None:
        self._title = title
        self._total = total
        self._shown = shown
        self._bar: rich.progress.Progress | None = None
        self._task: rich.progress.TaskID | None = None

    def __enter__(self) -> Self:
        if self._shown:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(self._title, total=self._total)
            self._bar.start()
        return self

    def advance(self, steps: int) -> None:
        """Move the bar on by `steps` of the total."""
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, steps)

    def reach(self, done: int, total: int) -> None:
        """Move the bar to `done` of `total`, for work whose length is known only once it has begun."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
