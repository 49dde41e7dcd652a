"""Makes the documentation's pictures from real runs: ``python docs/make_pictures.py [FOLDER]``.

``cliff.png`` comes from the cell that predicts; ``night.png`` is the page of a run (its FOLDER is
given) photographed by the system's chromium.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from sim.network.cell import Cell

IMAGES = Path(__file__).parent / "images"
STATIONS, SIZE, RATE = 85, 2e6, 5e6 / 8
BLUE, ORANGE = "#0072b2", "#b34700"


def arrived_together(timeout: float, stations: int = STATIONS) -> int:
    """Uploads that arrive when all start at once and each is cut after ``timeout`` seconds."""
    cell = Cell([RATE])
    for _ in range(stations):
        cell.start(0.0, SIZE)
    arrived = 0
    while cell.n and cell.next_event() <= timeout:
        arrived += len(cell.finished(cell.next_event()))
    return arrived


def arrived_one_by_one(timeout: float, stations: int = STATIONS) -> int:
    """Uploads that arrive within ``timeout`` seconds when the next begins as one ends."""
    cell, now, arrived = Cell([RATE]), 0.0, 0
    while arrived < stations:
        cell.start(now, SIZE)
        now = cell.next_event()
        if now > timeout:
            break
        arrived += len(cell.finished(now))
    return arrived


def cliff() -> None:
    """Arrivals against the timeout: all or nobody together, a straight line one by one."""
    timeouts = np.linspace(0, 320, 641)
    figure, axes = plt.subplots(figsize=(8, 3.8))
    axes.step(timeouts, [arrived_together(t) for t in timeouts], color=ORANGE, lw=2.2)
    axes.step(timeouts, [arrived_one_by_one(t) for t in timeouts], color=BLUE, lw=2.2)
    axes.axvline(60, color="0.6", lw=1, ls=":")
    axes.annotate("60 s: 18 one by one", (60, 18), (84, 17), color=BLUE)
    axes.annotate("60 s: nobody together", (60, 0), (72, 4), color=ORANGE)
    axes.annotate("272 s: all 85", (272, 85), (205, 80), color=ORANGE)
    axes.set(xlabel="time-out, seconds", ylabel="uploads that arrive", xlim=(0, 320), ylim=(-2, 90))
    axes.set_title("85 photographs of 2 MB on one cell of 5 Mbit/s", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(IMAGES / "cliff.png", dpi=130, bbox_inches="tight")


def night(folder: Path) -> None:
    """The upper part of a run's page, in English."""
    page = (folder / "report.html").resolve().as_uri() + "#en"
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--hide-scrollbars", f"--user-data-dir={profile}",
                "--window-size=1050,1750", f"--screenshot={IMAGES / 'night.png'}", page,
            ],
            check=True,
            capture_output=True,
        )  # fmt: skip


if __name__ == "__main__":
    cliff()
    if len(sys.argv) > 1:
        night(Path(sys.argv[1]))
