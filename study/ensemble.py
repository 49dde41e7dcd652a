"""Run many nights, on one process or several, and never lose a finished one.

Nights are independent and each keeps itself (see :mod:`study.nights`), so the order and the number
of processes change nothing. A worker that is killed breaks the pool of the standard library; the
pool is made anew and what had not finished is done again.

Rule of this file: scheduling only.
"""

from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from study.nights import DamagedNightError, Setting, Task, begin_worker, perform, recall, work

_MAX_CRASHES: Final = 3  # pools that may break in a row without a single night finished
_AHEAD: Final = 2  # tasks in the pool per process: enough to keep it busy, few to lose


class EnsembleError(Exception):
    """Worker processes die again and again."""


def unfinished(setting: Setting, tasks: Sequence[Task]) -> list[Task]:
    """The tasks whose night is not kept yet; a damaged file counts as not kept."""
    missing = []
    for task in tasks:
        path = task.path(setting.parts)
        try:
            recall(path)
        except FileNotFoundError:
            missing.append(task)
        except DamagedNightError:
            path.unlink(missing_ok=True)
            missing.append(task)
    return missing


def run(
    setting: Setting, tasks: Sequence[Task], jobs: int, finished: Callable[[Task], None]
) -> None:
    """Perform the tasks that are not done yet.

    Parameters
    ----------
    jobs : worker processes; 1 runs in this process.
    finished : called in this process after each night.

    Raises
    ------
    EnsembleError : if workers die without getting any night done.
    """
    todo = unfinished(setting, tasks)
    if jobs <= 1 or len(todo) <= 1:
        for task in todo:
            finished(perform(setting, task))
        return
    crashes = 0
    while todo:
        done: set[Task] = set()
        try:
            for task in _pooled(setting, todo, jobs):
                done.add(task)
                finished(task)
        except BrokenProcessPool as broken:
            crashes = 0 if done else crashes + 1
            if crashes >= _MAX_CRASHES:
                raise EnsembleError(
                    f"worker processes died {crashes} times without finishing a night "
                    "(killed, or out of memory?); try --jobs 1"
                ) from broken
        todo = [task for task in todo if task not in done]


def _pooled(setting: Setting, tasks: Sequence[Task], jobs: int) -> Iterator[Task]:
    with TemporaryDirectory(prefix="tangguh-") as folder:
        file = Path(folder) / "setting.pickle"
        file.write_bytes(pickle.dumps(setting))
        spawn = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(jobs, spawn, begin_worker, (file,))
        queue = iter(tasks)
        pending: set[Future[Task]] = set()
        try:
            for task in islice(queue, jobs * _AHEAD):
                pending.add(pool.submit(work, task))
            while pending:
                ready, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in ready:
                    yield future.result()
                    following = next(queue, None)
                    if following is not None:
                        pending.add(pool.submit(work, following))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
