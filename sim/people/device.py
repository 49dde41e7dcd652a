"""A device with the app on it, sending one station's photographs.

Rule of this file: how lanes and hedged copies share one device; what a request meets on its way is
the uplink's.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from simpy import AllOf, Environment, Event

from sim.client.batching.batching import Batching
from sim.client.batching.pieces import Resume
from sim.client.outcomes import Ending
from sim.client.retry.policy import Policy, Retrier
from sim.client.shaping.shaping import Shaping
from sim.client.workflow import Board, Crew, upload
from sim.draws import mix, uniform
from sim.link import Link
from sim.uplink import Uplinks


@dataclass(frozen=True, slots=True)
class App:
    """What is installed on a device.

    Parameters
    ----------
    timeout : seconds of one attempt, unless the policy has its own.
    """

    policy: Policy
    batching: Batching
    shaping: Shaping
    timeout: float


def send_station(
    env: Environment,
    uplinks: Uplinks,
    app: App,
    link: Link,
    sizes: Sequence[int],
    crew: Crew,
    *,
    key: int,
    turn: bool = False,
    retrier: Retrier | None = None,
) -> Generator[Event, None, Ending]:
    """Send a station's photographs from a device; returns how it ended.

    Parameters
    ----------
    sizes : bytes of the photographs as the camera made them.
    key : key of the app's draws.
    turn : ask the server for a turn first.
    retrier : of an app process that sends several stations, one after the other.
    """
    link.kept.clear()
    link.resumes = app.batching.resume is not Resume.NONE
    objects = app.batching.objects(sizes)
    hedge = app.policy.hedge
    copies = max(app.batching.lanes, 1 if hedge is None else int(hedge.copies))
    if copies == 1:
        draw = partial(uniform, key)
        client = upload(objects, app.policy, crew, app.timeout, draw, turn=turn, retrier=retrier)
        return (yield from uplinks.drive(client, link))
    shared = iter(objects)
    board = None if hedge is None else Board()
    lanes = []
    for i in range(copies):
        lane = replace(link, key=mix(link.key + i), lanes=copies, kept={})
        client = upload(
            shared if hedge is None else objects,
            app.policy,
            crew,
            app.timeout,
            partial(uniform, mix(key + i)),
            turn=turn and i == 0,
            copy=i,
            board=board,
        )
        lanes.append(env.process(uplinks.drive(client, lane)))
    yield AllOf(env, lanes)
    arrived = [lane.value is Ending.SENT for lane in lanes]
    good = all(arrived) if hedge is None else any(arrived)
    return Ending.SENT if good else Ending.GAVE_UP
