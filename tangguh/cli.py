"""The front door: the commands, and what every error of a user looks like.

Exit codes: 0 fine, 1 a gate failed, 2 wrong input, 3 the run is not valid, 130 interrupted.
"""

from __future__ import annotations

import sys

import typer

from tangguh import __version__
from tangguh.arrivals import arrivals
from tangguh.calibrate import calibrate
from tangguh.compare import compare
from tangguh.devices import devices
from tangguh.engine import by_an_engine
from tangguh.evidence import evidence
from tangguh.gate import gate
from tangguh.import_ import app as imports
from tangguh.init import init
from tangguh.model_card import model_card
from tangguh.plan import plan
from tangguh.policies import app as policies
from tangguh.refit import refit
from tangguh.replay import replay
from tangguh.replay_report import replay_report
from tangguh.report import report
from tangguh.run import run
from tangguh.scheduler import on_many_machines
from tangguh.schema import schema
from tangguh.sensitivity import sensitivity
from tangguh.serve import serve
from tangguh.truths import truths
from tangguh.validate import validate
from tangguh.validate_progress import validate_progress

app = typer.Typer(
    name="tangguh",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Will the results arrive? Predict election-night uploads, compare policies, replay them.",
)
for command in (
    run, compare, plan, gate, calibrate, sensitivity, model_card, evidence, validate_progress,
    arrivals, truths, replay, replay_report, report, refit, serve, devices, validate, init, schema,
):  # fmt: skip
    app.command()(on_many_machines(by_an_engine(command)))
app.add_typer(policies, name="policies")
app.add_typer(imports, name="import")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tangguh {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True),
) -> None:
    """Nothing to do: the option does it."""


def main() -> None:
    """Run a command; a fault of the input is one line a fault, exit code 2, never a traceback."""
    try:
        app()
    except Exception as error:
        message, code = _judged(error)
        if not message:
            raise
        sys.exit(_fail(message, code))


def _judged(error: Exception) -> tuple[str, int]:
    """What a user is told of an error, and the exit code; an empty text for an error of ours.

    The errors' own modules are imported here, so that a command loads only what it uses.
    """
    from sim.scenario.errors import UserFaultError
    from sim.scenario.inputs import Faults
    from study.ensemble import EnsembleError
    from tangguh.ensembles import InterruptedRunError

    match error:
        case _ if isinstance(error, Faults):
            return str(error), 2
        case UserFaultError():
            return f"tangguh: {error}", 2
        case InterruptedRunError():
            return f"tangguh: {error}", 130
        case EnsembleError():
            return f"tangguh: {error}", 3
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return f"tangguh: {where}{error.strerror}; what was finished is kept", 2
    return "", 1


def _fail(message: str, code: int) -> int:
    from sim.scenario.errors import printable

    print(printable(message), file=sys.stderr)
    return code
