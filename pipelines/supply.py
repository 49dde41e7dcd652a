"""What tangguh is made of, and what is known against it: ``python3 dev.py sbom``, ``dev.py audit``.

``sbom`` writes CycloneDX 1.6 (https://cyclonedx.org) of the run-time dependencies as they are
installed: cyclonedx-py describes the whole environment, and what only developers need is taken out.
It is refused where the environment is not what constraints.txt pins. What is pinned for other
platforms only is not in it.

``audit`` asks the Python Packaging Advisory Database (pip-audit) about every pin. pip-audit ends
with "no known vulnerabilities" also where it was told nothing about any package; so its answers are
counted here, and silence is not taken for good news.

Rule of this file: it runs in the environment that it describes, and imports nothing of ours.
Exit codes: 0 fine, 1 something is known against a pin, 2 it could not be found out.
"""

# ruff: noqa: T201  # what is printed is for whoever called dev.py

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any, Final, NoReturn

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parent.parent
PINS: Final = ROOT / "constraints.txt"
PROJECT: Final = ROOT / "pyproject.toml"
_LINE: Final = 100  # characters of what a tool has said that are passed on


def needs(name: str, extras: Iterable[str] = ()) -> set[tuple[str, tuple[str, ...]]]:
    """What a package needs on this platform: names and the extras that are asked for."""
    found: set[tuple[str, tuple[str, ...]]] = set()
    for text in distribution(name).requires or ():
        wanted = Requirement(text)
        asked = [{"extra": extra} for extra in ("", *extras)]
        if wanted.marker is None or any(wanted.marker.evaluate(one) for one in asked):
            found.add((canonicalize_name(wanted.name), tuple(sorted(wanted.extras))))
    return found


def closure(first: Iterable[tuple[str, tuple[str, ...]]]) -> set[str]:
    """Packages, what they need, what those need, and so on."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    waiting = list(first)
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting.extend(needs(*one))
    return {name for name, _ in seen}


def runtime() -> set[str]:
    """What tangguh needs to run."""
    return closure(needs("tangguh"))


def pins(text: str) -> dict[str, str]:
    """Versions by package of a file of constraints, as they hold for this Python and platform."""
    lines = [Requirement(line) for line in text.splitlines() if line and line[0] != "#"]
    return {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in lines
        if one.marker is None or one.marker.evaluate()
    }


def not_as_pinned(pinned: dict[str, str], names: Iterable[str]) -> list[str]:
    """Packages that are installed in another version than the pinned one, or are not pinned."""
    return [
        f"{name} {version(name)} (pinned: {pinned.get(name, 'no')})"
        for name in sorted(names)
        if version(name) != pinned.get(name)
    ]


def bill(whole: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """A bill of materials of some packages out of that of the whole environment."""
    kept = [c for c in whole["components"] if canonicalize_name(c["name"]) in names]
    by_name: dict[str, str] = {canonicalize_name(c["name"]): c["bom-ref"] for c in kept}
    root = whole["metadata"]["component"]["bom-ref"]
    edges = {root: needs("tangguh")} | {ref: needs(name) for name, ref in by_name.items()}
    graph = [
        {"ref": ref, "dependsOn": sorted({by_name[n] for n, _ in more if n in by_name})}
        for ref, more in edges.items()
    ]
    whole["metadata"]["component"]["version"] = version("tangguh")
    return {**whole, "components": kept, "dependencies": graph}


def sbom(out: Path) -> int:
    """Write it; the exit code."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    try:
        names = runtime()
    except PackageNotFoundError as error:
        fail(f"{error.name} is not installed; python3 dev.py setup installs it")
    if wrong := not_as_pinned(pins(PINS.read_text(encoding="utf-8")), names):
        fail(f"not as constraints.txt has it: {', '.join(wrong)}; python3 dev.py setup mends it")
    command = ["cyclonedx_py", "environment", "--pyproject", str(PROJECT), "--sv", "1.6"]
    done = _tool([*command, "--output-reproducible", "--no-validate", sys.executable])
    if done.returncode:
        fail(f"cyclonedx-py: {_last(done.stderr)}")
    text = json.dumps(bill(json.loads(done.stdout), names), indent=1, ensure_ascii=False) + "\n"
    if invalid := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        fail(f"what was made is no CycloneDX 1.6: {str(invalid)[:_LINE]}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{out}: {error.strerror}")
    print(f"{out}: CycloneDX 1.6, valid, {len(names)} packages at run time")
    return 0


def audit() -> int:
    """Ask; the exit code."""
    asked = ["-r", str(PINS), "--no-deps", "--disable-pip", "-f", "json"]
    done = _tool(["pip_audit", *asked, "--progress-spinner", "off"])
    try:
        answers = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return silence(f"pip-audit: {_last(done.stderr)}")
    return judged(answers, runtime())


def judged(answers: list[dict[str, Any]], at_run_time: set[str]) -> int:
    """What pip-audit's answers come to, a line each that matters; the exit code."""
    silent = [a["name"] for a in answers if "skip_reason" in a]
    known = [(a, v) for a in answers for v in a.get("vulns", ())]
    if len(silent) == len(answers):
        return silence(f"nothing was told about any of {len(answers)} packages")
    for answer, found in known:
        when = "run time" if canonicalize_name(answer["name"]) in at_run_time else "development"
        fixed = ", ".join(found.get("fix_versions", ())) or "no version"
        print(f"{answer['name']} {answer['version']} ({when}): {found['id']}, mended in {fixed}")
    heard = len(answers) - len(silent)
    print(f"audit: {len(known)} known vulnerabilities in {heard} packages")
    if known:
        return 1
    if silent:
        return silence(f"nothing was told about {', '.join(silent)}")
    return 0


def silence(why: str) -> int:
    """One line, and the exit code of not knowing."""
    print(f"audit: could not ask the advisory database: {why}", file=sys.stderr)
    return 2


def fail(why: str) -> NoReturn:
    """One line, and the end."""
    print(f"sbom: {why}", file=sys.stderr)
    sys.exit(2)


def _tool(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def _last(text: str) -> str:
    lines = text.strip().splitlines() or ["no word"]
    return lines[-1][:_LINE]


def main() -> int:
    """``python -m pipelines.supply sbom|audit``."""
    parser = argparse.ArgumentParser(prog="dev.py", description=(__doc__ or "").splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("audit", help="what is known against the pins")
    made = verbs.add_parser("sbom", help="CycloneDX of the run-time dependencies")
    made.add_argument("--output", type=Path, default=ROOT / "out" / "sbom.cdx.json")
    wanted = parser.parse_args()
    return audit() if wanted.verb == "audit" else sbom(wanted.output)


if __name__ == "__main__":
    sys.exit(main())
