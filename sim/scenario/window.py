"""A window of the night as it is typed: ``13:00-15:00``, ``2020-12-10 09:00-12:00``.

Rule of this file: from text to seconds of scenario time, in the scenario's own time zone.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sim.scenario.model import Scenario

_WINDOW = re.compile(
    r"(?:(\d{4}-\d{2}-\d{2})\s+)?(\d{1,2}:\d{2}(?::\d{2})?)\s*-\s*"
    r"(?:(\d{4}-\d{2}-\d{2})\s+)?(\d{1,2}:\d{2}(?::\d{2})?)"
)


class WindowError(ValueError):
    """A window that cannot be: what is wrong and what was expected."""


def parse_window(text: str, scenario: Scenario) -> tuple[float, float]:
    """Begin and end in seconds of scenario time.

    Without a date the window lies on the scenario's first day; an end that is not later than the
    begin lies on the next day.

    Raises
    ------
    WindowError : if it is no window, or does not lie within the scenario.
    """
    found = _WINDOW.fullmatch(text.strip())
    if found is None:
        raise WindowError(
            f"{text!r} is no window; expected something like '13:00-15:00' or "
            "'2020-12-10 09:00-12:00'"
        )
    day, begin, end_day, end = found.groups()
    begins = _moment(day or scenario.start.date().isoformat(), begin, scenario)
    ends = _moment(end_day or begins.date().isoformat(), end, scenario)
    if ends <= begins and end_day is None:
        ends += timedelta(days=1)
    if not scenario.start <= begins < ends <= scenario.snapshot:
        raise WindowError(
            f"{text!r} does not lie between the scenario's start ({scenario.start:%Y-%m-%d %H:%M}) "
            f"and its snapshot ({scenario.snapshot:%Y-%m-%d %H:%M})"
        )
    return scenario.seconds(begins), scenario.seconds(ends)


def _moment(day: str, clock: str, scenario: Scenario) -> datetime:
    try:
        moment = datetime.fromisoformat(f"{day} {clock.zfill(5) if len(clock) < 6 else clock}")
    except ValueError as error:
        raise WindowError(f"{day} {clock} is no moment: {error}") from None
    return moment.replace(tzinfo=scenario.start.tzinfo)
