"""Two lines on one chart: predicted and measured, over time or over durations.

Rule of this file: arithmetic on the summary; positions in per cent, labels in a language.
Units: seconds of scenario time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log
from typing import Any, Final

from reports.figures import round_up
from reports.language import Language
from reports.replay_text import say

View = dict[str, Any]
_SIDES: Final = ("measured", "predicted")  # the latter is drawn above
_MARKS: Final = (0.1, 1, 10, 60, 600, 3600, 36000, 360000)  # seconds: what a person can name
_STEPS: Final = (60, 300, 600, 900, 1800, 3600, 7200, 21600, 86400)  # between two clock times
_LABELS: Final = 6  # clock times that fit
_ROWS: Final = 24  # of the table below a chart


def duration(seconds: float, language: Language) -> str:
    """In the unit that a person would take: 38,0 detik; 12,5 menit; 3,1 jam."""
    code = language.code
    for unit, size in (("hours", 3600.0), ("minutes", 60.0)):
        if abs(seconds) >= 2 * size or abs(seconds) == size:
            value = seconds / size
            return f"{_plain(value, language)} {say(unit, code)}"
    return f"{_plain(seconds, language)} {say('seconds', code)}"


def _plain(value: float, language: Language) -> str:
    return language.number(value, 0 if value == int(value) else 1)


def _path(x: list[float], y: list[float]) -> str:
    return " ".join(f"{a:.2f},{b:.2f}" for a, b in zip(x, y, strict=True))


def _table(samples: list[View]) -> list[View]:
    return samples[:: max(len(samples) // _ROWS, 1)]


def sojourns(sample: dict[str, Any], language: Language) -> View:
    """Share of stations sent within so long; the durations' axis is logarithmic."""
    drawn = sample["distribution"]
    seconds = drawn["seconds"]
    if not seconds:
        return {"lines": [], "samples": [], "ticks": [], "heights": [], "table": []}
    first, last = log(seconds[0]), log(seconds[-1])

    def at(t: float) -> float:
        return 100 * (log(t) - first) / (last - first)

    x = [at(t) for t in seconds]
    samples = []
    for t, here, p, m in zip(seconds, x, drawn["predicted"], drawn["measured"], strict=True):
        shown = {
            "x": duration(t, language),
            "predicted": language.percent(p),
            "measured": language.percent(m),
        }
        text = say("read_sojourn", language.code, **shown)
        samples.append({"x": round(here, 2), "text": text, "shown": shown})
    return {
        "lines": [
            {"side": side, "path": _path(x, [100 - 100 * v for v in drawn[side]])}
            for side in _SIDES
        ],
        "samples": samples,
        "ticks": [
            {"at": at(t), "label": duration(t, language)}
            for t in _MARKS
            if seconds[0] <= t <= seconds[-1]
        ],
        "heights": [{"at": y, "label": f"{y}%"} for y in (0, 25, 50, 75, 100)],
        "table": _table(samples),
    }


def over_time(summary: dict[str, Any], name: str, language: Language) -> View:
    """A curve over the window: ``concurrency`` or ``requests``."""
    curve, setting = summary[name], summary["setting"]
    start = datetime.fromisoformat(setting["start"])
    begins, ends = setting["begins"], setting["ends"]
    seconds = curve["seconds"]
    top = round_up(max([*curve["predicted"], *curve["measured"], 1e-3]), 1e-3)
    digits = 0 if top >= 20 else 1 if top >= 1 else 3

    def at(t: float) -> float:
        return 100 * (t - begins) / (ends - begins)

    edges = [*seconds, ends]
    corners = [at(t) for i in range(len(seconds)) for t in (edges[i], edges[i + 1])]
    samples = []
    for t, p, m in zip(seconds, curve["predicted"], curve["measured"], strict=True):
        shown = {
            "x": language.short(start + timedelta(seconds=t)),
            "predicted": language.number(p, max(digits, 1)),
            "measured": language.number(m, max(digits, 1)),
        }
        text = say("read_curve", language.code, **shown)
        samples.append({"x": round(at(t), 2), "text": text, "shown": shown})
    peaks = {
        f"peak_{side}": language.number(v, 0 if name == "concurrency" else 1)
        for side, v in curve["peak"].items()
    }
    more = {}
    if name == "concurrency":
        more = {
            "mean": language.number(curve["mean_difference"], 1),
            "most": language.number(curve["max_difference"], 1),
        }
    return {
        "note": say(f"{name}_note", language.code, **peaks, **more),
        "lines": [
            {
                "side": side,
                "path": _path(corners, [100 - 100 * v / top for v in curve[side] for _ in (0, 1)]),
            }
            for side in _SIDES
        ],
        "samples": samples,
        "ticks": _clock(start, begins, ends, language),
        "heights": [
            {"at": 100 * share, "label": language.number(top * share, digits)}
            for share in (0.0, 0.5, 1.0)
        ],
        "table": _table(samples),
    }


def _clock(start: datetime, begins: float, ends: float, language: Language) -> list[View]:
    """Round times of day within the window."""
    step = next((s for s in _STEPS if (ends - begins) / s <= _LABELS), _STEPS[-1])
    offset = start.hour * 3600 + start.minute * 60 + start.second
    first = -(-(begins + offset) // step) * step - offset
    found, t = [], first
    while t <= ends:
        label = language.clock(start + timedelta(seconds=t))
        found.append({"at": 100 * (t - begins) / (ends - begins), "label": label})
        t += step
    return found
