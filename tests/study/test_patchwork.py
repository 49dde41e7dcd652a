from __future__ import annotations

from pathlib import Path

import pytest

from sim.night import simulate
from study.ensemble import run, unfinished
from study.nights import Setting, Task, Variant, recall, recall_measures
from study.patchwork import Patchwork
from tests.conftest import Small

OWN = Variant("none", "per-photo")


def test_nights_have_the_same_name_exactly_when_they_are_the_same() -> None:
    names = [
        Patchwork(3).name(),
        Patchwork(3, {"01": 4}).name(),
        Patchwork(3, {"01": 4, "02": 5}).name(),
        Patchwork(3, {}, {"server.fault": Patchwork(4)}).name(),
        Patchwork(3, {}, {"server.fault": Patchwork(4, {"01": 1})}).name(),
        Patchwork(3, {}, {"server.pipe": Patchwork(4)}).name(),
    ]
    assert len(set(names)) == len(names)
    assert names[0] == "000003"
    assert Patchwork(3, {"02": 5, "01": 4}).name() == names[2]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_ensemble_runs_patchworks_and_finds_them_again_whoever_asks(
    small: Small, tmp_path: Path, jobs: int
) -> None:
    scenario, region = small()
    odd = Patchwork(0, {"01": 7}, {"network.capacity": Patchwork(2, {"02": 1})})
    setting = Setting(scenario, region, 1, None, tmp_path, nights=(Patchwork(5), odd))
    tasks = [Task(OWN, r) for r in range(2)]
    run(setting, tasks, jobs, lambda _task: None)
    direct = simulate(scenario, region, 1, 0, places={"01": 7}, quantities=odd.others(1))
    assert recall(setting.path(tasks[1])).outcomes.tobytes() == direct.outcomes.tobytes()
    turned = Setting(scenario, region, 1, None, tmp_path, nights=(odd, Patchwork(5)))
    assert unfinished(turned, tasks) == []
    assert unfinished(Setting(scenario, region, 1, None, tmp_path), [Task(OWN, 5)]) == []


def test_measures_of_patchworks_are_kept_by_their_names(small: Small, tmp_path: Path) -> None:
    scenario, region = small()
    nights = (Patchwork(0), Patchwork(0, {"01": 7}))
    setting = Setting(scenario, region, 1, None, tmp_path, folders={OWN: "x"}, nights=nights)
    run(setting, [Task(OWN, 0), Task(OWN, 1)], 1, lambda _task: None)
    kept = {p.name for p in (tmp_path / "x").iterdir()}
    assert kept == {f"{night.name()}.json" for night in nights}
    assert recall_measures(setting.path(Task(OWN, 1)))["failed"] >= 0
