"""What the server counts, for Prometheus, in a registry of its own.

Rule of this file: names and buckets of metrics; who counts is elsewhere.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

_SECONDS: Final = (
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1,
    2,
    5,
    10,
    30,
    60,
    120,
    300,
)
_SYNC_SECONDS: Final = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2)
_ROWS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class Metrics:
    """The metrics of one server."""

    def __init__(self) -> None:
        self.registry = own = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.requests = Counter(
            "tangguh_requests_total",
            "Requests by route and status; status cut: the connection ended without an answer.",
            ["route", "status"],
            registry=own,
        )
        self.seconds = Histogram(
            "tangguh_request_seconds",
            "From a request's head to its answer, with the time that the client takes to send.",
            ["route"],
            buckets=_SECONDS,
            registry=own,
        )
        self.work = Histogram(
            "tangguh_work_seconds",
            "From a complete body to durable: the server's own time.",
            buckets=_SECONDS,
            registry=own,
        )
        self.received = Counter(
            "tangguh_received_bytes_total", "Bytes of bodies that were written.", registry=own
        )
        self.in_flight = Gauge("tangguh_in_flight_requests", "Requests being served.", registry=own)
        self.commit_rows = Histogram(
            "tangguh_commit_rows", "Rows of one group commit.", buckets=_ROWS, registry=own
        )
        self.commit_seconds = Histogram(
            "tangguh_commit_seconds",
            "Time of one group commit.",
            buckets=_SYNC_SECONDS,
            registry=own,
        )
        self.sync_seconds = Histogram(
            "tangguh_fsync_seconds",
            "Time of one fsync or fdatasync.",
            buckets=_SYNC_SECONDS,
            registry=own,
        )
        self.stored = Gauge("tangguh_stored_objects", "Objects stored.", registry=own)
        self.uploads = Gauge("tangguh_open_uploads", "Uploads not finished.", registry=own)
        self.lost = Gauge(
            "tangguh_lost_objects",
            "Rows without their file at the last start: must be 0.",
            registry=own,
        )

    def committed(self, rows: int, seconds: float) -> None:
        """Count one group commit."""
        self.commit_rows.observe(rows)
        self.commit_seconds.observe(seconds)
