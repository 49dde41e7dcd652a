"""The rest of the nation as a stream: so many uploads, when and how large, keyed by the night."""

from __future__ import annotations

import itertools
from collections.abc import Generator

import numpy as np
import pytest
from simpy import Environment, Event

from sim.client.actions import Action, Send, Wait
from sim.client.outcomes import Ending, Response, Woken
from sim.client.workflow import Client
from sim.draws import Draws
from sim.link import Link
from sim.others import Other, draw_others, objects_of, start_others
from sim.population.world import World, draw_world
from sim.scenario.model import Scenario
from sim.share import Extent
from tests.conftest import Small

HOUR = 3600.0
ALL = Extent(3, 0, 0.0, 10 * HOUR)


def drawn(small: Small, changes: str = "") -> tuple[Scenario, World]:
    scenario, region = small("server: {nation: {stations: 2000}}\n" + changes)
    return scenario, draw_world(scenario, region, Draws(3, 0))


def test_each_photograph_of_the_nation_is_sent_once_when_it_is_ready(small: Small) -> None:
    scenario, world = drawn(small)
    found = draw_others(scenario, world, ALL)
    assert len(found) == round(2000 * scenario.station.photos.mean())
    assert found == sorted(found)
    assert min(other.size for other in found) >= 1
    sizes = np.array([other.size for other in found], dtype=float)
    error = sizes.std() / np.sqrt(len(sizes))
    assert abs(sizes.mean() - scenario.station.photo_size.mean()) < 3 * error


def test_the_windows_of_a_night_divide_its_stream(small: Small) -> None:
    scenario, world = drawn(small)
    edges = [0.0, 3 * HOUR, 4.5 * HOUR, 10 * HOUR]
    parts = [draw_others(scenario, world, Extent(3, 0, a, b)) for a, b in itertools.pairwise(edges)]
    assert all(a <= other.at < b for part, a, b in zip(parts, edges, edges[1:], strict=False)
               for other in part)  # fmt: skip
    assert [other for part in parts for other in part] == draw_others(scenario, world, ALL)


def test_a_sample_takes_the_same_share_of_the_nation(small: Small) -> None:
    scenario, world = drawn(small)
    half = draw_others(scenario, world, Extent(3, 0, 0.0, 10 * HOUR, share=0.5))
    everybody = draw_others(scenario, world, ALL)
    assert len(half) == pytest.approx(len(everybody) / 2, abs=1)
    assert set(half) <= set(everybody)


@pytest.mark.parametrize("changes", ["server: {nation: null}\n",
                                     "server: {nation: {enabled: false}}\n"])  # fmt: skip
def test_a_scenario_without_a_nation_has_no_stream_and_can_be_started(
    small: Small, changes: str
) -> None:
    scenario, region = small(changes)
    world = draw_world(scenario, region, Draws(3, 0))
    assert draw_others(scenario, world, ALL) == []
    env = Environment()
    start_others(env, Recorder(env), world, [])
    assert env.peek() == float("inf")


class Recorder:
    """A way that answers every upload a second after it was asked, and writes it down."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        self.sends: list[tuple[int, float, Send]] = []
        self.endings: list[Ending] = []

    def go_on(
        self, client: Client, link: Link, action: Action, now: float
    ) -> Generator[Event, None, Ending]:
        try:
            while True:
                if isinstance(action, Wait):
                    yield self.env.timeout(action.until - self.env.now)
                    action = client.send(Woken(self.env.now))
                    continue
                assert isinstance(action, Send)
                self.sends.append((link.station, self.env.now, action))
                status = 503 if link.station % 2 else 201
                action = client.send(Response(self.env.now + 1.0, status, action.length))
        except StopIteration as stop:
            self.endings.append(stop.value)
            return Ending(stop.value)

    def give_back(self, link: Link, now: float) -> None:
        raise AssertionError("the stream takes no turns")


def test_each_upload_begins_at_its_moment_and_nobody_tries_again(small: Small) -> None:
    _, world = drawn(small)
    env = Environment()
    way = Recorder(env)
    others = list(enumerate([Other(10.0, 100), Other(10.5, 7), Other(400.0, 9)], 30))
    start_others(env, way, world, others)
    env.run()
    assert [(station, at, send.length) for station, at, send in way.sends] == [
        (30, 10.0, 100),
        (31, 10.5, 7),
        (32, 400.0, 9),
    ]
    assert [str(ending) for ending in way.endings] == ["sent", "gave-up", "sent"]
    assert [o.key for o in objects_of(Other(1.0, 5))] == ["photo-1"]
