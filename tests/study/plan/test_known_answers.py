"""Plans whose answer is known beforehand: by Erlang's formula, by arithmetic, by what is missing.

Everything but the one scarce thing is out of the way: links are fast and never break, crews press
once, nobody carries a form to the kecamatan.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.source import load
from study.effects.members import prior_ensemble
from study.plan.bench import Bench
from study.plan.declared import open_plan
from study.plan.search import Answer, find
from study.plan.sizing import no_server_mends
from tests.conftest import write_small

STATIONS = 400
EASY = """\
region: {kecamatan: one.csv, kelurahan: null, stations_per_cell: 100}
client: {policy: none, batching: per-photo, timeout: TIMEOUT}
network:
  capacity: 1 Gbit/s
  busy_at_peak: 0%
  access_failure_at_peak: 0%
  break_rate_at_peak: 0 per s
  radio: [{name: good, cqi: 15, share: 100%, rtt: 1 ms, loss: 0%}]
people:
  kpps: {patience: 1 h, press_again: 20 h, walks_to_signal: 0%}
  ppk: {hours: []}
"""


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nights")


def answer(folder: Path, stock: Path, scenario: str, plan: str) -> tuple[Bench, Answer]:
    """What the search finds."""
    (folder / "one.csv").write_text(f"code,name,tps\n01,Hulu,{STATIONS}\n")
    write_small(folder, scenario)
    file = folder / "plan.yaml"
    head = "plan: known\ntitle: {id: a, en: a}\nscenario: small.yaml\nerror: 10%\n"
    file.write_text(head + plan)
    planned = open_plan(*load(file))
    nights = planned.file.effort.nights
    bench = Bench(planned, prior_ensemble({"small": planned.inputs}, nights, 1), 1, stock)
    return bench, find(bench)


def lever(name: str, choices: str) -> str:
    return f"  {name}:\n    standing: assumed\n    source: a test\n    choices:\n{choices}"


def refused(offered: float, workers: int, queue: int) -> float:
    """The share that an M/M/c/K system refuses; ``offered`` in Erlang, K = workers + queue."""
    weights = [1.0]
    for n in range(1, workers + queue + 1):
        weights.append(weights[-1] * offered / min(n, workers))
    return weights[-1] / sum(weights)


WORKERS, QUEUE, SERVICE, OFFERED = (8, 10, 12, 14), 2, 10.0, 10.0
MMCK = (
    EASY.replace("TIMEOUT", "10 h")
    + f"""\
station:
  photos: 1
  photo_size: 1 kB
  no_app: 0%
  ready:
    uniform: [2020-12-09 14:00:00 WIB, 2020-12-09 14:06:40 WIB]
    per: station
    standing: assumed
    source: "400 arrivals in 400 s: with 10 s of work each, 10 Erlang"
server: {{pipe: 100 Gbit/s, slots: 100000, queue: {QUEUE}, service: {SERVICE:g} s, deadline: 10 h,
         fault: 0%, outages: [], nation: null}}
"""
)


@pytest.mark.parametrize(("limit", "right"), [(0.21, 10), (0.11, 12)])
def test_as_many_workers_are_bought_as_the_formula_of_mmck_asks_for(
    tmp_path: Path, stock: Path, limit: float, right: int
) -> None:
    shares = {c: refused(OFFERED, c, QUEUE) for c in WORKERS}
    assert refused(10.0, 8, 24) == pytest.approx(0.20039, abs=5e-6)  # oracle Q3
    assert right == min(c for c, share in shares.items() if share <= limit)
    choices = "".join(
        f"      - {{name: '{c}', cost: {c}, set: {{server: {{workers: {c}}}}}}}\n" for c in WORKERS
    )
    plan = (
        f"objectives: [{{measure: failed, at_most: {limit}, in_nights: 50%}}]\n"
        f"levers:\n{lever('workers', choices)}effort: {{nights: 10, few: 3, trials: 4}}\n"
    )
    _, found = answer(tmp_path, stock, MMCK, plan)
    assert found.outcome == "found"
    assert found.best.names == (str(right),)
    assert found.best.shares[0] == pytest.approx(shares[right], abs=0.03)
    assert found.untried == 0


LINK = (
    EASY.replace("TIMEOUT", "60 s")
    + """\
station:
  photos: 1
  photo_size: 1 MB
  no_app: 0%
  ready:
    uniform: [2020-12-09 14:00:00 WIB, 2020-12-09 14:20:00 WIB]
    per: station
    standing: assumed
    source: "400 MB in 20 min: 2.7 Mbit/s"
server: {slots: 100000, queue: 100000, service: 0.1 s, deadline: 10 h, fault: 0%, outages: [],
         nation: null}
"""
)


def test_where_the_pipe_is_the_limit_bandwidth_is_bought_and_no_workers(
    tmp_path: Path, stock: Path
) -> None:
    workers = (
        "      - {name: '10', cost: 1, set: {server: {workers: 10}}}\n"
        "      - {name: '1000', cost: 5, set: {server: {workers: 1000}}}\n"
    )
    pipes = "".join(
        f"      - {{name: {r} Mbit/s, cost: {r}, set: {{server: {{pipe: {r} Mbit/s}}}}}}\n"
        for r in (1, 4, 16)
    )
    plan = (
        "objectives: [{measure: failed, at_most: 1%, in_nights: 50%}]\n"
        f"levers:\n{lever('workers', workers)}{lever('bandwidth', pipes)}"
        "effort: {nights: 7, few: 3, trials: 6}\n"
    )
    _, found = answer(tmp_path, stock, LINK, plan)
    assert found.outcome == "found"
    assert found.best.names == ("10", "4 Mbit/s")
    more = {j.names: j for j in found.tried}["1000", "1 Mbit/s"]
    assert more.chances == (0.0,)
    # 1 Mbit/s carries at most 150 MB in 20 min, and the last minute's
    assert more.shares[0] > 1 - (150 + 7.5) / 400


def test_where_coverage_is_the_limit_the_share_without_it_is_what_no_server_mends(
    tmp_path: Path, stock: Path
) -> None:
    uncovered = 0.4
    sizes = (
        "      - {name: small, cost: 1, set: {server: {workers: 10}}}\n"
        "      - {name: large, cost: 5, set: {server: {workers: 1000, pipe: 100 Gbit/s}}}\n"
    )
    plan = (
        "objectives: [{measure: failed, at_most: 20%, in_nights: 50%}]\n"
        f"levers:\n{lever('server', sizes)}effort: {{nights: 8, few: 5, trials: 2}}\n"
    )
    scenario = LINK.replace("  no_app: 0%\n", f"  no_app: 0%\n  no_signal: {uncovered}\n")
    bench, found = answer(tmp_path, stock, scenario, plan)
    assert found.outcome == "none"
    floor = no_server_mends(bench, found.best, 5)
    error = (uncovered * (1 - uncovered) / (5 * STATIONS)) ** 0.5
    assert floor["left"] == pytest.approx(uncovered, abs=3 * error)
    assert floor["missing"][0] == pytest.approx(floor["left"])
    assert floor["chances"] == [0.0]
    assert floor["causes"] == {"no_coverage": 1.0}


def test_where_coverage_is_the_limit_as_many_portable_links_are_bought_as_reach_enough(
    tmp_path: Path, stock: Path
) -> None:
    """Of 40% without coverage, each link reaches a fifth: three leave 16%, two leave 24%."""
    sizes = (
        "      - {name: small, cost: 1, set: {server: {workers: 10}}}\n"
        "      - {name: large, cost: 5, set: {server: {workers: 1000, pipe: 100 Gbit/s}}}\n"
    )
    links = "".join(
        f"      - {{name: '{n}', cost: {n}, set: {{network: {{portable: {{per_kecamatan: {n}, "
        "serves: blank-spots, reach: 20%, works: 100%, bring: 0 s}}}}\n"
        for n in (0, 2, 3, 5)
    )
    plan = (
        "objectives: [{measure: failed, at_most: 20%, in_nights: 50%}]\n"
        f"levers:\n{lever('server', sizes)}{lever('links', links)}"
        "effort: {nights: 8, few: 3, trials: 8}\n"
    )
    scenario = LINK.replace("  no_app: 0%\n", "  no_app: 0%\n  no_signal: 40%\n")
    _, found = answer(tmp_path, stock, scenario, plan)
    assert found.outcome == "found"
    assert found.best.names == ("small", "3")
    error = (0.4 * 0.6 / (8 * STATIONS)) ** 0.5
    assert found.best.shares[0] == pytest.approx(0.16, abs=3 * 0.4 * error)
    assert {j.names: j for j in found.tried}["large", "2"].chances == (0.0,)
