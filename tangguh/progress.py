"""A progress bar with an estimate on a terminal; a line now and then where there is none.

Rule of this file: progress goes to stderr, so that a command's result on stdout stays clean.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINE_EVERY: Final = 10.0
"""Seconds between two plain lines: a log of an hour has 360 of them."""


class Bar:
    """Counts finished nights."""

    def __init__(self, what: str, total: int, already: int = 0) -> None:
        self._console = Console(stderr=True)
        self._what = what
        self._total = total
        self._done = already
        self._began = self._said = time.monotonic()
        self._already = already
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task(what, total=total, completed=already)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def skip(self) -> None:
        """One more was finished before this run; it tells nothing of the pace."""
        self._done += 1
        self._already += 1
        self._progress.advance(self._task)

    def advance(self) -> None:
        """One more is finished."""
        self._done += 1
        self._progress.advance(self._task)
        now = time.monotonic()
        if not self._console.is_terminal and now - self._said >= LINE_EVERY:
            self._said = now
            pace = (now - self._began) / (self._done - self._already)
            left = pace * (self._total - self._done)
            self._console.print(
                f"{self._what}: {self._done} of {self._total}, about {left:.0f} s left",
                highlight=False,
            )
