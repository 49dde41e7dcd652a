"""The waits of ``benchmarks.engines`` in salabim: processes, waits of each -> CPU seconds."""

import sys
import time

import salabim


class Waiter(salabim.Component):
    """A process that does nothing but wait."""

    def process(self, gap: float, times: int):
        for _ in range(times):
            yield self.hold(gap)


processes, times = map(int, sys.argv[1:])
env = salabim.Environment(trace=False, yieldless=False)
for i in range(processes):
    Waiter(gap=1.0 + i / processes, times=times)
begun = time.process_time()
env.run()
sys.stdout.write(f"{time.process_time() - begun}\n")
