"""The benchmark of a nation measures what it says, on a handful of stations."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import nation
from sim.ingest.nation import Course


def test_the_split_is_set_beside_the_same_night_in_one_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nation, "FIRST", 291)  # Supiori
    monkeypatch.setattr(nation, "EVERY", 309)
    monkeypatch.setattr(nation, "SCARCE", {"nothing": nation.SCARCE["nothing"]})
    inputs = nation.of_a_part(tmp_path / "part.yaml", nation.SCARCE["nothing"])
    stations = inputs.nation.stations
    head, _, tenth, quarter, said = nation.split(tmp_path)
    assert head.startswith("| scarce | sample |")
    assert f"of {stations:,} |" in tenth
    assert "+0.00" in quarter  # nothing is scarce: the split changes nothing
    assert "Met: yes" in said


def test_a_course_is_seen_from_a_later_clock() -> None:
    course = Course([1.0, 2.0, 3.0], [0.1, 0.2, 0.3], [0.0] * 3, [0.0, 5.0, 9.0], step=5.0)
    later = nation.from_then(course, 5.0)
    assert (later.flows, later.ahead, later.step) == ([2.0, 3.0], [5.0, 9.0], 5.0)
