"""What a replay of a scenario may do, how good its generator has to be, how near is near enough.

Rule of this file: types with their defaults; each default carries its reason.
"""

from __future__ import annotations

from sim.scenario.agreement import Limits
from sim.scenario.loader import Section
from sim.scenario.quantities import Seconds, Share


class Validity(Section):
    """Beyond these the generator, not the server, has made the figures: the run is not valid.

    Attributes
    ----------
    schedule_lag : 99% of attempts begin no later than this after their time: a tenth of the
        shortest wait of a policy that a person would notice (0.5 s).
    loop_lag : 99% of the probes of the event loop come no later than this. A loop that stalls
        books its own delay to the server.
    pacing : 99% of the transfers of two seconds or more last as long as the cell granted, within
        this share.
    cpu : most of a core that a process may have used on average; above it greenlets queue for it.
    clocks : most that the clocks of two machines may differ by, after correction.
    """

    schedule_lag: Seconds = 0.05
    loop_lag: Seconds = 0.05
    pacing: Share = 0.03
    cpu: Share = 0.9
    clocks: Seconds = 0.02


class Replay(Section):
    """The scenario's section ``replay``.

    Attributes
    ----------
    hosts : servers beside the loopback that may be put under load; each use has to be confirmed.
    """

    hosts: tuple[str, ...] = ()
    validity: Validity = Validity()
    agreement: Limits = Limits()
