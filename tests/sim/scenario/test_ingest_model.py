"""The model of a real server: read with places, refused with a remedy, written and read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.errors import ScenarioError
from sim.scenario.ingest_model import IngestModel, is_ingest_model, read_ingest_model, to_yaml
from sim.scenario.source import load
from tests.conftest import ROOT, SHIPPED

REFERENCE = ROOT / "scenarios" / "ingest" / "reference.yaml"


def test_the_shipped_model_says_that_it_is_an_assumption() -> None:
    model = read_ingest_model(REFERENCE).value
    assert model.service == 0.005
    assert "assumed" in model.fitted_from
    assert is_ingest_model(load(REFERENCE)[0])
    assert not is_ingest_model(load(SHIPPED)[0])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("service: 5 ms", "service: 5", "has no unit"),
        ("workers: 4", "workers: 0", "greater than or equal to 1"),
        ("workers: 4", "worker: 4", "did you mean 'workers'?"),
        ("exponential", "lognormal", "needs a 'cv'"),
        ("exponential", "gamma", "'exponential'"),
        ("overhead: 1 ms", "overhead: 1 ms\ncv: 0.5", "is for a lognormal"),
        ("service: 5 ms\nper_megabyte: 3 ms", "service: 0", "a request is some work"),
    ],
)
def test_a_wrong_model_is_refused_at_its_place(
    old: str, new: str, expected: str, tmp_path: Path
) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "server.yaml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"server\.yaml:") as refused:
        read_ingest_model(file)
    assert expected in str(refused.value)


def test_a_model_is_written_and_read_again_to_the_same(tmp_path: Path) -> None:
    file = tmp_path / "fitted.yaml"
    model = IngestModel(
        ingest="fitted",
        workers=12,
        slots=300,
        service="4.25 ms",
        per_megabyte="2.5 ms",
        service_law="lognormal",
        cv=0.75,
        overhead="0.5 ms",
        fitted_from='out/"x": 120 requests',
    )
    file.write_text(to_yaml(model, {"workers": "11 to 13"}), encoding="utf-8")
    assert "workers: 12  # 11 to 13" in file.read_text(encoding="utf-8")
    assert read_ingest_model(file).value == model
