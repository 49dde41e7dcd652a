"""Who computes nights: chosen for a command, told to its workers, written down."""

from __future__ import annotations

import pickle
from pathlib import Path

from sim.engine import Engine
from sim.scenario.conduct import BUILT_IN
from study.engine import answers, chosen, computing_by
from study.nights import Setting, Task, Variant
from study.store import provenance
from tests.conftest import Small

OWN, GUARDED = Variant("none", "per-photo"), Variant("aws-standard", "chunks")


def test_a_command_chooses_and_its_workers_are_told(small: Small, tmp_path: Path) -> None:
    scenario, region = small()
    assert chosen() is Engine.AUTO
    with computing_by(Engine.SIMPY):
        setting = Setting(scenario, region, 1, None, tmp_path)
        assert provenance({}, [])["engine"] == {"asked": "simpy"}
    assert chosen() is Engine.AUTO
    assert pickle.loads(pickle.dumps(setting)).engine is Engine.SIMPY


def test_a_kept_night_is_the_same_whoever_computed_it(small: Small, tmp_path: Path) -> None:
    scenario, region = small()
    kept = []
    for engine in Engine:
        setting = Setting(scenario, region, 1, None, tmp_path, engine=engine)
        kept.append(setting.simulated(Task(OWN, 3)))
    assert kept[0] == kept[1] == kept[2]


def test_provenance_says_who_answers_for_which_app_and_why(small: Small) -> None:
    scenario, _ = small()
    assert answers(scenario, BUILT_IN, None, [OWN, GUARDED]) == {
        "asked": "auto",
        "answers": {
            "none · per-photo": "kernel",
            "aws-standard · chunks": "simpy (policy.guards)",
        },
    }
    with computing_by(Engine.SIMPY):
        told = answers(scenario, BUILT_IN, None, [OWN])
    assert told == {"asked": "simpy", "answers": {"none · per-photo": "simpy (asked for)"}}
