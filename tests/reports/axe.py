"""axe-core in a page that a browser has open (Deque's rules for WCAG; axe_core_python ships it)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_core_python

_SOURCE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_RUN = """
document.querySelectorAll(
  ".page[hidden], svg[role=img] > :not(title, desc), tbody tr:nth-child(n + 4)"
).forEach(e => e.remove());
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(done, e => done({error: String(e)}));
"""


def faults(browser: Any) -> list[str]:
    """The serious and critical faults of what is shown, one line each; empty if there is none.

    axe's time grows with the square of a page. So what nobody can see or hear is taken away before,
    the other language and the shapes inside of pictures (WAI-ARIA: an image has no children), and
    so are rows of tables after the third, which are made like the first three.
    """
    browser.execute_script(_SOURCE)
    browser.set_script_timeout(30)
    found = browser.execute_async_script(_RUN)
    assert "error" not in found, found
    return [
        f"{v['id']}: {node['target']} {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]
