"""A grid that is being compared: its worlds, who is still in the race, the best so far.

The time left is for the worst case, in which nobody else drops out and every world takes all its
nights; a race usually stops earlier.

Rule of this file: from standings to their picture.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from study.sweep import Standing


class SweepBoard:
    """Where a sweep stands.

    Parameters
    ----------
    worlds : their names, in order; ``combinations``: how many race in each.
    clock : seconds of real time.
    """

    def __init__(
        self,
        worlds: Sequence[str],
        combinations: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.done = 0
        self._worlds, self._combinations, self._clock = tuple(worlds), combinations, clock
        self._began = clock()
        self._standings: dict[str, Standing] = {}

    def advance(self) -> None:
        """One more night was simulated."""
        self.done += 1

    def say(self, standing: Standing) -> None:
        """A world's race has come further."""
        self._standings[standing.world] = standing

    @property
    def pace(self) -> float:
        """Nights simulated a second."""
        return self.done / max(self._clock() - self._began, 1e-9)

    @property
    def left(self) -> float | None:
        """Seconds left at most; None until a race has stood once and a night was simulated."""
        if not self._standings or not self.done:
            return None
        most = next(iter(self._standings.values())).most
        nights = 0
        for world in self._worlds:
            standing = self._standings.get(world)
            if standing is None:
                nights += most * self._combinations
            elif not standing.decided:
                nights += (most - standing.nights) * standing.alive
        return nights / self.pace

    def _speed(self) -> str:
        left = "" if self.left is None else f", at most {self.left:.0f} s left"
        return f"{self.done} nights simulated, {self.pace:.1f} nights/s{left}"

    def line(self) -> str:
        """One plain line."""
        if not self._standings:
            return f"sweep: {self._speed()}"
        last = list(self._standings.values())[-1]
        return (
            f"sweep: world {last.world} ({len(self._standings)} of {len(self._worlds)}), "
            f"{last.alive} of {last.of} combinations alive after {last.nights} nights each, best "
            f"so far {last.best}: {_failed(last)} failed; {self._speed()}"
        )

    def picture(self) -> RenderableType:
        """A row a world; a long name of a combination is broken where a terminal is narrow."""
        table = Table(box=None, pad_edge=False)
        table.add_column("world", overflow="fold")
        for name in ("alive", "nights"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("best so far", overflow="fold")
        table.add_column("failed (95%)", justify="right", overflow="fold")
        for world in self._worlds:
            s = self._standings.get(world)
            if s is None:
                table.add_row(escape(world), f"{self._combinations}/{self._combinations}", "0")
                continue
            best = escape(s.best)
            table.add_row(
                escape(world), f"{s.alive}/{s.of}", f"{s.nights}/{s.most}",
                f"[green]{best}[/]" if s.decided else best, _failed(s),
            )  # fmt: skip
        return Group(table, self._speed())


def _failed(standing: Standing) -> str:
    mean, low, high = standing.failed
    if low is None or high is None:
        return f"{mean:.1f}"
    return f"{mean:.1f} ({low:.1f} to {high:.1f})"
