"""Where the records of a night are: each function takes the night's record and an index.

Rule of this file: addresses, nothing else.
"""

from __future__ import annotations

from typing import Any, Final

from sim.kernel import records
from sim.kernel.jit import member, reader

Record = Any
"""A record of :mod:`sim.kernel.records`, by reference."""
Whole = Any
"""A whole number of 64 bits."""
Real = Any
"""A number of 64 bits."""

time_of: Final = reader(records.TIME)
device_at: Final = member("devices", records.DEVICE, records.NIGHT)
phone_at: Final = member("phones", records.DEVICE, records.NIGHT)
app_at: Final = member("apps", records.APP, records.NIGHT)
cell_at: Final = member("cells", records.CELL, records.NIGHT)
klass_at: Final = member("classes", records.KLASS, records.NIGHT)
office_at: Final = member("offices", records.OFFICE, records.NIGHT)
entry_at: Final = member("entries", records.ENTRY, records.NIGHT)
object_at: Final = member("objects", records.OBJECT, records.NIGHT)
event_at: Final = member("events", records.EVENT, records.NIGHT)
delay_at: Final = member("delays", records.DELAY, records.NIGHT)
minute_at: Final = member("course", records.MINUTE, records.NIGHT)
outage_at: Final = member("outages", records.OUTAGE, records.NIGHT)
load_at: Final = member("shape", records.LOAD, records.NIGHT)
hours_at: Final = member("hours", records.HOURS, records.NIGHT)
first_at: Final = member("first", records.PLACE, records.NIGHT)
flow_at: Final = member("flows", records.PLACE, records.NIGHT)
place_at: Final = member("queues", records.PLACE, records.NIGHT)
ended_at: Final = member("ended", records.PLACE, records.NIGHT)
stored_at: Final = member("stored", records.TIME, records.NIGHT)
piece_at: Final = member("pieces", records.PIECE, records.NIGHT)
count_at: Final = member("minutes", records.COUNT, records.NIGHT)
counter_at: Final = member("counter", records.COUNTER, records.NIGHT)
asked_at: Final = member("asked", records.ASKED, records.NIGHT)
