"""Makes the synthetic traces of this folder: ``python scenarios/traces/make.py``.

Three uplinks whose means and coefficients of variation are those of measured saturated ones: an LTE
phone at rest, one in a moving car with dead seconds, and a crowded 3G cell. Ours, not recordings.
"""

from pathlib import Path

from sim.draws import Draws
from sim.network.traces import Uplink, write_trace

MBIT = 1e6 / 8
UPLINKS = {
    "lte-static": Uplink(2.44 * MBIT, 0.2, outages=1 / 600),
    "lte-drive": Uplink(0.83 * MBIT, 0.5, outages=4 / 600),
    "umts-crowded": Uplink(0.94 * MBIT, 0.46, outages=2 / 600),
}
SECONDS = 300

if __name__ == "__main__":
    for name, uplink in UPLINKS.items():
        rates = uplink.rates(SECONDS, Draws(2020, 0), name)
        write_trace(Path(__file__).with_name(f"{name}.trace"), rates)
