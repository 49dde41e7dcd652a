"""The locustfile of a replay with a greenlet beside it that keeps the worker from its work: it
burns the processor for a quarter of a second, again and again, while the replay runs.
"""

from __future__ import annotations

import time
from typing import Any

import gevent
from locust import events

from locustfiles.replay import Fleet

__all__ = ["Fleet"]


@events.test_start.add_listener
def _begin(**_: Any) -> None:
    gevent.spawn(_burn)


def _burn() -> None:
    while True:
        gevent.sleep(0.25)
        stop = time.monotonic() + 0.25
        while time.monotonic() < stop:
            pass
