"""The house rules that no linter knows: what may stand in a file of this repository, and how long.

The words that are looked for are put together from parts, so that this file passes its own rule.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 350
NOT_OURS = {".git", ".venv", "out", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}

REGISTRIES = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.", "deb" + "ian.org"]
INDEX_OPTIONS = ["index" + "-url", "find" + "-links", "trusted" + "-host"]
HOSTS = re.compile("|".join(map(re.escape, REGISTRIES + INDEX_OPTIONS)))
# A folder of somebody's machine; not the tail of an address such as example.org/home/x.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home|Users|opt|tmp)/\w")


def repository_files() -> list[Path]:
    """What is committed or about to be; in an unpacked archive, what lies there."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    asked = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if asked.returncode == 0:
        found = [ROOT / name for name in asked.stdout.split("\0") if name]
    else:
        found = [p for p in ROOT.rglob("*") if not NOT_OURS & set(p.relative_to(ROOT).parts)]
    return [path for path in found if path.is_file()]


def breaches(text: str) -> list[str]:
    """The registry hosts, index options and machine paths in a text."""
    return [*HOSTS.findall(text), *MACHINE_PATH.findall(text)]


def test_no_file_names_a_registry_or_a_folder_of_somebodys_machine() -> None:
    found = []
    for path in repository_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture or a trace
            continue
        for number, line in enumerate(text.splitlines(), 1):
            found += [f"{path.relative_to(ROOT)}:{number}: {word}" for word in breaches(line)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "see " + "https://" + "py" + "pi.org/simple",
        "--extra-" + "index" + "-url file:x",
        "open('/" + "home/somebody/x.csv')",
        "cd /" + "tmp/x",
    ],
)
def test_a_registry_or_a_machine_path_is_found(text: str) -> None:
    assert breaches(text)


@pytest.mark.parametrize("text", ["https://example.org/home/page", "sim/work/x", "a/tmp/b"])
def test_an_address_that_only_looks_like_one_is_left_alone(text: str) -> None:
    assert breaches(text) == []


def test_no_python_file_is_longer_than_a_reader_can_hold() -> None:
    too_long = {
        str(path.relative_to(ROOT)): length
        for path in repository_files()
        if path.suffix == ".py"
        and (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert too_long == {}


def test_every_pin_is_a_name_and_a_version_and_nothing_else() -> None:
    pin = re.compile(r"[a-z0-9-]+==[0-9][\w.!+]*( ; [^;/@]+)?")
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 50
    assert [line for line in lines if not pin.fullmatch(line)] == []


def test_everything_that_is_asked_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [project["dependencies"], *project["optional-dependencies"].values()]
    names = {re.split(r"[\[<>=!~ ;]", line)[0].lower() for group in asked for line in group}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert names - {line.split("==")[0] for line in lines} == set()


def make_rules() -> dict[str, list[str]]:
    """Each target of the Makefile with the lines of its recipe."""
    rules: dict[str, list[str]] = {}
    target = ""
    for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines():
        if head := re.match(r"([a-z]+):", line):
            target = head[1]
            rules[target] = []
        elif line.startswith("\t"):
            rules[target].append(line.strip())
    return rules


def test_every_verb_of_make_is_a_verb_of_dev_and_the_other_way_round() -> None:
    rules = make_rules()
    del rules["help"]
    assert set(rules) == set(dev.VERBS)
    for target, recipe in rules.items():
        assert len(recipe) == 1, target
        assert re.fullmatch(rf"\$\(DEV\) {target}( \$\(ARGS\))?", recipe[0]), target


def test_ci_ends_with_the_test_command_of_the_readme() -> None:
    steps = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()
    assert steps[-1] == "python3 dev.py test"
    readme = ROOT / "README.md"
    assert not readme.exists() or steps[-1] in readme.read_text(encoding="utf-8")


def test_a_python_that_is_too_old_can_still_read_dev_py() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 7))
    first = next(node for node in tree.body if isinstance(node, ast.If))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert "version_info" in ast.unparse(first.test)
    assert first.lineno < functions[0].lineno


def test_dev_py_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    names = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    names += [str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)
