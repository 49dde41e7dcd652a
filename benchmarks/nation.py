"""``python -m benchmarks.nation [PART ...]``: what a nation takes, and what its split costs.

``speed``: one night of all 298,939 stations of 9 December 2020, by two processes. Memory is the sum
of the largest that each process ever was, an upper bound. ``hard``: the same of a night whose
server is too small. ``growth``: what a station takes more than one of 1,700. ``split``: every 50th
regency, over a server that is as much smaller, once in one piece and once by region, on the same
draws. ``fluid``: a city's nights with the rest of the nation as its scenario has it, a fluid, and
with a simulated nation.
Writes docs/nation.md; only the sections that were measured are written anew.

Rule of this file: it measures; nothing of a nation is decided here.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from benchmarks.measure import TABLE, Row, sections_of
from sim.engine import Engine
from sim.ingest.nation import Course
from sim.ledger import State
from sim.night import simulate
from sim.population.nation import Nation, whole_of
from sim.scenario.inputs import NationInputs, load_either, load_inputs
from study.engine import computing_by
from study.files import read_json
from study.measures import unsent
from study.nation.night import SAMPLE, Plan, Told, carry_out
from study.nights import Variant, without_collector

ROOT: Final = Path(__file__).parent.parent
SCENARIO: Final = ROOT / "scenarios" / "nation-2020.yaml"
PAGE: Final = ROOT / "docs" / "nation.md"
JOBS: Final = 2
FIRST, EVERY = 16, 50  # the regencies of ``split``: 6 of 309, of all three zones
MINUTES, GIGABYTES, GROWTH = 5.0, 4.0, 1.3  # the targets of one night
POINTS: Final = 1.0  # points of the stations: the largest error of the split that is aimed at
CITY: Final = 1700
CITYS: Final = ROOT / "scenarios" / "bandarlampung-2020.yaml"
FEW, NIGHTS = 6000, 8  # the sample and the nights of ``fluid``
HARD: Final = 2  # the replication with the smallest server of the first three
EVERYBODY: Final = 10**6  # more stations than there are
HEAD: Final = """# A nation's night, measured

Made by `python -m benchmarks.nation`; how is said in its first lines. Targets that are missed are
shown, too.
"""
SCARCE: Final[dict[str, dict[str, str | int]]] = {
    "nothing": {"pipe": "160 Mbit/s", "slots": 1000, "workers": 20, "service": "0.5 s"},
    "pipe": {"pipe": "8 Mbit/s", "slots": 1000, "workers": 20, "service": "0.5 s"},
    "slots": {"pipe": "160 Mbit/s", "slots": 40, "workers": 20, "service": "0.5 s"},
    "workers": {"pipe": "160 Mbit/s", "slots": 1000, "workers": 1, "service": "2 s"},
}
"""Servers of 5,350 of 298,939 stations; 56 times as large they are in the range assumed."""


def quiet(_told: Told) -> None:
    """Nobody looks."""


def plan_of(inputs: NationInputs, folder: Path, stations: int, sample: int | None = None) -> Plan:
    """One night of it, to be kept in a folder of its own."""
    parts = folder / f"{stations}-{sample}" / "parts"
    parts.mkdir(parents=True)
    client = inputs.scenario.client
    variant = Variant(client.policy, client.batching, client.shaping)
    found = Plan(
        inputs.scenario, inputs.nation, 1, None, parts, inputs.catalogue, variant, stations
    )
    return found if sample is None else replace(found, sample=sample)


def measured(plan: Plan, replication: int, jobs: int) -> tuple[dict[str, Any], float, float]:
    """What became of a night, its wall time and its CPU time, seconds, workers included."""
    before, began = _cpu(), time.monotonic()
    carry_out(plan, replication, jobs, quiet)
    wall = time.monotonic() - began
    return read_json(plan.result(replication)), wall, _cpu() - before


def _cpu() -> float:
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, whose))


def speed(folder: Path, replication: int = 0) -> Iterable[str]:
    """One night of the nation."""
    yield TABLE
    night, wall, cpu = measured(plan_of(shipped(), folder, EVERYBODY), replication, JOBS)
    whole = night["simulated"]
    largest = [resource.getrusage(w).ru_maxrss / 1e6 for w in (0, resource.RUSAGE_CHILDREN)]
    memory = largest[0] + JOBS * largest[1]
    yield _one_night(whole, wall, cpu)
    yield Row(
        "memory of all its processes",
        f"at most {memory:.2f} GB",
        f"at most {GIGABYTES:.0f} GB",
        memory <= GIGABYTES,
    ).line()
    yield (
        f"\nNight {replication + 1} of seed 1: {night['attempts'] / whole:.1f} attempts a station, "
        f"{100 * _unsent(night).sum() / whole:.1f}% not sent; sample of {night['sample']:,} "
        f"stations; what all regions brought is {100 * night['defects'][-1]:.1f}% off what "
        "their course was made of. The sample is simulated by SimPy, the regencies by the compiled "
        "kernel."
    )


def hard(folder: Path) -> Iterable[str]:
    """A night whose server is too small: nearly twice the attempts."""
    return speed(folder, HARD)


def growth(folder: Path) -> Iterable[str]:
    """The nation against a city of the same night, both by SimPy."""
    yield TABLE
    with computing_by(Engine.SIMPY):
        _, _, cpu_city = measured(plan_of(shipped(), folder, CITY), 0, 1)
        night, wall, cpu = measured(plan_of(shipped(), folder, EVERYBODY), 0, JOBS)
    whole = night["simulated"]
    each, each_city = cpu / whole, cpu_city / CITY
    yield _one_night(whole, wall, cpu)
    yield Row(
        f"CPU of a station, against {CITY:,} stations of the same night",
        f"{1e3 * each:.2f} ms / {1e3 * each_city:.2f} ms = {each / each_city:.2f}",
        f"at most {GROWTH}",
        each / each_city <= GROWTH,
    ).line()


def shipped() -> NationInputs:
    """The nation of 2020."""
    found = load_either(SCENARIO)
    assert isinstance(found, NationInputs)
    return found


def split(folder: Path) -> Iterable[str]:
    """The same stations in one piece and by region."""
    head = ("scarce", "sample", "not sent, one piece", "by region", "error", "of a regency", "CPU")
    yield f"| {' | '.join(head)} |"
    yield "|---|---|---|---|---|---|---|"
    worst = 0.0
    for name, server in SCARCE.items():
        inputs = of_a_part(folder / f"{name}.yaml", server)
        whole = inputs.nation.stations
        one, _, cpu_one = measured(plan_of(inputs, folder / name, whole, whole), 0, 1)
        for part in (10, 4):
            plan = plan_of(inputs, folder / name, whole, whole // part)
            its, _, cpu = measured(replace(plan, tolerance=1.0), 0, 1)  # no larger sample is tried
            a, b = _unsent(one), _unsent(its)
            sizes = np.array([sum(s) for s in one["states"].values()])
            error = 100 * (b.sum() - a.sum()) / whole
            places = 100 * float(np.sqrt(np.average(((b - a) / sizes) ** 2, weights=sizes)))
            if part == 4:
                worst = max(worst, abs(error))
            yield (
                f"| {name} | {its['sample']:,} of {whole:,} | {100 * a.sum() / whole:.1f}% | "
                f"{100 * b.sum() / whole:.1f}% | {error:+.2f} | {places:.2f} | "
                f"{cpu:.0f} s / {cpu_one:.0f} s |"
            )
    met = "yes" if worst <= POINTS else "**no**"
    yield (
        "\nErrors are points of the stations; a regency's is the root mean square. CPU: by region, "
        "the regencies by the compiled kernel / one piece, by SimPy. A nation's sample has "
        f"{SAMPLE:,} stations. Target: with the larger sample at most {POINTS:.0f} point. Met: "
        f"{met}. Few slots refuse more often than many at the same load per slot (Erlang): these "
        "samples have 4 and 9, a nation's has 130 or more."
    )


def fluid(_folder: Path) -> Iterable[str]:
    """A city's nights over a server that the nation presses on: as a fluid, and as simulated."""
    nation, city = shipped(), load_inputs(CITYS)
    later = nation.scenario.seconds(city.scenario.start)
    sample = nation.nation.sample(FEW)
    weight = nation.nation.stations / sum(p.tps() for p in sample)
    region, stations = whole_of(sample, "sample"), len(city.region.stations)
    yield "| night | workers | not sent, nation a fluid | nation simulated | difference, points |"
    yield "|---|---|---|---|---|"
    differences = []
    for replication in range(NIGHTS):
        with without_collector():
            counted = simulate(nation.scenario, region, 1, replication, weight=weight).counted
            assert counted is not None
            others = from_then(counted.course(weight), later)
            shares = []
            for load in (None, others):
                night = simulate(city.scenario, city.region, 1, replication, others=load)
                shares.append(float(unsent(night, "unsent").mean()))
        differences.append(100 * (shares[1] - shares[0]))
        workers = night.values["server.workers"] / night.values["server.service"]
        yield (
            f"| {replication + 1} | {workers:,.0f} requests/s | {100 * shares[0]:.1f}% | "
            f"{100 * shares[1]:.1f}% | {differences[-1]:+.1f} |"
        )
    yield (
        f"\nBandar Lampung, {stations:,} stations, on the same draws; the nation by a sample of "
        f"{len(region.stations):,}. Mean difference {np.mean(differences):+.1f} points, root mean "
        f"square {np.sqrt(np.mean(np.square(differences))):.1f}."
    )


def from_then(course: Course, later: float) -> Course:
    """A course as it is seen by a clock that begins ``later`` seconds."""
    first = round(later / course.step)
    series = (course.flows, course.refused, course.full, course.ahead)
    flows, refused, full, ahead = (list(s[first:]) for s in series)
    return Course(flows, refused, full, ahead, step=course.step)


def _unsent(night: dict[str, Any]) -> Any:
    found = [s[State.FAILED] + s[State.NOT_ATTEMPTED] for s in night["states"].values()]
    return np.array(found, dtype=np.float64)


def of_a_part(file: Path, server: dict[str, str | int]) -> NationInputs:
    """Every 50th regency of the nation, over a server of its own."""
    lines = "".join(f"  {key}: {value}\n" for key, value in server.items())
    file.write_text(
        f"extends: {SCENARIO}\nname: part\nserver:\n{lines}  queue: 200\n  fault: 5%\n",
        encoding="utf-8",
    )
    found = load_either(file)
    assert isinstance(found, NationInputs)
    return replace(found, nation=Nation("part", found.nation.regencies[FIRST::EVERY]))


def _one_night(stations: int, wall: float, cpu: float) -> str:
    return Row(
        f"one night of {stations:,} stations, {JOBS} processes",
        f"{wall / 60:.1f} min ({cpu:.0f} s of CPU)",
        f"at most {MINUTES:.0f} min",
        wall / 60 <= MINUTES,
    ).line()


PARTS: Final[dict[str, tuple[str, Callable[[Path], Iterable[str]]]]] = {
    "speed": ("Time and memory", speed),
    "hard": ("The same of a hard night", hard),
    "growth": ("By SimPy alone", growth),
    "split": ("The error of the split", split),
    "fluid": ("A city's rest of the nation", fluid),
}


def main() -> None:
    """Measure, print, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nation")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    wanted = parser.parse_args().parts or list(PARTS)
    for name in wanted:
        if name not in PARTS:
            parser.error(f"no part {name!r}; there are {', '.join(PARTS)}")
    sections = sections_of(PAGE)
    for name in wanted:
        title, work = PARTS[name]
        machine = (
            f"Machine: {os.cpu_count()} cores, {platform.machine()}, Python "
            f"{platform.python_version()}; load before {os.getloadavg()[0]:.1f}"
        )
        lines = []
        with TemporaryDirectory(prefix="tangguh-") as folder:
            for line in work(Path(folder)):
                print(line, flush=True)
                lines.append(line)
        sections[title] = f"{machine}, after {os.getloadavg()[0]:.1f}.\n\n" + "\n".join(lines)
        ordered = [title for title, _ in PARTS.values() if title in sections]
        text = HEAD + "".join(f"\n## {title}\n\n{sections[title]}\n" for title in ordered)
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
