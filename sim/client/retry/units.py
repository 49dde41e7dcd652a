"""The units of a policy's constants, told to readers and the YAML loader by annotations."""

from __future__ import annotations

from typing import Annotated

Seconds = Annotated[float, "s"]
Share = Annotated[float, "share"]
Rate = Annotated[float, "1/s"]
Bytes = Annotated[int, "B"]
Count = Annotated[float, "count"]
Statuses = Annotated[frozenset[int], "statuses"]
Delays = Annotated[tuple[float, ...], "delays"]
