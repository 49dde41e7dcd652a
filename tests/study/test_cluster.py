"""Nights on a cluster of real worker processes: the same bytes, and dead workers cost time only."""

from __future__ import annotations

import os
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import dask
import pytest
from distributed import LocalCluster
from typer.testing import CliRunner

from sim.scenario.inputs import load_inputs
from sim.scenario.modules import UserCodeError
from study import cluster
from study.cluster import Cluster, ClusterError, connected, slurm_cluster
from study.ensemble import EnsembleError, employing, run, unfinished
from study.nights import Setting, Task, Variant
from tangguh.cli import app
from tests.conftest import ROOT, write_small

TASKS = [Task(Variant("none", "per-photo"), r) for r in range(8)]
FATAL = """\
import os, signal
from dataclasses import dataclass
from sim.client.retry.policy import Policy
from sim.client.retry.stop import Stop

@dataclass(frozen=True)
class Fatal:
    def delay(self, retry):
        if 1 <= retry < 100:  # the first and a late one are tried when a policy is made
            {harm}
        return 1.0

POLICIES = [Policy(name="fatal", backoff=Fatal(), stop=Stop(attempts=3))]
"""
Make = Callable[..., Setting]


@pytest.fixture(scope="module")
def local() -> Iterator[LocalCluster]:
    """A scheduler and two workers, each a process with a nanny that starts it anew."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", memory_limit=0
        ) as made,
    ):
        yield made


@pytest.fixture
def crew(local: LocalCluster) -> Iterator[Cluster]:
    with connected(local.scheduler_address) as found:
        assert found.wait() >= 1
        yield found


@pytest.fixture
def setting(tmp_path: Path) -> Make:
    def make(folder: str, changes: str = "") -> Setting:
        its = load_inputs(write_small(tmp_path, changes))
        parts = tmp_path / folder
        return Setting(its.scenario, its.region, 9, None, parts, its.catalogue)

    return make


def until(true: Callable[[], Any], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def tasks_of(local: LocalCluster) -> dict[Any, Any]:
    assert local.scheduler is not None
    return local.scheduler.tasks


def test_a_worker_killed_in_the_middle_costs_time_and_the_bytes_are_those_of_one_process(
    local: LocalCluster, crew: Cluster, setting: Make
) -> None:
    alone, here = setting("alone"), setting("here")
    run(alone, TASKS, 1, lambda _t: None)
    done: list[Task] = []

    def finished(task: Task) -> None:
        done.append(task)
        if len(done) == 2:
            os.kill(next(iter(local.workers.values())).process.process.pid, signal.SIGKILL)

    with employing(crew.perform):
        run(here, TASKS, 1, finished)
    assert sorted(done) == TASKS
    for task in TASKS:
        assert here.path(task).read_bytes() == alone.path(task).read_bytes()
    until(lambda: not tasks_of(local))  # nothing is left there


def test_ctrl_c_takes_the_tasks_back_and_keeps_what_is_finished(
    local: LocalCluster, crew: Cluster, setting: Make
) -> None:
    here = setting("here")

    def finished(_task: Task) -> None:
        raise KeyboardInterrupt

    with employing(crew.perform), pytest.raises(KeyboardInterrupt):
        run(here, TASKS, 1, finished)
    assert len(unfinished(here, TASKS)) == len(TASKS) - 1
    until(lambda: not tasks_of(local))


def test_a_users_module_needs_no_file_on_the_worker_and_is_blamed_by_its_line(
    crew: Cluster, setting: Make, tmp_path: Path
) -> None:
    module = tmp_path / "own.py"
    module.write_text(FATAL.format(harm="raise ValueError('no such constant')"))
    here = setting("here", "modules: [own.py]\n")
    module.unlink()
    with (
        employing(crew.perform),
        pytest.raises(UserCodeError, match=r"own.py:\d+: in delay: ValueError: no such"),
    ):
        run(here, [Task(Variant("fatal", "per-photo"), 0)], 1, lambda _t: None)


def test_a_night_that_kills_its_workers_is_named_in_a_line(
    crew: Cluster, setting: Make, tmp_path: Path
) -> None:
    harm = "os.kill(os.getpid(), signal.SIGKILL)"
    (tmp_path / "own.py").write_text(FATAL.format(harm=harm))
    here = setting("here", "modules: [own.py]\n")
    with (
        employing(crew.perform),
        pytest.raises(EnsembleError, match="2 workers died while they had night 3 of fatal"),
    ):
        run(here, [Task(Variant("fatal", "per-photo"), 3)], 1, lambda _t: None)


def test_others_versions_and_another_model_are_refused_in_a_line(
    local: LocalCluster, crew: Cluster, setting: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "code_digest", lambda: "another")
    with employing(crew.perform), pytest.raises(ClusterError, match=r"another model .*sim/"):
        run(setting("here"), TASKS[:1], 1, lambda _t: None)
    monkeypatch.setattr(cluster, "version", lambda name: "9.9" if name == "tangguh" else "1")
    with pytest.raises(ClusterError, match=r"tcp://\S+: the scheduler has distributed \S+ \(here"):
        crew.wait()
    seen = crew._client.get_versions()["workers"].popitem()[1]["packages"]
    seen |= {"python": "3.10.1.final.0", "tangguh": None}
    assert cluster._differences(seen, ["tangguh"]).startswith("Python 3.10 (here 3.")
    assert cluster._differences(seen, ["tangguh"]).endswith(", no tangguh")


def test_commands_simulate_there_and_their_results_are_the_same(
    local: LocalCluster, tmp_path: Path
) -> None:
    words = ["run", str(write_small(tmp_path)), "-n", "3", "--no-compare", "--out"]
    assert CliRunner().invoke(app, [*words, str(tmp_path / "here"), "-j", "1"]).exit_code == 0
    there = CliRunner().invoke(
        app, [*words, str(tmp_path / "there"), "--scheduler", local.scheduler_address]
    )
    assert there.exit_code == 0, there.output
    assert f"{local.scheduler_address}: 2 worker(s)" in there.stderr
    for name in ("outcomes.parquet", "summary.json"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_options_that_mean_nothing_together_are_refused(tmp_path: Path) -> None:
    words = ["run", str(write_small(tmp_path)), "--scheduler"]
    for more, said in (
        (["tcp://127.0.0.1:1", "-j", "2"], "--jobs is of this machine"),
        (["slurm"], "say how many workers to ask for"),
    ):
        error = CliRunner().invoke(app, [*words, *more]).exception
        assert said in str(error)


@pytest.mark.parametrize("address", ["127.0.0.1:{closed}", "127.0.0.1:{mute}", "tcp://127.0.0.1"])
def test_an_address_where_no_scheduler_answers_is_a_line(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ANSWERS_WITHIN", 0.3)
    with socket.socket() as mute, socket.socket() as closed:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        closed.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets the port
        ports = {"mute": mute.getsockname()[1], "closed": closed.getsockname()[1]}
        named = address.format(**ports)
        with pytest.raises(ClusterError, match=f"^--scheduler {named}: "), connected(named):
            pass


def test_a_scheduler_without_workers_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, setting: Make
) -> None:
    monkeypatch.setattr(cluster, "WORKERS_WITHIN", 0.2)
    monkeypatch.setattr(cluster, "_LOOK_EVERY", 0.05)
    with (
        LocalCluster(n_workers=0, dashboard_address=":0") as empty,
        connected(empty.scheduler_address) as crew,
    ):
        with pytest.raises(ClusterError, match="no worker within 0 s; start some with `dask"):
            crew.wait()
        with employing(crew.perform), pytest.raises(EnsembleError, match="no worker for 0 s"):
            run(setting("here"), TASKS, 1, lambda _t: None)
        monkeypatch.setattr(crew, "workers", lambda: empty.close() or 1)
        with employing(crew.perform), pytest.raises(EnsembleError, match="has gone"):
            run(setting("here"), TASKS, 1, lambda _t: None)


SBATCH = f"""\
#!{sys.executable}
# what SLURM would do: the job's script runs elsewhere, under a number
import subprocess, sys
if "--account" in open(sys.argv[-1]).read():
    sys.exit("sbatch: error: invalid account")
if "--test-only" in sys.argv:
    sys.exit()
job = subprocess.Popen(["sh", sys.argv[-1]], start_new_session=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
print("Submitted batch job", job.pid)
"""
SCANCEL = f"""\
#!{sys.executable}
import os, signal, sys
os.killpg(int(sys.argv[-1]), signal.SIGKILL)
"""
JOB = {"cores": 2, "memory": "4 GB", "processes": 1, "account": "kpu", "interface": "lo"}


def configured(**changes: object) -> dask.config.set:
    """Dask's configuration of a job."""
    import dask_jobqueue  # noqa: F401  (it puts its defaults there)

    return dask.config.set({f"jobqueue.slurm.{k}": v for k, v in (JOB | changes).items()})


def test_slurm_is_asked_for_workers_as_dasks_configuration_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: Make
) -> None:
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(text)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    refuses = configured(**{"job-extra-directives": ["--account=nobody"]})
    said = pytest.raises(ClusterError, match="slurm: sbatch: error: invalid account; a job")
    with refuses, said, cluster.slurm(1):
        pass
    with configured(), cluster.slurm(1) as crew:
        assert crew.wait() == 1
        with employing(crew.perform):
            run(setting("here"), TASKS[:2], 1, lambda _t: None)
    assert unfinished(setting("here"), TASKS[:2]) == []


def test_a_job_of_slurm_has_a_process_for_each_core(monkeypatch: pytest.MonkeyPatch) -> None:
    with configured(cores=None):
        with pytest.raises(ClusterError, match=r"does not say jobqueue.slurm.cores"):
            slurm_cluster()
        monkeypatch.setenv("PATH", "")
        with pytest.raises(ClusterError, match="there is no sbatch here"), cluster.slurm(1):
            pass
    with configured(cores=8, processes=None):
        made = slurm_cluster()
        script = made.job_script()
        made.close()
    assert "#SBATCH --cpus-per-task=8" in script
    assert "#SBATCH -A kpu" in script
    assert {"--nthreads 1 ", "--nworkers 8 "} <= {f"{a} {b} " for a, b in pairwise(script.split())}


def test_without_the_libraries_of_a_cluster_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = r"pip install 'tangguh\[cluster\]'"
    with pytest.raises(ClusterError, match=said), connected("tcp://127.0.0.1:1"):
        pass
