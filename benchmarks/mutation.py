"""Mutation score: ``python -m benchmarks.mutation``, from the result files of mutmut.

mutmut 3 (https://mutmut.readthedocs.io) changes one thing of a function at a time (an operator, a
number, a string, an argument, a branch) and runs the tests that call this function. A mutant that
no test notices is a gap in the tests, or changes nothing that matters.

Writes docs/mutation.md: a table a package, and every survivor's class. A class is given by rule
(:func:`rule`) or by hand, with its reason, in benchmarks/mutation.csv.

Rule of this file: it counts what mutmut wrote (``mutants/**/*.meta``: exit codes of pytest;
``.spans``: the lines of each mutant) and judges nothing that is not stated on the page.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scipy import stats

ROOT: Final = Path(__file__).parent.parent
JUDGED: Final = ROOT / "benchmarks" / "mutation.csv"
PAGE: Final = ROOT / "docs" / "mutation.md"

KILLED: Final = frozenset({1, 3})  # a test failed, or pytest itself
TIMED_OUT: Final = frozenset({24, 36, 152, 255, -24})  # SIGXCPU, or the driver's own limit
UNTESTED: Final = frozenset({5, 33})  # no test calls the function
_NUMBER: Final = re.compile(r"__mutmut_(\d+|orig)")
_TIES: Final = {("<", "<="), (">", ">=")}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mutant.

    Attributes
    ----------
    name : as mutmut calls it.
    file : the source, relative to the repository.
    code : exit code of the tests; None: not run.
    before, after : the lines that differ, stripped; empty unless it survived.
    """

    name: str
    file: str
    code: int
    before: str = ""
    after: str = ""

    @property
    def outcome(self) -> str:
        """``killed``, ``timed out``, ``no test`` or ``survived``."""
        if self.code in KILLED:
            return "killed"
        if self.code in TIMED_OUT:
            return "timed out"
        return "no test" if self.code in UNTESTED else "survived"


def mutants(tree: Path, also: Mapping[str, int]) -> Iterator[Mutant]:
    """The mutants of a run that were tested.

    Parameters
    ----------
    tree : the folder in which mutmut ran.
    also : exit codes of later runs against further tests; they replace those of mutmut.
    """
    folder = tree / "mutants"
    for meta in sorted(folder.rglob("*.meta")):
        source = meta.with_suffix("")
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        if not any(code is not None for code in codes.values()):
            continue
        spans = json.loads(Path(f"{source}.spans").read_text(encoding="utf-8"))["spans"]
        lines = source.read_text(encoding="utf-8").splitlines()
        for name, code in codes.items():
            if code is None:
                continue
            found = Mutant(name, str(source.relative_to(folder)), also.get(name, code))
            if found.outcome == "survived":
                own = name.rsplit(".", 1)[1]
                bodies = [
                    [_NUMBER.sub("", line) for line in lines[spans[key][0] - 1 : spans[key][1]]]
                    for key in (_NUMBER.sub("__mutmut_orig", own), own)
                ]
                found = Mutant(name, found.file, found.code, *_difference(*bodies))
            yield found


def _difference(before: list[str], after: list[str]) -> tuple[str, str]:
    lines = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]
    return (
        " ".join(line[1:].strip() for line in lines if line.startswith("-")),
        " ".join(line[1:].strip() for line in lines if line.startswith("+")),
    )


def rule(before: str, after: str) -> str:
    """The class of a survivor that a rule gives; empty if none does."""
    if before.startswith("raise ") or "rejects.add(" in before:
        return "wording or place of an error"
    if any(word in before for word in ("strict=", "encoding=", "errstate(", "dtype=")):
        old, new = (
            re.sub(r",?\s*(strict|encoding|dtype|divide)=[^,)]*,?", "", s) for s in (before, after)
        )
        if re.sub(r"[\s,]", "", old) == re.sub(r"[\s,]", "", new):
            return "a safeguard's own argument"
    tokens = [re.findall(r"[<>]=?|[^<>]+", s) for s in (before, after)]
    if len(tokens[0]) == len(tokens[1]):
        changed = [(a, b) for a, b in zip(*tokens, strict=True) if a != b]
        if len(changed) == 1 and {changed[0], changed[0][::-1]} & _TIES:
            return "a tie of two numbers"
    return ""


def judged() -> dict[tuple[str, str, str], str]:
    """What was judged by hand: file, before and after to the reason why nothing is to be tested."""
    with JUDGED.open(encoding="utf-8", newline="") as file:
        return {(r["file"], r["before"], r["after"]): r["reason"] for r in csv.DictReader(file)}


def class_of(mutant: Mutant, by_hand: Mapping[tuple[str, str, str], str]) -> str:
    """The class of a survivor; ``not equivalent`` if neither rule nor hand says otherwise."""
    reason = by_hand.get((mutant.file, mutant.before, mutant.after))
    return reason or rule(mutant.before, mutant.after) or "not equivalent"


def package(file: str) -> str:
    """The row of the table: a folder, or for a module of ``study`` itself the module."""
    parts = Path(file).parts
    return "/".join(parts[:2]) if len(parts) > 2 else file


def table(found: Iterable[Mutant], by_hand: Mapping[tuple[str, str, str], str]) -> str:
    """The table, Markdown."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for mutant in found:
        for name in (package(mutant.file), "**all**"):
            rows[name][mutant.outcome] += 1
            if mutant.outcome == "survived" and class_of(mutant, by_hand) != "not equivalent":
                rows[name]["equivalent"] += 1
    names = sorted(rows, key=lambda name: (name == "**all**", name))
    lines = [
        "| package | mutants | killed | timed out | survived | of these looked at, equivalent | "
        "no test | score | without the equivalent |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in names:
        row = rows[name]
        size = row["killed"] + row["timed out"] + row["survived"] + row["no test"]
        caught = row["killed"] + row["timed out"]
        lines.append(
            f"| {name} | {size} | {row['killed']} | {row['timed out']} | {row['survived']} | "
            f"{row['equivalent']} | {row['no test']} | {caught / size:.1%} | "
            f"{caught / max(size - row['equivalent'], 1):.1%} |"
        )
    return "\n".join(lines)


def classes(found: Iterable[Mutant], by_hand: Mapping[tuple[str, str, str], str]) -> str:
    """How many survivors each class has, Markdown."""
    counted = Counter(class_of(m, by_hand) for m in found if m.outcome == "survived")
    lines = [f"| {name} | {count} |" for name, count in counted.most_common()]
    return "\n".join(["| why it survived | mutants |", "|---|---|", *lines])


def wilson(found: Iterable[Mutant]) -> tuple[float, float]:
    """95% interval of the score (Wilson 1927)."""
    outcomes = [m.outcome in ("killed", "timed out") for m in found]
    interval = stats.binomtest(sum(outcomes), len(outcomes)).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def main() -> None:
    """Read the results, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    parser.add_argument("--sim", type=Path, required=True, help="where mutmut ran on sim")
    parser.add_argument("--study", type=Path, required=True, help="where it ran on study's sample")
    parser.add_argument("--sample", type=Path, required=True, help="JSON: population, seed, sample")
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="JSON: mutant, exit code")
    parser.add_argument("--made", required=True, help="date, and the commit of the sources")
    given = parser.parse_args()
    also = {k: v for file in given.also for k, v in json.loads(file.read_text("utf-8")).items()}
    by_hand = judged()
    sample = json.loads(given.sample.read_text("utf-8"))
    chosen = frozenset(sample["sample"])
    sim = list(mutants(given.sim, {}))
    study = [m for m in mutants(given.study, also) if m.name in chosen]
    low, high = wilson(study)
    PAGE.write_text(
        HEAD.format(made=given.made)
        + f"\n## sim/network and sim/client, every mutant\n\n{table(sim, by_hand)}\n\n"
        + f"{classes(sim, by_hand)}\n"
        + "\n## study, a sample\n\n"
        + f"{len(chosen)} of {sample['population']:,} mutants, drawn with seed {sample['seed']}"
        + (f", {len(study)} of them run; " if len(study) < len(chosen) else "; ")
        + f"95% interval of the score {low:.1%} to {high:.1%} (Wilson).\n\n"
        + f"{table(study, by_hand)}\n\n{classes(study, by_hand)}\n\n{TAIL}",
        encoding="utf-8",
    )
    print(PAGE.read_text(encoding="utf-8"))


HEAD: Final = """# Mutation score

Do the tests notice when the code is wrong? mutmut 3.8.1 changes one thing of a function at a time
and runs the tests that call this function. Made {made}
by `python -m benchmarks.mutation` from mutmut's result files. The target is 85%.

Score: killed and timed out, of all mutants. Survivors were looked at one by one in `sim`; those
that change nothing that matters are called equivalent: by a rule of `benchmarks/mutation.py`
(wording or place of an error, a safeguard's own argument, a tie of two numbers), or by hand
with a reason in `benchmarks/mutation.csv`. The last column leaves them out.
"""

TAIL: Final = """\
Scope of `study`: statistics, selection, delays, queue_fit, measures, patchwork, evidence, effects,
calibration (betabinomial, posterior, features), sensitivity (indices, value), progress, importers,
replay. Left out: everything else in `study`, and the rooms above it. Survivors of `study` were
classed by rule only, so that its last column is a lower bound. Tests were written after an earlier
sample (seed 20201209, 600 mutants, 61% of them killed by the quick tests of `tests/study` as they
were); the sample on this page was drawn afterwards, and further tests came after it. What is
weakest: summaries of importers and replays whose keys no test names, and the rows of
validate-progress.

## Doing it again

mutmut rewrites sources, so it runs in a clone of its own, with `[tool.mutmut]` in pyproject.toml:

    source_paths = ["sim", "study"]
    only_mutate = ["sim/network/*.py", "sim/client/*.py", "sim/client/*/*.py"]
    also_copy = ["tangguh", "reports", "locustfiles", "server", "benchmarks", "scenarios", "docs"]
    pytest_add_cli_args_test_selection = ["tests/sim/client", "tests/sim/network"]
    timeout_constant = 3.0
    timeout_multiplier = 10.0

then `mutmut run --max-children 2`, and for `study` with its own files, `tests/study` without its
slowest tests, and the names of the sample as arguments. Functions that only a command reaches (it
runs as a process of its own) show no test there; they are run again, with the mutant's name in the
environment variable MUTANT_UNDER_TEST, against the tests of that command (`--also`). mutmut leaves
out decorated functions (properties) and what stands outside functions (constants, presets). Some
tests draw their examples at random (hypothesis), so a few mutants come out differently next time.
"""

if __name__ == "__main__":
    main()
