"""A campaign: so many cases of each subject, and what became of them.

    python -m tests.robustness.fuzz --cases 200 --seed 1 [--subject NAME] [--json FILE]

Case ``n`` of a subject is a function of seed, subject and ``n``; each fault is printed with its
command, and with ``--keep FOLDER`` its file is kept there. ``--json FILE`` keeps the counts of each
seed beside those of others, for docs/robustness.md.

Rule of this file: counting; what is right is judged in :mod:`tests.robustness.command`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.conftest import ROOT
from tests.robustness.command import Ended, carry_out, fault
from tests.robustness.mutations import KINDS, NONSENSE
from tests.robustness.subjects import SUBJECTS, Subject, the_file
from tests.robustness.templates import Template


@dataclass(frozen=True, slots=True)
class Case:
    """One broken file, and how its command ended."""

    subject: Subject
    number: int
    mutations: tuple[str, ...]
    broken: bytes
    ended: Ended
    fault: str
    seconds: float

    @property
    def verdict(self) -> str:
        """For counting: the exit code, or the fault."""
        return self.fault or {0: "taken", 2: "refused"}.get(self.ended.code, "judged")


def cases(template: Template, subject: Subject, count: int, seed: int) -> Iterator[Case]:
    """The first ``count`` cases of a subject."""
    for number in range(count):
        yield one(template, subject, number, seed)


def one(template: Template, subject: Subject, number: int, seed: int) -> Case:
    """One case; a pure function of its arguments, as far as the commands are."""
    chance = Random(f"{seed} {subject.name} {number}")
    chosen = [chance.choice(KINDS[subject.kind]) for _ in range(1 if chance.random() < 0.8 else 3)]
    whole = the_file(template.folder(subject.folder), subject.file).read_bytes()
    broken = whole
    for mutation in chosen:
        broken = mutation(broken, chance)
    with template.copy(subject.folder, template.base / "case") as folder:
        file = the_file(folder, subject.file)
        file.write_bytes(broken)
        began = time.monotonic()
        ended = carry_out(subject.words)
        seconds = time.monotonic() - began
        named = sorted({p.name for p in folder.rglob("*") if p.is_file()} | {*subject.words[1:2]})
    nonsense = subject.strict and broken != whole and chosen[-1] in NONSENSE
    found = fault(ended, named, nonsense=nonsense)
    return Case(subject, number, tuple(m.__name__ for m in chosen), broken, ended, found, seconds)


def say(line: str) -> None:
    """To whoever runs a campaign by hand."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def campaign(
    subjects: Sequence[Subject], count: int, seed: int, keep: Path | None
) -> dict[str, Counter[str]]:
    """Cases of every subject; faults are printed as they come."""
    counts: dict[str, Counter[str]] = {}
    with TemporaryDirectory(prefix="tangguh-fuzz-") as base:
        template = Template(Path(base).resolve())
        for subject in subjects:
            began = time.monotonic()
            tally = counts.setdefault(subject.name, Counter())
            seen: Counter[str] = Counter()
            for case in cases(template, subject, count, seed):
                tally[case.verdict] += 1
                if case.fault:
                    _tell(case, seen, keep)
            took = time.monotonic() - began
            say(f"{subject.name}: {dict(tally)} in {took:.1f} s")
    return counts


def _tell(case: Case, seen: Counter[str], keep: Path | None) -> None:
    """A fault, the first time that it looks like this."""
    trace = case.ended.escaped.strip().splitlines()
    places = [line.strip() for line in trace if line.strip().startswith("File ")]
    key = case.fault + (places[-1] if places else case.ended.err[-300:])
    seen[key] += 1
    if seen[key] > 1:
        return
    say(f"  FAULT {case.subject.name} #{case.number} {case.mutations}: {case.fault}")
    if trace:
        ours = [line for line in places if str(ROOT) in line and "/lib/" not in line]
        say("    " + "\n    ".join([*ours[-3:], trace[-1][:300]]))
    else:
        say(f"    code {case.ended.code}: {case.ended.err[:600]!r} {case.ended.out[-200:]!r}")
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        name = f"{case.subject.name}-{case.number}".replace(" ", "-").replace("/", "-")
        (keep / name).write_bytes(case.broken)


def record(file: Path, seed: int, counts: dict[str, Counter[str]]) -> None:
    """Keep the counts of a campaign: ``{seed: {subject: {verdict: count}}}``."""
    kept = json.loads(file.read_text()) if file.exists() else {}
    kept.setdefault(str(seed), {}).update({k: dict(sorted(v.items())) for k, v in counts.items()})
    file.write_text(json.dumps(kept, indent=1) + "\n")


def _main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.robustness.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=50, help="of each subject")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--subject", help="only those whose name contains it")
    parser.add_argument("--keep", type=Path, help="folder for files that made a fault")
    parser.add_argument("--json", type=Path, help="file for the counts")
    given = parser.parse_args()
    chosen = [s for s in SUBJECTS if given.subject is None or given.subject in s.name]
    keep = given.keep.resolve() if given.keep else None
    counts = campaign(chosen, given.cases, given.seed, keep)
    total = sum((Counter(c) for c in counts.values()), Counter())
    say(f"all: {total.total()} cases, {dict(total)}")
    if given.json:
        record(given.json, given.seed, counts)
    return int(any(k not in ("taken", "refused", "judged") for k in total))


if __name__ == "__main__":
    sys.exit(_main())
