"""What a long command shows while it runs: a picture that is drawn anew on a terminal, and a plain
line now and then where there is none.

Rule of this file: it decides how things are shown and when, not what; it writes to stderr, so that
a command's result on stdout stays clean. Colours are rich's and follow NO_COLOR.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final, Protocol, Self

from rich.console import Console, RenderableType
from rich.live import Live

from tangguh.progress import LINE_EVERY

_DRAW_EVERY: Final = 0.25  # seconds between two pictures; more often only costs the processor


class Shown(Protocol):
    """Something that can be shown in both ways."""

    def picture(self) -> RenderableType:
        """For a terminal."""

    def line(self) -> str:
        """For a log."""


class Dashboard:
    """Shows one thing while a block runs; on a terminal nothing of it is left behind.

    Parameters
    ----------
    wanted : False for plain lines also on a terminal.
    console : where to; standard error by default.
    """

    def __init__(self, shown: Shown, wanted: bool = True, console: Console | None = None) -> None:
        self._shown = shown
        self._console = console or Console(stderr=True, highlight=False)
        drawn = wanted and self._console.is_terminal and not self._console.is_dumb_terminal
        self._live = (
            Live(console=self._console, auto_refresh=False, transient=True) if drawn else None
        )
        self._last = time.monotonic()

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
            self._live.update(self._shown.picture(), refresh=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def refresh(self) -> None:
        """Show it as it is now, if the last time is long enough ago."""
        now = time.monotonic()
        if now - self._last < (LINE_EVERY if self._live is None else _DRAW_EVERY):
            return
        self._last = now
        if self._live is None:
            self._console.print(self._shown.line(), markup=False, soft_wrap=True)
        else:
            self._live.update(self._shown.picture(), refresh=True)
