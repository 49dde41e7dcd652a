"""A nation's night: split by region it is the night that it is in one piece."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from sim.ingest.sharing import seen_by
from sim.ledger import State
from sim.night import simulate
from sim.population.nation import whole_of
from sim.scenario.conduct import BUILT_IN
from sim.scenario.inputs import NationInputs, load_either
from study.ensemble import employing
from study.nation.night import Plan, Told, carry_out, prepare
from study.nation.summary import summarise
from study.nights import Setting, Task, Variant, keep, pack, simulated, unpack
from tests.conftest import ROOT

VARIANT = Variant("none", "per-photo")
HEAD = "code,name,province,zone,tps,kecamatan,standing,source\n"
ROWS = (
    "01,Barat,Satu,WIB,30,3,counted,x\n"
    "02,Tengah,Satu,WIB,30,3,stated,x\n"
    "03,Timur,Dua,WIT,30,3,apportioned,x\n"
)
# one night's server, so that what is scarce is what a test says
SERVER = """
server:
  pipe: {pipe}
  slots: {slots}
  workers: {workers}
  queue: 100
  service: {service}
  fault: 0%
  outages: []
"""
AMPLE = {"pipe": "8 Gbit/s", "slots": 2000, "workers": 500, "service": "2 s"}
Make = Callable[..., NationInputs]


@pytest.fixture
def nation(tmp_path: Path) -> Make:
    """Three regencies of 30 stations each (or of other sizes) and one server."""

    def make(rows: str = ROWS, **scarce: object) -> NationInputs:
        (tmp_path / "regencies.csv").write_text(HEAD + rows)
        file = tmp_path / "nation.yaml"
        file.write_text(
            f"extends: {ROOT / 'scenarios' / 'nation-2020.yaml'}\nname: tiny\n"
            "snapshot: 2020-12-10 11:00 WIB\n"
            "region: {regencies: regencies.csv}\n" + SERVER.format(**AMPLE | scarce)
        )
        found = load_either(file)
        assert isinstance(found, NationInputs)
        return found

    return make


def plan_of(inputs: NationInputs, folder: Path, sample: int, stations: int = 10**6) -> Plan:
    (folder / "parts").mkdir(parents=True)
    return Plan(
        inputs.scenario,
        inputs.nation,
        3,
        None,
        folder / "parts",
        BUILT_IN,
        VARIANT,
        stations,
        sample,
    )


def silent(_told: Told) -> None:
    """Nobody looks."""


def bytes_of(plan: Plan) -> tuple[bytes, bytes]:
    return plan.result(0).read_bytes(), plan.outcomes(0).read_bytes()


@pytest.mark.parametrize(
    "scarce",
    [
        {},
        {"pipe": "300 kbit/s"},
        {"slots": 1, "pipe": "2 Mbit/s"},
        {"workers": 1, "service": "40 s"},
    ],
    ids=["nothing", "pipe", "slots", "workers"],
)
def test_regions_under_the_course_of_the_whole_meet_what_they_meet_in_the_whole(
    nation: Make, scarce: dict[str, object]
) -> None:
    inputs = nation(**scarce)
    places = inputs.nation.parts()
    whole = simulate(inputs.scenario, whole_of(places, "all"), 3, 0, weight=1.0)
    assert whole.counted is not None
    course = whole.counted.course(1.0)
    states = []
    for place in places:
        share = place.tps() / inputs.nation.stations
        others = seen_by(course, share)
        states.append(
            simulate(inputs.scenario, place.region(), 3, 0, others=others).outcomes["state"]
        )
    same = np.concatenate(states) == whole.outcomes["state"]
    assert same.mean() >= 0.97
    if scarce:  # and it was scarce
        ample = nation()
        free = simulate(ample.scenario, whole_of(places, "all"), 3, 0, weight=1.0)
        assert whole.counts["attempts"] > 1.1 * free.counts["attempts"]


@pytest.mark.parametrize(
    "scarce",
    [{"pipe": "2 Mbit/s"}, {"workers": 1, "service": "18 s"}],
    ids=["pipe", "workers"],
)
def test_a_sample_of_a_third_closes_the_loop_for_all(
    nation: Make, tmp_path: Path, scarce: dict[str, object]
) -> None:
    rows = "".join(f"{i:02d},R{i},P,WIB,90,6,assumed,x\n" for i in range(1, 6))
    inputs = nation(rows, **scarce)
    split = plan_of(inputs, tmp_path / "split", sample=150)
    whole = plan_of(inputs, tmp_path / "whole", sample=450)
    for plan in (split, whole):
        carry_out(plan, 0, 1, silent)
    parts, all_at_once = (json.loads(p.result(0).read_text()) for p in (split, whole))
    assert (parts["split"], all_at_once["split"]) == (True, False)
    assert parts["defects"][-1] <= 0.2  # a few hundred stations are few
    shares = [
        sum(s[State.FAILED] for s in night["states"].values()) / 450
        for night in (parts, all_at_once)
    ]
    assert shares[1] > 0.1
    assert abs(shares[0] - shares[1]) <= 0.12  # three standard errors of a share among 150


def test_processes_and_being_killed_change_no_byte(nation: Make, tmp_path: Path) -> None:
    inputs = nation()
    alone = replace(plan_of(inputs, tmp_path / "alone", sample=30), tolerance=1.0)
    carry_out(alone, 0, 1, silent)
    two = replace(plan_of(inputs, tmp_path / "two", sample=30), tolerance=1.0)
    carry_out(two, 0, 2, silent)
    assert bytes_of(two) == bytes_of(alone)

    def killed(told: Told) -> None:
        if told.what == "regencies" and told.done == 2:
            raise KeyboardInterrupt

    again = replace(plan_of(inputs, tmp_path / "again", sample=30), tolerance=1.0)
    with pytest.raises(KeyboardInterrupt):
        carry_out(again, 0, 1, killed)
    (folder,) = (again.parts / "000000").glob("under-*")
    assert len(list(folder.iterdir())) == 2
    (folder / "01.npz").write_bytes(b"torn")
    told: list[Told] = []
    carry_out(again, 0, 1, told.append)
    assert sum(t.done > 0 for t in told) == 2  # the one that was missing and the torn one
    assert bytes_of(again) == bytes_of(alone)
    assert not (again.parts / "000000").exists()


def test_its_tasks_can_be_performed_elsewhere_and_come_back_as_bytes(
    nation: Make, tmp_path: Path
) -> None:
    def elsewhere(setting: Setting, tasks: Sequence[Task]) -> Generator[Task]:
        there = unpack(pack(setting))
        for task in tasks:
            keep(simulated(there, task), setting.path(task))
            yield task

    plans = [plan_of(nation(), tmp_path / name, sample=60) for name in ("here", "there")]
    prepare(plans[0], [0], 1, silent)
    carry_out(plans[0], 0, 1, silent)
    with employing(elsewhere):
        prepare(plans[1], [0, 1], 1, silent)
        assert len(list(plans[1].parts.glob("*/sample-60.npz"))) == 2
        carry_out(plans[1], 0, 1, silent)
    assert bytes_of(plans[0]) == bytes_of(plans[1])


def test_a_course_that_is_not_what_came_of_it_asks_for_a_larger_sample(
    nation: Make, tmp_path: Path
) -> None:
    plan = replace(plan_of(nation(), tmp_path / "a", sample=10), tolerance=0.0)
    carry_out(plan, 0, 1, silent)
    found = json.loads(plan.result(0).read_text())
    assert len(found["defects"]) > 1
    assert found["sample"] > 10
    assert not found["converged"]


def test_the_summary_scales_a_sample_and_names_the_worst_first(
    nation: Make, tmp_path: Path
) -> None:
    inputs = nation()
    plan = plan_of(inputs, tmp_path / "a", sample=90, stations=30)
    for replication in range(2):
        carry_out(plan, replication, 1, silent)
    kept = [json.loads(plan.result(r).read_text()) for r in range(2)]
    found = summarise(plan, kept)
    assert (found["stations"], found["simulated"], found["split"]) == (90, 30, False)
    assert sum(found["outcomes"][s.name.lower()]["mean"] for s in State) == pytest.approx(90)
    shares = [r["unsent"]["mean"] for r in found["regencies"]]
    assert shares == sorted(shares, reverse=True)
    assert {r["name"]: r["tps"] for r in found["provinces"]} == {"Satu": 60, "Dua": 30}
    stations = duckdb.sql(
        f"select province, count(*), count(distinct tps) from '{plan.outcomes(0)}' group by 1"
    )
    assert stations is not None
    assert sorted(stations.fetchall()) == [("Dua", 10, 10), ("Satu", 20, 20)]
