"""Candidates meet the same nights, kept by content; what worlds name is read once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.scenario.source import load
from study.effects.members import prior_ensemble
from study.plan.bench import Bench, PlanError
from study.plan.declared import Planned, open_plan
from tests.conftest import KECAMATAN, write_small

QUIET = "server: {outages: [], fault: 0%, nation: null}\n"
PLAN = """\
plan: small
title: {id: a, en: a}
scenario: small.yaml
error: 40%
objectives: [{measure: failed, at_most: 30%, in_nights: 50%}]
levers:
  app:
    standing: assumed
    source: a test
    choices:
      - {name: none, cost: 0, set: {}}
      - {name: retries, cost: 1, set: {client: {policy: full-jitter}}}
  region:
    standing: assumed
    source: a test
    choices:
      - {name: as-it-was, cost: 0, set: {}}
      - {name: fewer, cost: 1, set: {region: {kecamatan: fewer.csv}}}
effort: {nights: 4, few: 2, trials: 2}
"""


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    write_small(tmp_path, QUIET)
    (tmp_path / "fewer.csv").write_text(KECAMATAN.replace("18,6,2", "8,6,2"))
    (tmp_path / "plan.yaml").write_text(PLAN)
    return open_plan(*load(tmp_path / "plan.yaml"))


def bench_of(planned: Planned, stock: Path) -> Bench:
    ensemble = prior_ensemble({"small": planned.inputs}, planned.file.effort.nights, 1)
    return Bench(planned, ensemble, 1, stock)


def test_a_candidate_does_not_read_the_stations_again(
    planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_args: object, **_files: object) -> None:
        raise AssertionError("the stations are read again")

    monkeypatch.setattr("sim.scenario.inputs.read_region", read)
    changed = planned.applied(planned.inputs, ("retries", "as-it-was"))
    assert changed.scenario.client.policy == "full-jitter"
    assert changed.region is planned.inputs.region
    assert changed.files == planned.inputs.files


def test_a_choice_that_names_other_stations_gets_them(planned: Planned, tmp_path: Path) -> None:
    changed = planned.applied(planned.inputs, ("none", "fewer"))
    assert len(changed.region.stations) == 20
    assert tmp_path / "fewer.csv" in changed.files


def test_a_file_that_changes_while_candidates_are_judged_ends_the_search(
    planned: Planned, tmp_path: Path
) -> None:
    bench = bench_of(planned, tmp_path / "stock")
    bench.judge(("none", "as-it-was"), 2)
    (tmp_path / "kecamatan.csv").write_text(KECAMATAN.replace("12,1,0", "13,1,0"))
    with pytest.raises(PlanError, match=r"kecamatan\.csv: has changed"):
        bench.judge(("retries", "as-it-was"), 2)


def test_nights_are_simulated_once_and_counted_as_kept_afterwards(
    planned: Planned, tmp_path: Path
) -> None:
    names = ("none", "as-it-was")
    first = bench_of(planned, tmp_path / "stock")
    assert first.judge(names, 2).nights == 2
    assert first.simulated == 2
    seen = {"simulated": 0, "kept": 0}
    again = bench_of(planned, tmp_path / "stock")

    def count(what: str) -> None:
        seen[what] += 1

    again.finished, again.kept = lambda: count("simulated"), lambda: count("kept")
    assert again.judge(names, 4).nights == 4
    assert seen == {"simulated": 2, "kept": 2}
    assert again.simulated == 2


def test_nights_that_could_never_confirm_are_refused_with_the_number_that_could(
    planned: Planned, tmp_path: Path
) -> None:
    strict = planned.file.model_copy(update={"error": 0.001})
    with pytest.raises(PlanError, match=r"at least 12 are needed: raise effort\.nights"):
        bench_of(Planned(strict, planned.inputs, planned.changes), tmp_path)
    members = replace(prior_ensemble({"small": planned.inputs}, 4, 1), calibrated=True)
    with pytest.raises(PlanError, match="calibrate with more members"):
        Bench(Planned(strict, planned.inputs, planned.changes), members, 1, tmp_path)
