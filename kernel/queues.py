"""The heaps of :mod:`sim.ingest.workers`: when workers are free, when waiting requests leave.

Rule of this file: only the values count, and the smallest is first.
"""

from __future__ import annotations

from numba import njit

from kernel.state import FULL_HEAP, WAITING


@njit(cache=True)
def _sink(heap, n, value):  # type: ignore[no-untyped-def]
    """Put ``value`` in the place of the smallest of ``n``."""
    i = 0
    while True:
        j = 2 * i + 1
        if j >= n:
            break
        if j + 1 < n and heap[j + 1] < heap[j]:
            j += 1
        if value <= heap[j]:
            break
        heap[i] = heap[j]
        i = j
    heap[i] = value


@njit(cache=True)
def replace(heap, value):  # type: ignore[no-untyped-def]
    """``heapreplace`` on a heap that fills its array."""
    _sink(heap, len(heap), value)


@njit(cache=True)
def settle(s, now):  # type: ignore[no-untyped-def]
    """Forget the requests that have left the queue by ``now``."""
    heap, count = s.waiting, s.count
    while count[WAITING] and heap[0] <= now:
        count[WAITING] -= 1
        _sink(heap, count[WAITING], heap[count[WAITING]])


@njit(cache=True)
def later(s, at):  # type: ignore[no-untyped-def]
    """A request leaves the queue ``at`` a time."""
    heap = s.waiting
    i = s.count[WAITING]
    if i >= len(heap):
        s.count[FULL_HEAP] = 1
        return
    s.count[WAITING] += 1
    while i > 0 and heap[(i - 1) >> 1] > at:
        heap[i] = heap[(i - 1) >> 1]
        i = (i - 1) >> 1
    heap[i] = at
