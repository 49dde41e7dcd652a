"""Makes docs/policies.md and its picture from the catalogue: ``python docs/make_policies.py``.

A test compares the page with the catalogue, so that it cannot grow old.
"""

from pathlib import Path

from reports.policy_plots import plot_laws
from reports.policy_sheets import Sheet, sheets
from sim.client.retry.presets import PRESETS
from sim.scenario.conduct import BUILT_IN
from study.delays import delay_law

HERE = Path(__file__).parent
TITLES = {"policy": "Retry policies", "batching": "Batchings", "shaping": "Shapings"}
WHAT = {
    "policy": "What the app does after a failure (`--policy`, `client.policy`).",
    "batching": "How photographs become requests (`--batching`, `client.batching`).",
    "shaping": "When a station that is ready may begin (`--shaping`, `client.shaping`).",
}
HEAD = """# The catalogue

<!-- made by docs/make_policies.py from the catalogue itself; do not edit -->

`tangguh policies` lists it, `tangguh policies show NAME` explains an entry with all its constants.
[How to add one](how-to/policies.md). Where a constant is an assumption of ours, its source says so.

Waits of each retry policy when every attempt fails (median, and 5 to 95% of stations; seconds,
against the number of the retry):

![Delay laws of the retry policies](images/policies.svg)
"""


def page() -> str:
    """The page's text."""
    found = sheets(BUILT_IN)
    parts = [HEAD]
    for kind, title in TITLES.items():
        parts.append(f"\n## {title}\n\n{WHAT[kind]}\n\n| name | law | source |\n|---|---|---|\n")
        parts += [row(s) for s in found if s.kind == kind]
    return "".join(parts)


def row(sheet: Sheet) -> str:
    """One entry as a row of the table."""
    law = f"**Unfit for uploads**: {sheet.unfit}. {sheet.law}" if sheet.unfit else sheet.law
    cells = (f"`{sheet.name}`", law, sheet.source)
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |\n"


def main() -> None:
    """Write the page and its picture."""
    (HERE / "policies.md").write_text(page(), encoding="utf-8")
    laws = {name: law for name, p in PRESETS.items() if (law := delay_law(p))}
    plot_laws(laws, HERE / "images" / "policies.svg")


if __name__ == "__main__":
    main()
