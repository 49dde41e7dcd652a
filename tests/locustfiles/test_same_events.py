"""The same events in both worlds, one by one: what was predicted of an attempt is what happens to
it over a real socket, but for the server's own time.

The part of each replay runs beside the others in one process, against one reference server.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from math import inf, isnan
from pathlib import Path
from typing import NamedTuple

import pytest

from sim.attempts import Attempt
from sim.ledger import Cause
from tangguh.devices import devices as write_devices
from tests.locustfiles.evening import SPEED, Played, play, write_evening
from tests.server.running import Running, running

pytestmark = pytest.mark.realtime

RUN = "-{name}"
BATCHINGS = ["per-photo", "pieces", "tus-pieces", "parallel", "hub"]
IN_PROGRESS = ["mid-pieces", "mid-tus-pieces"]
PLACES = 2
FROM_OUTSIDE = {Cause.ACCESS, Cause.NO_COVERAGE, Cause.BREAK}
SPARE = 1.0
"""Seconds of real time that the server has for an answer at least: nights are chosen so."""

PPK = """\
station: {no_app: 100%}
people: {ppk: {starts: 2020-12-12 09:00 WIB, cannot_use: 0%, handling: 20 s, link: 400 kbit/s}}
"""

LINKS = """\
network:
  portable: {per_kecamatan: 2, serves: stations, reach: 30%, works: 100%, bring: 20 s,
             rate: 150 kbit/s, rtt: 100 ms, loss: 0.5%, comes: 5 h, goes: 9 h}
"""

TOLD_WITHIN = 0.5  # seconds of real time that a 104 may take

Key = tuple[int, bool, str, int]


class Evening(NamedTuple):
    played: dict[str, Played]
    server: Running
    stored: dict[tuple[str, str], str]  # digest in the file's name, by station and key


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    folder = tmp_path_factory.mktemp("evening")
    alone = write_evening(folder / "alone")
    crowd = write_evening(folder / "crowd", shared_cells=True)
    ppk = write_evening(folder / "ppk", PPK)
    links = write_evening(folder / "links", LINKS)
    tokens = folder / "devices.csv"
    write_devices(alone, tokens, None)
    with running(folder, "--devices", str(tokens), "--places", str(PLACES)) as server:
        jobs = {}

        def job(name: str, scenario: Path, batching: str, window: str, **more: object) -> None:
            jobs[name] = {
                "scenario": str(scenario), "url": server.url, "devices": str(tokens), "seed": 3,
                "speed": SPEED, "window": window, "batching": batching,
                "run": RUN.format(name=name), **more,
            }  # fmt: skip

        for name in BATCHINGS:
            job(name, alone, name, "18:00-18:05", workers=2 if name == "per-photo" else 1)
        for name in IN_PROGRESS:
            job(name, alone, name.removeprefix("mid-"), "18:01:30-18:04:30")
        job("crowd", crowd, "per-photo", "18:00-18:05")
        job("links", links, "per-photo", "18:00-18:05", workers=2)
        job("turns", alone, "per-photo", "18:00-18:05", shaping="few")
        job("ppk", ppk, "pieces", "2020-12-12 09:00-09:05")
        played = play(jobs, folder / "out")
        stored = {(tps, key): digest for tps, key, digest in server.stored()}
        yield Evening(played, server, stored)


def by_key(rows: list[Attempt]) -> dict[Key, Attempt]:
    found = {(row.station, row.operator, row.key, row.n): row for row in rows}
    assert len(found) == len(rows), "an attempt was logged twice"
    return found


def same(one: Attempt, other: Attempt) -> bool:
    """What does not depend on when exactly the server has answered before."""
    return (
        (one.kind, one.offset, one.length, one.cause, one.status // 100)
        == (other.kind, other.offset, other.length, other.cause, other.status // 100)
        and abs(one.sent - other.sent) <= 1  # byte
        and other.left - other.joined == pytest.approx(one.left - one.joined, abs=1e-6, nan_ok=True)
    )


def set_up(row: Attempt) -> float:
    """Seconds of access, handshakes and slow start."""
    return row.joined - row.began


def begun(played: Played) -> list[Attempt]:
    """The first attempt of each object in the window."""
    first: dict[tuple[int, str], Attempt] = {}
    for row in sorted(played.measured, key=lambda row: row.began):
        first.setdefault((row.station, row.key), row)
    return list(first.values())


def unsure(played: Played) -> dict[int, float]:
    """From when on a station may go another way: an upload by the IETF's draft was cut so soon
    after it was begun that its address (104) may not have come yet. The model knows no such thing.
    """
    found: dict[int, float] = {}
    for row in played.predicted:
        creates = row.kind == "send" and row.offset == 0
        if creates and row.sent < row.length and row.left - row.joined < TOLD_WITHIN * SPEED:
            found[row.station] = min(found.get(row.station, row.at), row.at)
    return found


def until_an_answer(
    played: Played, group: Callable[[Attempt], object]
) -> Iterator[tuple[Attempt, Attempt]]:
    """Predicted and measured attempts that were over before anybody of their group was answered."""
    measured = by_key(played.measured)
    first: dict[object, float] = defaultdict(lambda: float("inf"))
    for row in [*played.predicted, *played.measured]:
        if row.status:
            first[group(row)] = min(first[group(row)], row.at)
    for key, row in by_key(played.predicted).items():
        if row.at <= first[group(row)] or row.began < first[group(row)]:
            yield row, measured[key]


@pytest.mark.parametrize("name", [*BATCHINGS, *IN_PROGRESS])
def test_every_attempt_meets_what_was_predicted(evening: Evening, name: str) -> None:
    played = evening.played[name]
    predicted, measured = by_key(played.predicted), by_key(played.measured)
    ends = played.ready.settings.ends - SPARE * SPEED  # what is under way at the end is told late
    due = [key for side in (predicted, measured) for key, row in side.items() if row.at < ends]
    assert len(due) > 60
    going_on = {
        (row.station, row.operator, row.key, row.n) for row in begun(played) if row.offset > 0
    }
    lost = unsure(played) if name in ("pieces", "mid-pieces") else {}
    assert len(lost) < 8
    for key in due:
        if (predicted.get(key) or measured[key]).began >= lost.get(key[0], inf):
            continue
        assert key in predicted, f"nobody predicted {measured[key]}"
        assert key in measured, f"it did not happen: {predicted[key]}"
        one, other = predicted[key], measured[key]
        assert same(one, other), (one, other)
        if key in going_on:  # what was kept until then has to be told the server first
            assert set_up(other) >= set_up(one) - 1e-6
        else:
            assert set_up(other) == pytest.approx(set_up(one), abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("name", [*BATCHINGS, *IN_PROGRESS])
def test_no_answer_was_predicted_so_late_that_a_slow_machine_would_change_it(
    evening: Evening, name: str
) -> None:
    for row in evening.played[name].predicted:
        if row.status and row.kind == "send":
            assert row.began + 45.0 - row.left > SPARE * SPEED, row


def test_the_evening_has_every_kind_of_trouble(evening: Evening) -> None:
    causes = Counter(row.cause for row in evening.played["per-photo"].measured)
    assert causes.keys() >= FROM_OUTSIDE | {Cause.TIMEOUT, Cause.NONE}
    kinds = Counter(row.kind for row in evening.played["tus-pieces"].measured)
    assert kinds.keys() == {"create", "send", "offset"}
    lanes = evening.played["parallel"].measured
    assert any(
        one.station == two.station and one.key != two.key and one.joined < two.left < one.left
        for one in lanes
        for two in lanes
    ), "no two photographs of a station were on their way at the same time"


@pytest.mark.parametrize("name", BATCHINGS)
def test_until_the_server_answers_an_attempt_begins_at_the_predicted_moment_to_the_float(
    evening: Evening, name: str
) -> None:
    played = evening.played[name]
    stations = played.ready.inputs.region.stations

    def device(row: Attempt) -> object:
        return stations[row.station].kelurahan if name == "hub" else row.station

    pairs = list(until_an_answer(played, device))
    assert len({device(one) for one, _ in pairs}) == (6 if name == "hub" else 24)
    for one, other in pairs:
        assert one.began == other.began


def test_in_a_crowded_cell_everything_is_exact_until_the_server_answers_somebody(
    evening: Evening,
) -> None:
    played = evening.played["crowd"]
    cells = played.world.stations.cell
    pairs = list(until_an_answer(played, lambda row: int(cells[row.station])))
    for one, other in pairs:
        assert one.began == other.began
        assert one.joined == other.joined or (isnan(one.joined) and isnan(other.joined))
    assert len({int(cells[one.station]) for one, _ in pairs}) == 6
    assert len(pairs) > 10


def test_stations_at_a_portable_link_share_it_in_the_replay_too(evening: Evening) -> None:
    played = evening.played["links"]
    at = played.world.portable.at
    assert sorted(at[at >= 0].tolist()) == [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3]
    hands = [set(at[sorted(its)][at[sorted(its)] >= 0]) for its in played.stations]
    assert hands[0]
    assert hands[1]
    assert not hands[0] & hands[1], "a link was parted between two workers"
    pairs = list(until_an_answer(played, lambda row: int(at[row.station])))
    there = [(one, other) for one, other in pairs if at[one.station] >= 0]
    assert len({int(at[one.station]) for one, _ in there}) == 4
    for one, other in there:
        assert one.cause is not Cause.ACCESS, "a portable link refuses nobody"
        assert (one.began, one.joined) == (other.began, other.joined)
    ends = played.ready.settings.ends
    for side in (played.predicted, played.measured):
        rows = [row for row in side if at[row.station] >= 0 and row.at < ends]
        assert {row.cause for row in rows} <= {Cause.NONE, Cause.TIMEOUT}
        assert sum(row.sent for row in rows) <= 4 * 150e3 / 8 * (
            ends - played.ready.settings.begins
        )


def test_two_workers_replay_every_station_once_and_no_cell_is_parted(evening: Evening) -> None:
    played = evening.played["per-photo"]
    first, second = map(set, played.stations)
    assert first
    assert second
    assert not first & second
    assert first | second == set(range(24))
    assert played.outcomes[1]["station"].tolist() == list(range(24))


@pytest.mark.parametrize("name", [*BATCHINGS, *IN_PROGRESS])
def test_what_was_acknowledged_is_on_the_servers_disk_with_its_own_bytes(
    evening: Evening, name: str
) -> None:
    played = evening.played[name]
    run = RUN.format(name=name)
    right = played.digests(run)
    codes = [station.code for station in played.ready.inputs.region.stations]
    sizes = [
        {o.key: o.size for o in played.ready.conduct.batching.objects(its)}
        for its in played.world.stations.sizes
    ]
    whole = {
        (codes[row.station], row.key + run)
        for row in played.measured
        if row.kind == "send"
        and row.status in (200, 201, 204)
        and row.offset + row.length == sizes[row.station][row.key]
    }
    assert len(whole) > 25
    for name_of in whole:
        assert evening.stored[name_of] == right[name_of]


@pytest.mark.parametrize("name", IN_PROGRESS)
def test_an_upload_that_was_in_progress_when_the_window_began_goes_on_where_it_was(
    evening: Evening, name: str
) -> None:
    played = evening.played[name]
    going_on = [row for row in begun(played) if row.offset > 0]
    assert going_on, "no upload was in progress"
    run = RUN.format(name=name)
    right = played.digests(run)
    for row in going_on:
        code = played.ready.inputs.region.stations[row.station].code
        digest = evening.stored.get((code, row.key + run))
        assert digest in (None, right[code, row.key + run])
    assert any(
        (played.ready.inputs.region.stations[row.station].code, row.key + run) in evening.stored
        for row in going_on
    ), "none of them was completed"


def test_nobody_sends_before_its_turn_and_turns_are_given_back(evening: Evening) -> None:
    played = evening.played["turns"]
    of = {row.station: row.kecamatan for row in played.measured}
    rows: dict[int, list[Attempt]] = defaultdict(list)
    for row in sorted(played.measured, key=lambda row: row.began):
        rows[row.station].append(row)
    admitted: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for station, its in rows.items():
        turn = next((row.at for row in its if row.kind == "turn" and row.status == 200), None)
        sends = [row for row in its if row.kind == "send"]
        assert its[0].kind == "turn"
        if turn is None:
            assert not sends
            continue
        assert min((row.began for row in sends), default=turn) >= turn
        admitted[of[station]].append((turn, max((row.at for row in sends), default=turn)))
    assert any(row.status == 429 and row.cause is Cause.REFUSED for row in played.measured)
    for spans in admitted.values():
        assert len(spans) > PLACES, "no turn was given back"
        for at, _ in spans:
            assert sum(begin <= at < end for begin, end in spans) <= PLACES


def test_the_operators_of_the_kecamatan_upload_in_the_window_each_in_its_own_way(
    evening: Evening,
) -> None:
    played = evening.played["ppk"]
    assert all(row.operator for row in played.measured)
    for one, other in until_an_answer(played, lambda row: row.kecamatan):
        assert (one.began, one.station, one.kind) == (other.began, other.station, other.kind)
    whole = Counter(
        row.length == played.world.stations.sizes[row.station][int(row.key[-1]) - 1]
        for row in played.measured
    )
    assert whole[True] > 5, "the web page sends a photograph in one request"
    assert whole[False] > 20, "the app sends pieces"
    sent = [int((rows["state"] == 1).sum()) for rows in played.outcomes]
    assert sent[0] > 5
    assert abs(sent[0] - sent[1]) <= 2
