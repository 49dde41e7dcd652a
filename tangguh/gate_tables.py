"""A gate's verdict as a table, as JUnit XML and as Markdown for a pipeline's page.

Rule of this file: from the summary to text.
"""

from __future__ import annotations

from typing import Any, Final
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table

from reports.chapters.gate import chapter
from reports.document import Text
from reports.document import markdown as as_markdown
from reports.gate_words import interval, is_plain, name, planted, reason, shown, tested
from reports.language import LANGUAGES, Language

_MARK: Final = {"pass": "PASS", "fail": "FAIL", "undecided": "UNDECIDED"}
_TESTED: Final = {"pass": "NOT CAUGHT", "fail": "CAUGHT", "undecided": "NOT CAUGHT"}
_ENGLISH: Final = next(language for language in LANGUAGES if language.code == "en")
Summary = dict[str, Any]


def _title(summary: Summary) -> str:
    return f"{'Self-test of gate' if summary['self_test'] else 'Gate'} {summary['gate']}"


def _row(summary: Summary, line: dict[str, Any], language: Language) -> tuple[str, ...]:
    """A line's cells, but for its verdict."""
    unit = line["unit"]
    what = [planted(line, language)] if summary["self_test"] else []
    return (
        name(line, language), *what, shown(line["estimate"], unit, language),
        interval(line, language), shown(line["limit"], unit, language),
        language.number(line["samples"]),
    )  # fmt: skip


def _said(summary: Summary, language: Language) -> list[str]:
    """What is to be said of lines: of a self-test's all, else of those that do not pass."""
    error = summary["error"]
    if summary["self_test"]:
        return [tested(line, error, language) for line in summary["lines"]]
    return [reason(line, error, language) for line in summary["lines"] if not is_plain(line, False)]


def print_gate(summary: Summary) -> None:
    """The table, then one line for each that is not as it should be, then the verdict."""
    console = Console()
    table = Table(title=_title(summary))
    more = ("planted",) if summary["self_test"] else ()
    for column in ("threshold", *more, "estimate", "bounds", "limit", "samples", "verdict"):
        left = column in ("threshold", "planted", "verdict")
        table.add_column(column, justify="left" if left else "right")
    marks = _TESTED if summary["self_test"] else _MARK
    for line in summary["lines"]:
        table.add_row(*_row(summary, line, _ENGLISH), marks[line["verdict"]])
    console.print(table)
    for said in _said(summary, _ENGLISH):
        console.print(said, soft_wrap=True, highlight=False, markup=False)
    for wrong in summary["wrong"]:
        console.print(f"the replay is not valid: {wrong}", soft_wrap=True, highlight=False)
    for part in summary["not_judged"]:
        console.print(f"not judged: {part} (no --replay was given)", highlight=False)
    console.print(f"Verdict: {summary['verdict'].upper()}", highlight=False)


def junit(summary: Summary) -> str:
    """One test case a threshold; an undecided one is an error, not a failure.

    Of a self-test a case fails if the planted effect was not caught.
    """
    lines, good = summary["lines"], "fail" if summary["self_test"] else "pass"
    say = tested if summary["self_test"] else reason
    failures = [line["verdict"] != good and not _is_error(summary, line) for line in lines]
    errors = [_is_error(summary, line) for line in lines]
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(
        suites, "testsuite", name=f"tangguh {_title(summary).lower()}",
        tests=str(len(lines) + bool(summary["wrong"])), failures=str(sum(failures)),
        errors=str(sum(errors) + bool(summary["wrong"])), skipped="0",
    )  # fmt: skip
    for line, failed, wrong in zip(lines, failures, errors, strict=True):
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"{summary['gate']}.{line['kind']}",
            name=name(line, _ENGLISH),
        )  # fmt: skip
        if failed or wrong:
            why = say(line, summary["error"], _ENGLISH)
            found = ElementTree.SubElement(
                case, "failure" if failed else "error", message=why, type=line["verdict"]
            )
            found.text = why
    if summary["wrong"]:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"{summary['gate']}.measured", name="the replay is valid"
        )
        found = ElementTree.SubElement(case, "error", message=summary["wrong"][0], type="invalid")
        found.text = "\n".join(summary["wrong"])
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _is_error(summary: Summary, line: dict[str, Any]) -> bool:
    return line["verdict"] == "undecided" and not summary["self_test"]


def markdown(summary: Summary) -> str:
    """For a pipeline's page: the chapter in Indonesian, and in English to be unfolded."""
    title = f"{_title(summary)}: {summary['verdict'].upper()}"
    indonesian, english = (_in_language(title, summary, language) for language in LANGUAGES)
    return f"{indonesian}\n<details><summary>English</summary>\n\n{english}\n</details>\n\n"


def _in_language(title: str, summary: Summary, language: Language) -> str:
    its = chapter(summary, language)
    blocks = [Text(its.answer, "answer"), Text(its.recommendation), *its.blocks]
    return as_markdown(title, blocks)
