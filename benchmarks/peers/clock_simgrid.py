"""The work of ``benchmarks.engines`` in SimGrid -> CPU seconds.

``waits PROCESSES TIMES``: actors that sleep. ``share AT_ONCE UPLOADS SEED``: uploads that share one
resource evenly, as SimGrid shares a processor.
"""

import random
import sys
import time

from simgrid import Actor, Engine, NetZone, this_actor

what, first, second = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
engine = Engine(["engine", "--log=root.thres:error"])
zone = NetZone.create_empty_zone("zone")
host = zone.create_host("host", 1.0)
zone.seal()
left = second


def waits(gap: float) -> None:
    for _ in range(second):
        this_actor.sleep_for(gap)


def share(sizes: random.Random) -> None:
    global left
    while left > 0:
        left -= 1
        this_actor.execute(sizes.expovariate(1.0))


for i in range(first):
    if what == "waits":
        Actor.create(f"a{i}", host, waits, 1.0 + i / first)
    else:
        Actor.create(f"a{i}", host, share, random.Random(i))
begun = time.process_time()
engine.run()
sys.stdout.write(f"{time.process_time() - begun}\n")
