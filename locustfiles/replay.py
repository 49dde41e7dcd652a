"""The locustfile of a replay::

    locust -f locustfiles/replay.py --scenario FILE --window 20:00-20:10 --host URL

It works with Locust's web page and command line, with ``--processes`` and with ``--master`` and
``--worker`` on several machines; ``tangguh replay`` runs it without a page and compares the result
with a prediction. Users (``-u``) mean nothing here: the scenario says who uploads, and when.

Rule of this file: Locust's hooks, and nothing else.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import gevent
from locust import User, constant, events, task
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from locustfiles.conductor import TO_MASTER, Conductor
from locustfiles.crew import TO_WORKERS, Crew
from locustfiles.lifeline import hold_on
from locustfiles.options import add_options, from_options
from locustfiles.safety import RefusedError
from locustfiles.settings import SettingsError
from locustfiles.targets.messages import TargetError
from locustfiles.web.pages import extend
from sim.attempts import ATTEMPTS
from sim.scenario.inputs import Faults


class Fleet(User):
    """Locust wants a user to be at work; the stations are the replay's own."""

    wait_time = constant(3600)

    @task
    def watch(self) -> None:
        """Nothing to do."""


@events.init_command_line_parser.add_listener
def _options(parser: Any) -> None:
    add_options(parser)


@events.init.add_listener
def _init(environment: Environment, **_: Any) -> None:
    hold_on()
    runner = environment.runner
    options = environment.parsed_options
    if runner is None or options is None:
        return
    try:
        ready = None if isinstance(runner, WorkerRunner) else from_options(options)
    except (SettingsError, RefusedError, TargetError, *Faults) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    if not isinstance(runner, MasterRunner):
        crew = Crew(environment, ready)
        for what in TO_WORKERS:
            runner.register_message(what, _calling(crew, what), concurrent=True)
    if ready is None:
        return
    begun = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    out = Path(options.out or Path("out") / ready.inputs.scenario.name / f"replay-{begun}")
    if (out / ATTEMPTS).exists():
        sys.stderr.write(f"{out}: holds the attempts of another replay; give another --out\n")
        sys.exit(2)

    def ended(code: int) -> None:
        environment.process_exit_code = code
        if options.headless:
            runner.quit()
        elif options.autoquit != -1 and environment.web_ui is not None:
            environment.web_ui.stop()  # with its page Locust ends, and its workers
        else:
            runner.stop()

    conductor = Conductor(environment, ready, out, ended, renews=options.run is None)
    for what in TO_MASTER:
        runner.register_message(what, _receiving(conductor, what), concurrent=True)
    extend(environment, conductor, out)
    leading: list[Any] = []

    @environment.events.test_start.add_listener
    def _start(**_: Any) -> None:
        leading.append(gevent.spawn(conductor.lead))

    @environment.events.test_stopping.add_listener
    def _stopping(**_: Any) -> None:
        conductor.stop()


def _calling(crew: Crew, what: str) -> Any:
    """A listener that lets a worker hear a message, in a greenlet of its own."""

    def listener(environment: Environment, msg: Any, **_: Any) -> None:
        gevent.spawn(crew.hear, what, msg.data)

    return listener


def _receiving(conductor: Conductor, what: str) -> Any:
    def listener(environment: Environment, msg: Any, **_: Any) -> None:
        conductor.receive(what, msg.node_id, msg.data)

    return listener
