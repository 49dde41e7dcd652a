"""Scenario files: right ones say what they assume; wrong ones are answered place by place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sim.population.csv_files import read_region
from sim.scenario.assumptions import assumptions
from sim.scenario.conduct import read_scenario
from sim.scenario.errors import ScenarioError
from sim.scenario.loader import read
from sim.scenario.model import Scenario
from sim.scenario.schema import json_schema
from tests.conftest import ROOT, SHIPPED, write_small

SCENARIOS = sorted(
    [*(ROOT / "scenarios").glob("*.yaml"), *(ROOT / "scenarios" / "next").glob("*.yaml")]
)


def problems(file: Path) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        read_scenario(file)
    return [str(p).replace(f"{file.parent}/", "") for p in error.value.problems]


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda f: f.name)
def test_every_uncertain_value_that_is_shipped_has_a_standing_and_a_source(file: Path) -> None:
    for found in assumptions(read(file, Scenario).value):
        assert found.standing in ("counted", "stated", "assumed"), found.path
        assert found.source, found.path


def test_bandar_lampung_is_as_counted() -> None:
    loaded = read(SHIPPED, Scenario)
    folder = SHIPPED.parent / "data"
    region = read_region(
        "x", tps=None, kecamatan=folder / "bandarlampung-kecamatan.csv",
        kelurahan=folder / "bandarlampung-kelurahan.csv",
    )  # fmt: skip
    assert (len(region.stations), len(region.kecamatan)) == (1700, 20)
    assert sum(k.failed or 0 for k in region.kecamatan) == 535
    assert sum(k.blank_spots for k in region.kecamatan) == 22
    assert len({s.kelurahan for s in region.stations}) == 126
    assert len({s.code for s in region.stations}) == 1700
    figures = loaded.value.observed.figures
    assert figures is not None
    assert figures.failed + figures.sent + figures.neither == 1700
    assert loaded.value.horizon == 297_405.0


def test_the_schema_for_editors_is_up_to_date() -> None:
    written = json.loads((ROOT / "scenarios" / "scenario.schema.json").read_text())
    assert written == json.loads(json.dumps(json_schema(Scenario))), (
        "run: tangguh schema -o scenarios/scenario.schema.json"
    )


WRONG = {
    "an unknown key, with the nearest": (
        "network: {capcity: 3 Mbit/s}\n",
        "small.yaml:4:11: network: unknown key 'capcity'; did you mean 'capacity'?",
    ),
    "an unknown key inside a law": (
        "network: {capacity: {lognormal: {medain: 3 Mbit/s, p95: 9 Mbit/s}}}\n",
        "small.yaml:4:34: network.capacity.lognormal: unknown key 'medain'; did you mean 'median'?",
    ),
    "a unit that is not one": (
        "station: {photo_size: 5 Mb}\n",
        "small.yaml:4:23: station.photo_size: unknown unit 'Mb'; expected one of B, kB, MB, GB, TB,"
        " KiB, MiB, GiB, TiB; did you mean 'MB'?",
    ),
    "a number without its unit": (
        "client: {timeout: 60}\n",
        "small.yaml:4:19: client.timeout: 60 has no unit; expected something like '60 s'",
    ),
    "a moment without its zone": (
        "snapshot: 2020-12-12 23:36\n",
        "small.yaml:4:11: snapshot: '2020-12-12 23:36' has no time zone; expected WIB, WITA, WIT or"
        " an offset +07:00",
    ),
    "an unknown policy": (
        "client: {policy: full-jiter}\n",
        "small.yaml:4:18: client.policy: unknown policy 'full-jiter'; did you mean 'full-jitter'?",
    ),
    "two laws at once": (
        "client: {timeout: {value: 60 s, uniform: [1 s, 2 s]}}\n",
        "small.yaml:4:19: client.timeout: has value and uniform; expected exactly one of value,"
        " uniform, loguniform, lognormal, beta, triangular, choice",
    ),
    "a law that leaves a share's range": (
        "server: {fault: {lognormal: {median: 50%, p95: 60%}}}\n",
        "small.yaml:4:17: server.fault: lognormal can leave the range of a share, 0% to 100%; use"
        " beta or uniform",
    ),
    "a scope that does not fit": (
        "server: {service: {uniform: [1 s, 2 s], per: station}}\n",
        "small.yaml:4:9: server: service is drawn per station, but here a value may be drawn per"
        " night",
    ),
    "a duplicate key": (
        "client: {policy: none, policy: fixed}\n",
        "small.yaml:4:24: duplicate key 'policy' (first at line 4)",
    ),
    "a share above one": (
        "server: {fault: 120%}\n",
        "small.yaml:4:17: server.fault: 120% is not between 0 and 1 (0% and 100%)",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_answered_at_its_place(case: str, tmp_path: Path) -> None:
    changes, expected = WRONG[case]
    found = problems(write_small(tmp_path, changes))
    assert expected in found
    assert len(found) == (2 if "medain" in changes else 1)  # median is then missing, too


def test_all_problems_come_at_once_and_in_order(tmp_path: Path) -> None:
    file = write_small(tmp_path, "client: {timeout: 60, policy: x}\nserver: {slots: many}\n")
    found = problems(file)
    assert [re.match(r"small.yaml:(\d+)", p)[1] for p in found] == ["4", "4", "5"]  # type: ignore[index]  # each matches


def test_an_inherited_mistake_is_reported_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(f"extends: {SHIPPED}\nclient:\n  timeout: 60\n")
    child = tmp_path / "child.yaml"
    child.write_text("extends: base.yaml\nname: child\n")
    assert problems(child)[0].startswith("base.yaml:3:12: client.timeout: 60 has no unit")


def test_a_law_replaces_a_law_and_a_mapping_is_merged(tmp_path: Path) -> None:
    file = write_small(tmp_path, "client: {timeout: {uniform: [10 s, 20 s]}}\n")
    client = read(file, Scenario).value.client
    assert client.timeout.ppf(0.5) == 15.0
    assert client.policy == "none"  # from the parent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "x.yaml:1:1: is empty; expected a scenario; tangguh init makes one"),
        ("- a\n- b\n", "x.yaml:1:1: expected 'key: value' lines at the top"),
        ("a: [1, 2\n", "x.yaml:2:1: is not YAML: did not find expected ',' or ']'"),
        ("a:\n\tb: 1\n", "x.yaml:2:1: is not YAML: found character that cannot start any token"),
        ("extends: x.yaml\n", "x.yaml:1:10: extends itself: x.yaml -> x.yaml"),
        ("extends: 3\n", "x.yaml:1:10: extends: must name a file, or a list"),
        ("? [a]\n: 1\n", "x.yaml:1:3: a key must be a plain word"),
    ],
)  # fmt: skip
def test_what_is_no_scenario_at_all_is_one_line(text: str, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text)
    assert problems(file) == [expected]


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("workers: -5", "server.workers: value can be less than 0"),
        ("slots: {uniform: [-3, 5]}", "server.slots: uniform can be less than 0"),
        ("workers: 0", "server: workers is 0; for a server that is down put in an outage"),
        ("pipe: 0 Gbit/s", "server: pipe is 0"),
    ],
)
def test_a_server_of_less_than_nothing_is_refused(
    server: str, expected: str, tmp_path: Path
) -> None:
    found = problems(write_small(tmp_path, f"server: {{{server}}}\n"))
    assert len(found) == 1
    assert expected in found[0]


def test_a_missing_file_and_a_missing_parent_are_named(tmp_path: Path) -> None:
    assert problems(tmp_path / "no.yaml") == [
        "no.yaml:1:1: cannot be read: No such file or directory"
    ]
    (tmp_path / "x.yaml").write_text("extends: gone.yaml\n")
    assert problems(tmp_path / "x.yaml")[0].startswith("x.yaml:1:10: extends: there is no file")


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    file = tmp_path / "bomb.yaml"
    file.write_text("\n".join(lines))
    assert "too large or nested too deeply" in problems(file)[0]


TEXT = st.text(max_size=300) | st.binary(max_size=300)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(text="&a [*a]")
@example(text="a: &a {b: *a}")
@example(text="{" * 500)
@example(text="name: {value: 1}\nstart: []\nregion: 3\n")
@given(text=TEXT)
def test_no_text_whatever_gives_anything_but_a_list_of_problems(
    text: str | bytes, tmp_path: Path
) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    assert problems(file)
