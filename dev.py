"""The day's verbs: `python3 dev.py setup|run|test|lint|check|bench|docs|pins|sbom|audit|clean`.

Idea: a fresh machine that has only Python makes its own environment, once, and then runs what was
asked for inside it. uv does the work where it is on the path, venv and pip where it is not.

Rule of this file: the standard library only, and no syntax younger than Python 3.6, so that an old
Python reaches the line that says that it is too old.

Exit codes: those of the command that was run; 2 where the environment cannot be made.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

OLDEST = (3, 11)
if sys.version_info < OLDEST:
    found = ".".join(map(str, sys.version_info[:3]))
    need = f"dev.py: tangguh needs Python 3.11 or newer; {sys.executable} is {found}"
    print(need, file=sys.stderr)
    sys.exit(2)

try:
    import fcntl
except ImportError:  # Windows; two set-ups at the same moment are then the user's to avoid
    fcntl = None  # type: ignore[assignment]  # a module or nothing

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / ".made-from"
PINS = ROOT / "constraints.txt"
SCENARIO = "scenarios/bandarlampung-2020.yaml"
SOURCES = (
    "dev.py", "tangguh", "sim", "study", "reports", "locustfiles", "server", "benchmarks",
    "pipelines",
)  # fmt: skip
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".coverage", "build")
NO_TESTS = 5  # pytest's exit code where its arguments select none
NO_NETWORK = (
    "temporary failure in name resolution",
    "name or service not known",
    "failed to lookup address",
    "nodename nor servname",
    "getaddrinfo failed",
    "dns error",
    "network is unreachable",
    "connection refused",
    "failed to establish a new connection",
    "error sending request",
    "failed to fetch",
    "connecttimeout",
)


# --- the environment ---------------------------------------------------------------------------


def fail(message: str) -> NoReturn:
    """Ends with one line on stderr; 2 is the exit code of wrong input and wrong machines."""
    print("dev.py: " + message, file=sys.stderr)
    sys.exit(2)


def say(message: str) -> None:
    print("dev.py: " + message, file=sys.stderr, flush=True)


def recipe() -> str:
    """What the environment is made from: a change of any of it makes a new set-up necessary."""
    digest = hashlib.sha256()
    for path in (ROOT / "pyproject.toml", PINS):
        digest.update(path.read_bytes() + b"\0")
    return "python {}.{} {}".format(*sys.version_info[:2], digest.hexdigest())


def stamp() -> str:
    return STAMP.read_text().strip() if STAMP.is_file() else ""


def answers(*command: str) -> bool:
    """Whether the environment's Python runs at all (one that was moved or upgraded does not)."""
    quiet = subprocess.DEVNULL
    try:
        return subprocess.call([str(PYTHON), *command], stdout=quiet, stderr=quiet) == 0
    except OSError:
        return False


def installing(command: list[str]) -> None:
    """Runs an installer; its words are passed on and read, to tell a lost network from the rest."""
    lines = []
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            sys.stderr.write(line)
            lines.append(line.lower())
    if process.returncode:
        if any(phrase in line for line in lines for phrase in NO_NETWORK):
            fail("no package index could be reached; the first set-up needs a network")
        fail("the set-up stopped (see above); the next call starts it again")


def base_python() -> str:
    """The Python outside any environment, so that an environment is never made from itself."""
    return getattr(sys, "_base_executable", None) or sys.executable


def make(uv: str | None) -> None:
    """An empty environment, in place of whatever was there."""
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    if uv:
        # --seed gives it a pip, for people who look for one, and for days without uv.
        installing([uv, "venv", "--quiet", "--seed", "--python", base_python(), str(VENV)])
        return
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        fail("this Python has no venv; on Debian and Ubuntu: apt install python3-venv")
    installing([base_python(), "-m", "venv", str(VENV)])


def setup() -> None:
    """Makes the environment, or repairs it, or finds that there is nothing to do."""
    wanted = recipe()
    if stamp() == wanted and answers("-c", ""):
        return
    uv = shutil.which("uv")
    same_python = stamp().split()[:2] == wanted.split()[:2]
    # A stamp means that the last set-up came to its end: only then are new pins put on top of it.
    if not (same_python and answers("-c", "" if uv else "import pip")):
        say("making .venv with " + ("uv" if uv else "venv and pip") + " ...")
        make(uv)
    STAMP.unlink(missing_ok=True)
    say("installing the pinned packages (about 80 MB the first time) ...")
    what = ["-c", str(PINS), "-e", str(ROOT) + "[dev]"]
    if uv:
        installing([uv, "pip", "install", "--quiet", "--python", str(PYTHON), *what])
    else:
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
        installing([*pip, "install", "--quiet", *what])
    STAMP.write_text(wanted + "\n")
    say("ready: .venv")


def ensure() -> None:
    """`setup`, one process at a time: a test run and a commit hook may both find it missing."""
    with Path(__file__).open() as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        setup()


# --- running inside it --------------------------------------------------------------------------


def surroundings() -> dict[str, str]:
    """The environment variables of an activated environment."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
    env["VIRTUAL_ENV"] = str(VENV)
    env["PATH"] = str(BIN) + os.pathsep + env.get("PATH", "")
    return env


def become(*command: str) -> NoReturn:
    """Runs the last command of a verb: its signals and its exit code are then its own."""
    line = [str(PYTHON), "-m", *command]
    os.chdir(ROOT)
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(subprocess.call(line, env=surroundings()))
    os.execve(line[0], line, surroundings())


def each(*commands: list[str], fine: tuple[int, ...] = ()) -> NoReturn:
    """Runs them all, so that one run shows every complaint; ends with the first failure's code.
    Codes in ``fine`` are failures only if every command ends with one of them."""
    codes = []
    for command in commands:
        say(" ".join(command))
        codes.append(subprocess.call([str(PYTHON), "-m", *command], cwd=ROOT, env=surroundings()))
    bad = [code for code in codes if code and code not in fine]
    if not bad and not any(code == 0 for code in codes):
        bad = codes
    # A command ended by a signal has a negative code; shells say 128 + the signal's number.
    sys.exit((bad[0] if bad[0] > 0 else 128 - bad[0]) if bad else 0)


def present(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if (ROOT / name).exists()]


# --- the verbs ----------------------------------------------------------------------------------


def verb_setup(args: list[str]) -> None:
    """make .venv, or bring it up to date"""
    ensure()
    say("the environment is up to date")


def verb_run(args: list[str]) -> None:
    """predict the night of 9 December 2020 (arguments go to `tangguh run`)"""
    ensure()
    become("tangguh", "run", SCENARIO, *args)


def verb_test(args: list[str]) -> None:
    """the whole test suite on all cores (arguments go to pytest)"""
    ensure()
    # One run where the user says which tests, how many processes, or wants a debugger.
    if any(arg.startswith(("-n", "--numprocesses", "--pdb", "--trace", "-m")) for arg in args):
        become("pytest", *args)
    spread = ["-n", "logical", "--dist", "worksteal", "-m", "not realtime"]
    # Those that drive a server in real time come last, with the machine to themselves.
    each(["pytest", *spread, *args], ["pytest", "-m", "realtime", *args], fine=(NO_TESTS,))


def verb_lint(args: list[str]) -> None:
    """format, and mend what can be mended (writes)"""
    ensure()
    each(["ruff", "format", *args], ["ruff", "check", "--fix", *args])


def verb_check(args: list[str]) -> None:
    """format, lint and types, for CI (writes nothing)"""
    ensure()
    types = ["mypy", *present(SOURCES), "tests"]
    each(["ruff", "format", "--check"], ["ruff", "check"], types)


def verb_bench(args: list[str]) -> None:
    """benchmarks, peers side by side (arguments go to `python -m benchmarks`)"""
    ensure()
    become("benchmarks", *args)


def verb_docs(args: list[str]) -> None:
    """run every command that the documentation shows (arguments go to pytest)"""
    ensure()
    become("pytest", "-m", "docs", *args)


def verb_pins(args: list[str]) -> None:
    """write constraints.txt anew; `pins --upgrade` takes the newest of everything"""
    with tempfile.TemporaryDirectory() as scratch:
        uv = shutil.which("uv")
        if not uv:
            say("fetching uv, which resolves for all platforms at once ...")
            target = Path(scratch) / "uv"
            installing([base_python(), "-m", "pip", "install", "-q", "--target", str(target), "uv"])
            uv = str(target / "bin" / "uv")
        options = "--universal --python-version 3.11 --no-header --no-annotate --strip-extras"
        where = ["--extra", "dev", "--output-file", str(PINS), str(ROOT / "pyproject.toml")]
        installing([uv, "pip", "compile", "--quiet", *options.split(), *args, *where])


def verb_sbom(args: list[str]) -> None:
    """write what tangguh is made of, as CycloneDX (--output FILE)"""
    ensure()
    become("pipelines.supply", "sbom", *args)


def verb_audit(args: list[str]) -> None:
    """ask what is known against the pinned packages (needs a network)"""
    ensure()
    become("pipelines.supply", "audit", *args)


def verb_clean(args: list[str]) -> None:
    """remove .venv and caches; results in out/ stay"""
    if Path(sys.prefix).resolve() == VENV.resolve():
        fail("called with .venv's own Python; call it with the system's")
    for path in [VENV, *(ROOT / name for name in CACHES), *ROOT.rglob("__pycache__")]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.exists() or path.is_symlink():
            path.unlink()


VERBS = {
    "setup": verb_setup,
    "run": verb_run,
    "test": verb_test,
    "lint": verb_lint,
    "check": verb_check,
    "bench": verb_bench,
    "docs": verb_docs,
    "pins": verb_pins,
    "sbom": verb_sbom,
    "audit": verb_audit,
    "clean": verb_clean,
}


def usage() -> str:
    return "python3 dev.py VERB [ARGS]\n\n" + "\n".join(
        f"  {name:<6} {verb.__doc__}" for name, verb in VERBS.items()
    )


def main(argv: list[str]) -> None:
    if argv[:1] in (["-h"], ["--help"], ["help"]):
        print(usage())
        return
    if not argv or argv[0] not in VERBS:
        print(usage(), file=sys.stderr)
        sys.exit(2)
    VERBS[argv[0]](argv[1:])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
