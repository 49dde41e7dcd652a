"""Nights on many machines: Dask distributed shares them out, and the caller keeps them.

A worker needs Python and tangguh, and none of our files: what the nights have in common goes to the
scheduler once, each night's bytes come back, and the caller writes them. That is right with and
without a file system that all machines see, and the same results come about as on one machine. What
the nights have in common is itself a task, because Dask computes a task anew when the worker that
held its result has died; data that is scattered would be lost. Dask gives the night of a dead
worker to another one, and gives a night up that was with too many workers that died
(``distributed.scheduler.allowed-failures``).

Rule of this file: Dask is known here and nowhere else in the studies; it is imported when a cluster
is asked for, and prints nothing.
"""

from __future__ import annotations

import asyncio
import logging
import platform
import shutil
import subprocess
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib import import_module
from importlib.metadata import version
from queue import Empty, SimpleQueue
from tempfile import NamedTemporaryFile
from typing import Any, Final

from sim.scenario.errors import UserFaultError
from study.cache import code_digest
from study.ensemble import EnsembleError
from study.nights import Setting, Task, keep, pack, simulated, unpack

SLURM: Final = "slurm"
ANSWERS_WITHIN: Final = 10.0
"""Seconds that a scheduler has to answer: it may be starting."""
WORKERS_WITHIN: Final = 60.0
"""Seconds without any worker after which nobody waits on; dask-worker's own --death-timeout is as
long in dask-jobqueue. An assumption of ours. What SLURM was asked for may stand in its queue for
hours, so there nobody counts."""
_LOOK_EVERY: Final = 1.0  # seconds between two looks at who is there, while no night is finished
_FETCHED_WITHIN: Final = 60.0  # seconds for the bytes of a night; then it is looked who is there
_PACKAGES: Final = ("tangguh", "simpy", "numpy", "scipy", "pydantic", "distributed")
"""What must be alike: the model, what it computes with, and what carries it."""


class ClusterError(UserFaultError):
    """A cluster that cannot be used; the message says why and what to do."""


class Cluster:
    """Performs nights on the workers of a scheduler.

    Parameters
    ----------
    name : of the scheduler, for people.
    patience : seconds without any worker; None: for ever.
    """

    def __init__(self, client: Any, name: str, patience: float | None) -> None:
        self._client = client
        self.name = name
        self._patience = patience
        self._alone_since: float | None = None

    def workers(self) -> int:
        """How many worker processes there are now."""
        return len(self._client.nthreads())

    def wait(self) -> int:
        """Wait for the first worker and look whether everybody is alike; how many there are.

        Raises
        ------
        ClusterError : if no worker comes, or one has other versions.
        """
        began = time.monotonic()
        while not self.workers():
            if self._patience is not None and time.monotonic() - began >= self._patience:
                raise ClusterError(
                    f"{self.name}: no worker within {self._patience:.0f} s; start some with "
                    f"`dask worker {self.name} --nworkers -1 --nthreads 1`"
                )
            time.sleep(0.1)
        found = self._client.get_versions(packages=list(_PACKAGES))
        for place, its in {"the scheduler": found["scheduler"], **found["workers"]}.items():
            carries = _PACKAGES if place != "the scheduler" else ("distributed",)
            if wrong := _differences(its["packages"], carries):
                raise ClusterError(
                    f"{self.name}: {place} has {wrong}; install the same there as here"
                )
        return len(found["workers"])

    def perform(self, setting: Setting, tasks: Sequence[Task]) -> Generator[Task]:
        """Perform tasks; yields each when its night is kept, in the order in which they come.

        Raises
        ------
        EnsembleError : if workers die with the same night, none is left, or the scheduler goes.
        ClusterError : if a worker that came later has another model.
        UserCodeError : if a module of the user raised in a night.
        """
        client, self._alone_since = self._client, None
        done: SimpleQueue[Any] = SimpleQueue()
        shared = client.submit(_Shared, pack(setting), pure=False)
        futures = client.map(_night, tasks, shared=shared, code=code_digest(), pure=False)
        waiting = dict(zip(futures, tasks, strict=True))
        del futures  # a future that nobody holds is forgotten by the scheduler, with its result
        try:
            for future in waiting:
                future.add_done_callback(done.put)
            while waiting:
                try:
                    future = done.get(timeout=_LOOK_EVERY)
                    content = self._content(future, waiting[future])
                except (Empty, TimeoutError):
                    self._look()
                    continue
                if content is None:
                    done.put(future)
                    continue
                task = waiting.pop(future)
                keep(content, setting.path(task))
                yield task
        finally:
            if waiting and client.status == "running":
                client.cancel([*waiting, shared], force=True)

    def _content(self, future: Any, task: Task) -> bytes | None:
        """The bytes of a night that has ended; None if they have not come."""
        dask = _distributed()
        self._alone_since = None
        try:
            content: bytes = future.result(timeout=_FETCHED_WITHIN)
        except dask.KilledWorker as error:
            raise EnsembleError(
                f"{self.name}: {error.allowed_failures + 1} workers died while they had night "
                f"{task.replication} of {task.variant} (killed, or out of memory?), the last was "
                f"{error.last_worker.address}; what is finished is kept"
            ) from None
        except dask.CancelledError:
            raise self._gone() from None
        return content

    def _look(self) -> None:
        """Is anybody still there?"""
        if self._client.status != "running":
            raise self._gone()
        now = time.monotonic()
        if self.workers():
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now
        elif self._patience is not None and now - self._alone_since >= self._patience:
            raise EnsembleError(
                f"{self.name}: no worker for {self._patience:.0f} s; what is finished is kept"
            )

    def _gone(self) -> EnsembleError:
        return EnsembleError(
            f"{self.name}: the scheduler has gone or was restarted; what is finished is kept"
        )


class _Shared:
    """A setting on a worker; on its way to another one it is packed again."""

    def __init__(self, packed: bytes) -> None:
        self.setting = unpack(packed)

    def __reduce__(self) -> tuple[Callable[[bytes], _Shared], tuple[bytes]]:
        return _Shared, (pack(self.setting),)


def _night(task: Task, *, shared: _Shared, code: str) -> bytes:
    """One night, on a worker."""
    if code != code_digest():
        raise ClusterError(
            f"the worker on {platform.node()} has another model than this command (the code in "
            "sim/ differs); install the same there as here"
        )
    return simulated(shared.setting, task)


def _differences(theirs: dict[str, str | None], packages: Sequence[str]) -> str:
    """What others have that differs from here, as words; Python's third number does not count."""
    ours = {name: version(name) for name in packages}
    python = ".".join((theirs["python"] or "").split(".")[:2])
    own = ".".join(platform.python_version_tuple()[:2])
    found = [] if python == own else [f"Python {python} (here {own})"]
    found += [
        f"{name} {theirs[name]} (here {its})" if theirs[name] else f"no {name}"
        for name, its in ours.items()
        if theirs[name] != its
    ]
    return ", ".join(found)


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """A scheduler that runs already: ``tcp://HOST:PORT`` or ``tls://HOST:PORT``.

    Raises
    ------
    ClusterError : if nobody answers there.
    """
    dask = _distributed()
    try:
        asyncio.run(_knock(address))
    except ValueError as error:
        raise ClusterError(f"--scheduler {address}: {error}; give tcp://HOST:PORT") from None
    except (OSError, TimeoutError):
        raise ClusterError(
            f"--scheduler {address}: no scheduler of Dask answers there within "
            f"{ANSWERS_WITHIN:.0f} s; `dask scheduler` starts one and says its address"
        ) from None
    with closing(dask.Client(address, timeout=ANSWERS_WITHIN, set_as_default=False)) as client:
        yield Cluster(client, address, WORKERS_WITHIN)


async def _knock(address: str) -> None:
    """Say hello and goodbye. A client that never met its scheduler cannot be closed cleanly, and
    waits for ever where somebody else listens and says nothing."""
    known = _distributed().Security().get_connection_args("client")
    connect = import_module("distributed.comm").connect
    async with asyncio.timeout(ANSWERS_WITHIN):
        comm = await connect(address, timeout=ANSWERS_WITHIN, **known)
    await comm.close()


@contextmanager
def slurm(workers: int) -> Iterator[Cluster]:
    """Worker processes that SLURM is asked for, as dask's configuration says (``jobqueue.slurm``).

    Raises
    ------
    ClusterError : if the configuration lacks something, there is no SLURM here, or it refuses.
    """
    for command in ("sbatch", "scancel"):
        if shutil.which(command) is None:
            raise ClusterError(
                f"--scheduler {SLURM}: there is no {command} here; start the command on a machine "
                "from which jobs are submitted"
            )
    with closing(slurm_cluster()) as jobs:
        _check_taken(jobs.job_script())
        client = _distributed().Client(jobs, set_as_default=False)
        jobs.adapt(minimum=workers, maximum=workers)  # a job that ends before its time is replaced
        with closing(client):
            yield Cluster(client, SLURM, None)


def _check_taken(script: str) -> None:
    """Ask SLURM whether it would take the job. What it refuses later it tells nobody of us, and the
    first worker would be waited for for ever."""
    with NamedTemporaryFile("w", suffix=".sh") as file:
        file.write(script)
        file.flush()
        asked = ["sbatch", "--test-only", file.name]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    if answer.returncode:
        said = (answer.stderr.strip().splitlines() or ["without a reason"])[-1]
        raise ClusterError(
            f"--scheduler {SLURM}: {said}; a job's settings are jobqueue.slurm in dask's "
            "configuration (~/.config/dask/jobqueue.yaml)"
        )


def slurm_cluster() -> Any:
    """The cluster before anybody was asked for; its ``job_script()`` is what SLURM gets.

    Raises
    ------
    ClusterError : if the configuration lacks something.
    """
    with _installed():
        its = import_module("dask_jobqueue")
        config = import_module("dask").config
    cores = config.get("jobqueue.slurm.cores", None)
    if not cores or not config.get("jobqueue.slurm.memory", None):
        raise ClusterError(
            f"--scheduler {SLURM}: dask's configuration does not say jobqueue.slurm.cores and "
            "jobqueue.slurm.memory of a job (~/.config/dask/jobqueue.yaml)"
        )
    # a night is Python, so a thread more is no core more; a process is
    return its.SLURMCluster(processes=config.get("jobqueue.slurm.processes", None) or cores)


def _distributed() -> Any:
    """Dask's library; it says nothing itself, because what goes wrong is said by us, in a line.

    Raises
    ------
    ClusterError : if it is not installed.
    """
    with _installed():
        found = import_module("distributed")
        config = import_module("dask").config
    for name in {"distributed", "tornado", *logging.root.manager.loggerDict}:
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    # a region of the whole country is large, and goes to the scheduler once
    config.set({"distributed.admin.large-graph-warning-threshold": "10 GB"})
    return found


@contextmanager
def _installed() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise ClusterError(
            f"--scheduler: {error.name} is not installed; pip install 'tangguh[cluster]'"
        ) from None
