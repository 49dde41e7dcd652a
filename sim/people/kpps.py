"""The crew of a polling station (KPPS): counts, photographs, presses *send*, waits, hands over.

A station without the app never attempts. One in a blank spot either walks to a place with signal
and sends from there, or tries in vain. What is not sent when patience ends goes to the kecamatan.

Rule of this file: SimPy processes; what the app does is the client's, what the link does the
uplink's.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial

from simpy import Environment, Event, Timeout

from sim.client.batching.pieces import Scheme
from sim.client.outcomes import Ending
from sim.client.retry.policy import Policy
from sim.client.workflow import Crew, upload
from sim.draws import uniform
from sim.ledger import Cause, Entry, State
from sim.population.world import Stations
from sim.uplink import Link, Uplinks


def evening(
    env: Environment,
    uplinks: Uplinks,
    stations: Stations,
    link: Link,
    scheme: Scheme,
    policy: Policy,
    timeout: float,
    hand_over: Callable[[int], None],
    sent: Callable[[int], None],
) -> Generator[Event, None, None]:
    """One station's evening, until it has sent or handed over.

    Parameters
    ----------
    link : its phone; ``link.station`` indexes the arrays of ``stations``.
    hand_over, sent : called with the station's index.
    """
    i = link.station
    entry: Entry = link.entry
    ready = float(stations.ready[i])
    starts = ready
    if not stations.has_app[i]:
        entry.cause = Cause.NO_APP
        yield Timeout(env, ready)
        entry.handed_over = env.now
        hand_over(i)
        return
    if not stations.covered[i]:
        link.covered = bool(stations.walks[i])
        if link.covered:
            starts += float(stations.walk[i])
    crew = Crew(starts, starts + float(stations.patience[i]), float(stations.press_again[i]))
    client = upload(scheme(stations.sizes[i]), policy, crew, timeout, partial(uniform, link.key))
    ending = yield from uplinks.drive(client, link)
    if ending is Ending.SENT:
        entry.sent_at = env.now
        entry.by = State.SENT_KPPS
        sent(i)
    else:
        entry.handed_over = env.now
        hand_over(i)
