"""A finished replay's folder, made by hand: what a server answered to the small region."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from locustfiles.settings import Settings
from sim.ledger import OUTCOMES, State
from study.files import write_json
from study.replay.folder import REPORT
from tests.study.replay_tools import row

REQUESTS = 272  # as many answers as the window has that is replayed by default
STATIONS = 30  # of the small region


def write_replay(
    folder: Path, scenario: str, *, answer: float = 0.007, wrong: tuple[str, ...] = ()
) -> Path:
    """Every request is answered after about ``answer`` seconds, and everything is stored.

    Parameters
    ----------
    scenario : as it was typed.
    wrong : why the replay is not valid.
    """
    folder.mkdir(parents=True, exist_ok=True)
    times = answer * np.random.default_rng(1).gamma(9.0, 1.0 / 9.0, REQUESTS)
    lines = [_answered(n, float(time)) for n, time in enumerate(times)]
    (folder / "attempts.jsonl").write_text("".join(lines), encoding="utf-8")
    outcomes = np.zeros(STATIONS, OUTCOMES)
    outcomes["station"] = np.arange(STATIONS)
    outcomes["state"] = State.SENT_KPPS
    np.save(folder / "outcomes.npy", outcomes)
    settings = Settings(
        scenario=scenario, policy="none", batching="per-photo", shaping="at-once", seed=1,
        replication=0, begins=0.0, ends=600.0, speed=1.0, share=1.0, nation=False, scheme="http",
        host="127.0.0.1", port=8080, address="127.0.0.1",
    )  # fmt: skip
    write_json(
        folder / REPORT,
        {"settings": asdict(settings), "wall": 1.6e9, "workers": 1, "memory": [1], "validity": {},
         "wrong": list(wrong)},
    )  # fmt: skip
    return folder


def _answered(number: int, time: float) -> str:
    """A line of the log: a station's next photograph, answered ``time`` seconds after its body."""
    station, photo = number % STATIONS, number // STATIONS
    at = 20.0 * photo + 5.0
    its = row(
        at - 5.0, at, station=station, kecamatan=station // 18, key=f"photo-{photo}",
        left=at - time, begin_late=0.0, join_late=0.0, drain_late=0.0,
    )  # fmt: skip
    return json.dumps([*its]) + "\n"
