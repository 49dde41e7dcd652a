"""Run many nights, on one process or several or elsewhere, and never lose a finished one.

Nights are independent and each is a file (see :mod:`study.nights`), so the order and the number
of processes change nothing. A worker that is killed is replaced, and the night that it was in is
done again. The pools of the standard library end with a worker's death, and may hang if it dies
while another is being started; here every worker has a pipe of its own. Where the nights are
performed elsewhere, that is said once, around a whole command (:func:`employing`).

Rule of this file: scheduling only.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final

from study.files import clear_scratch, naming
from study.nights import DamagedNightError, Setting, Task, pack, perform
from study.worker import work

_MAX_CRASHES: Final = 3  # workers of each place that may die in a row without a night finished
_SPAWN: Final = multiprocessing.get_context("spawn")


Crew = Callable[[Setting, Sequence[Task]], Generator[Task]]
"""Performs tasks and yields each when its night is kept."""

_ELSEWHERE: Final[ContextVar[Crew | None]] = ContextVar("elsewhere", default=None)


class EnsembleError(Exception):
    """Worker processes die again and again."""


@contextmanager
def employing(crew: Crew) -> Iterator[None]:
    """Within this block nights are performed by others than this machine's processes."""
    before = _ELSEWHERE.set(crew)
    try:
        yield
    finally:
        _ELSEWHERE.reset(before)


def unfinished(setting: Setting, tasks: Sequence[Task]) -> list[Task]:
    """The tasks whose night is not kept yet; a damaged file counts as not kept."""
    missing = []
    for task in tasks:
        try:
            setting.check(task)
        except FileNotFoundError:
            missing.append(task)
        except DamagedNightError:
            setting.path(task).unlink(missing_ok=True)
            missing.append(task)
    return missing


def run(
    setting: Setting, tasks: Sequence[Task], jobs: int, finished: Callable[[Task], None]
) -> None:
    """Perform the tasks that are not done yet.

    Parameters
    ----------
    jobs : worker processes of this machine; 1 runs in this process.
    finished : called in this process after each night.

    Raises
    ------
    EnsembleError : if workers die without getting any night done.
    """
    todo = unfinished(setting, tasks)
    if not todo:
        return
    for folder in {setting.parts, *(setting.path(task).parent for task in todo)}:
        clear_scratch(folder)
    elsewhere = _ELSEWHERE.get()
    if elsewhere is not None:
        performed = elsewhere(setting, todo)
    elif jobs <= 1 or len(todo) <= 1:
        performed = (perform(setting, task) for task in todo)
    else:
        performed = _shared_out(setting, todo, min(jobs, len(todo)))
    with closing(performed):
        for task in performed:
            finished(task)


class _Worker:
    """One worker process and the task that it has."""

    def __init__(self, setting: Path) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        self.process: SpawnProcess = _SPAWN.Process(target=work, args=(setting, theirs))
        self.process.start()
        theirs.close()  # the child's own copy is the only one left: its death ends the pipe
        self.task: Task | None = None

    def give(self, task: Task) -> None:
        self.task = task
        try:
            self.pipe.send(task)
        except OSError:
            return  # it has died; reading from its pipe will say so

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


@contextmanager
def _kept_for_workers(setting: Setting) -> Iterator[Path]:
    """The setting as a file, by a name of those that a later run removes if this one is killed."""
    setting.parts.mkdir(parents=True, exist_ok=True)
    file = setting.parts / f".setting-{platform.node()}.{os.getpid()}"
    try:
        with naming(file):
            file.write_bytes(pack(setting))
        yield file
    finally:
        file.unlink(missing_ok=True)


def _shared_out(setting: Setting, tasks: Sequence[Task], jobs: int) -> Generator[Task]:
    """Perform the tasks on worker processes; yields each when it is done."""
    left = list(reversed(tasks))
    crashes = 0
    with _kept_for_workers(setting) as file:
        workers: dict[Connection, _Worker] = {}

        def employ(worker: _Worker) -> None:
            workers[worker.pipe] = worker
            worker.give(left.pop())

        try:
            for _ in range(jobs):
                employ(_Worker(file))
            while workers:
                for pipe in wait(list(workers)):
                    assert isinstance(pipe, Connection)
                    worker = workers.pop(pipe)
                    assert worker.task is not None
                    try:
                        error = pipe.recv()
                    except (EOFError, OSError):  # it was killed
                        worker.end()
                        left.append(worker.task)
                        crashes += 1
                        if crashes >= _MAX_CRASHES * jobs:
                            raise EnsembleError(
                                f"worker processes died {crashes} times without finishing a night "
                                "(killed, or out of memory?); try --jobs 1"
                            ) from None
                        employ(_Worker(file))
                        continue
                    if error is not None:
                        worker.end()
                        for busy in workers:
                            busy.poll(None)  # the nights on their way are finished first
                        raise error
                    crashes = 0
                    yield worker.task
                    if left:
                        employ(worker)
                    else:
                        worker.end()
        finally:
            for worker in workers.values():
                worker.end()
