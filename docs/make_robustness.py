"""Fills the tables of docs/robustness.md: ``python docs/make_robustness.py``.

What is fuzzed and how comes from the fuzzer itself, the counts from the campaigns that were run
(tests/robustness/campaigns.json, written by ``python -m tests.robustness.fuzz --json``), and each
fault names its tests, which must exist. A test compares the page with what this says.
"""

import ast
import json
import re
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from tests.robustness.command import MEMORY, SECONDS  # noqa: E402
from tests.robustness.mutations import KINDS  # noqa: E402
from tests.robustness.subjects import SUBJECTS, Subject  # noqa: E402
from tests.server.attacks import ATTACKS  # noqa: E402

PAGE = HERE / "robustness.md"
CAMPAIGNS = ROOT / "tests" / "robustness" / "campaigns.json"
SHIPPED = {
    "shipped": "everything in `scenarios/`",
    "targets": "everything in `locustfiles/targets/`",
}
CLEAN = ("refused", "taken", "judged")

FAULTS = (
    (
        "kill -9 of `run`, `compare`, `calibrate`, `plan` or `gate` while it writes a file; "
        "the same command again",
        "it goes on; results are the same to the byte; no finished night is simulated again",
        "robustness/test_killed.py::test_a_command_that_is_killed_goes_on_and_ends_as_if_noth"
        "ing_had_been",
    ),
    (
        "kill -9 of a command with worker processes",
        "they end at once",
        "robustness/test_killed.py::test_workers_do_not_outlive_a_command_that_is_killed",
    ),
    (
        "kill -9 of a worker process",
        "its night is done again",
        "study/test_ensemble.py::test_a_killed_worker_costs_time_only",
    ),
    (
        "workers that always die",
        "one line, exit 3",
        "study/test_ensemble.py::test_workers_that_always_die_end_in_an_error_not_in_a_loop",
    ),
    (
        "kill -9 of `replay`",
        "Locust and its workers end, nothing more is sent, what was measured is kept",
        "tangguh/test_replay.py::test_a_replay_that_is_killed_sends_nothing_more_and_what_it_"
        "measured_is_kept",
    ),
    (
        "kill -9 of one of Locust's workers",
        "the replay ends and is not valid, exit 3",
        "tangguh/test_replay.py::test_a_worker_that_is_killed_in_mid_replay_makes_the_run_invalid",
    ),
    (
        "Ctrl-C of a replay, of a grid, of nights on a cluster",
        "exit 130; what is finished is kept",
        "tangguh/test_replay.py::test_ctrl_c_ends_everything_at_once",
        "tangguh/test_grid.py::test_an_interrupted_grid_goes_on_where_it_was",
        "study/test_cluster.py::test_ctrl_c_takes_the_tasks_back_and_keeps_what_is_finished",
    ),
    (
        "kill -9 of a worker of a cluster",
        "its night is done again by another one",
        "study/test_cluster.py::test_a_worker_killed_in_the_middle_costs_time_and_the_bytes_a"
        "re_those_of_one_process",
    ),
    (
        "a night that kills every worker of a cluster",
        "one line names it, exit 3",
        "study/test_cluster.py::test_a_night_that_kills_its_workers_is_named_in_a_line",
    ),
    (
        "a scheduler that does not answer, is none, or goes; no workers",
        "one line within a minute, exit 2 or 3",
        "study/test_cluster.py::test_an_address_where_no_scheduler_answers_is_a_line",
        "study/test_cluster.py::test_a_scheduler_without_workers_is_not_waited_for_for_ever",
    ),
    (
        "other versions, or another model, on a cluster",
        "one line says which, exit 2",
        "study/test_cluster.py::test_others_versions_and_another_model_are_refused_in_a_line",
    ),
    (
        "two commands in one folder",
        "the second is refused: who holds it, and since when",
        "robustness/test_killed.py::test_a_folder_in_use_says_by_whom_and_is_free_when_that_o"
        "ne_was_killed",
        "tangguh/test_replay.py::test_a_replay_that_is_killed_sends_nothing_more_and_what_it_"
        "measured_is_kept",
    ),
    (
        "the clock is set back; two commands begin in one second",
        "each has a folder of its own",
        "robustness/test_killed.py::test_folders_get_names_of_their_own_whatever_the_clock_does",
    ),
    (
        "the clock is set while a replay runs",
        "nothing moves; durations are on the monotonic clock",
        "locustfiles/test_clock.py::test_a_step_of_the_wall_clock_after_the_beginning_moves_n"
        "othing",
    ),
    (
        "the disk fills up, or may not be written to: run, compare, import, init, devices",
        "one line names the file, exit 2; no half file is left; with room it goes on",
        "robustness/test_disk.py::test_a_run_that_fills_the_disk_says_so_and_goes_on_where_"
        "there_is_room",
        "robustness/test_disk.py::test_other_commands_say_so_too",
    ),
    (
        "the disk fills up during a replay",
        "it stops sending and says so, exit 2; what was measured is kept",
        "robustness/test_disk.py::test_a_replay_that_fills_the_disk_ends_and_says_so",
    ),
    (
        "a kept night is damaged or cut off",
        "it is simulated again",
        "study/test_ensemble.py::test_only_what_is_missing_or_damaged_is_simulated_again",
    ),
)
"""What is tried, what happens, and the tests that try it."""


def page() -> str:
    """The page with its tables filled anew."""
    text = PAGE.read_text(encoding="utf-8")
    for maker in (subjects, mutations, faults, attacks):
        name, made = maker.__name__, maker()
        place = re.compile(rf"(<!-- made: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        assert place.search(text), f"{PAGE} has no place for {name}"
        text = place.sub(lambda found, made=made: f"{found[1]}\n{made}\n{found[2]}", text)
    return text


def subjects() -> str:
    """What is fuzzed, by which command, and what became of the cases."""
    kept = json.loads(CAMPAIGNS.read_text(encoding="utf-8"))
    total: Counter[str] = Counter()
    rows = []
    for name, command, its in _groups():
        counts: Counter[str] = Counter()
        for subject in its:
            for seed in kept.values():
                counts.update(seed.get(subject.name, {}))
        total += counts
        faulty = counts.total() - sum(counts[verdict] for verdict in CLEAN)
        rows.append((name, its[0].kind, f"`{command}`", counts.total(),
                     counts["taken"] + counts["judged"], counts["refused"], faulty))  # fmt: skip
    faulty = total.total() - sum(total[verdict] for verdict in CLEAN)
    head = ("file", "as", "command", "cases", "taken", "refused", "faults")
    return (
        f"{total.total():,} cases by seeds {', '.join(sorted(kept, key=int))}: "
        f"{total['taken'] + total['judged']:,} were taken (a broken file may still be right), "
        f"{total['refused']:,} refused in lines with a place, {faulty} ended otherwise. A case has "
        f"{SECONDS:.0f} s and {MEMORY / 1e9:.0f} GB.\n\n" + _table(head, rows)
    )


def _groups() -> list[tuple[str, str, list[Subject]]]:
    found = []
    for folder, words in SHIPPED.items():
        its = [s for s in SUBJECTS if s.folder == folder]
        found.append((f"{words} ({len(its)} files)", "validate", its))
    for subject in SUBJECTS:
        if subject.folder not in SHIPPED:
            found.append((subject.name, subject.words[0], [subject]))
    return found


def mutations() -> str:
    """How a file is broken."""
    rows = []
    every = {m.__name__: m for kind in KINDS.values() for m in kind}
    for name, mutation in every.items():
        kinds = [kind for kind, its in KINDS.items() if mutation in its]
        what = " ".join((mutation.__doc__ or "").split())
        assert what, f"{name} says nothing"
        rows.append((name, ", ".join(kinds), what))
    return f"{len(rows)} ways:\n\n" + _table(("way", "of", "what"), rows)


def faults() -> str:
    """What else is tried, and which test tries it."""
    rows = []
    for what, becomes, *tests in FAULTS:
        for test in tests:
            _check_exists(test)
        files = dict.fromkeys(test.split("::")[0] for test in tests)
        rows.append((what, becomes, ", ".join(f"`tests/{name}`" for name in files)))
    return f"{len(rows)} faults:\n\n" + _table(("fault", "what happens", "tried in"), rows)


def attacks() -> str:
    """What is tried against the server, and which test tries it."""
    rows = []
    for what, becomes, bound, tests in ATTACKS:
        for test in tests:
            _check_exists(f"server/{test}")
        files = dict.fromkeys(test.split("::")[0] for test in tests)
        rows.append((what, becomes, bound, ", ".join(f"`{name}`" for name in files)))
    return f"{len(rows)} attacks:\n\n" + _table(("attack", "becomes", "bound", "tried in"), rows)


def _check_exists(test: str) -> None:
    file, name = test.split("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    known = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert name in known, f"there is no test {test}"


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
