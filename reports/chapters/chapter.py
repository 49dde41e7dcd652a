"""A chapter: what one kind of result says, first to those who decide, then to those who build.

Rule of this file: data only. A kind's own file makes it from a summary, for one language; the
renderers (:mod:`reports.report`, :mod:`reports.pdf`) know chapters and no kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reports.document import Block, Figure
from reports.language import Language


@dataclass(frozen=True, slots=True)
class Chapter:
    """``answer`` and the three below it are whole sentences and make page one; a report has no room
    for more than about 60 words each. Any but the answer may be empty.

    ``certainty`` says how sure that is and why; ``would_change`` what one would have to learn to
    decide otherwise; ``blocks`` are for engineers, their headings from level 2 on.
    """

    title: str
    answer: str
    recommendation: str = ""
    certainty: str = ""
    would_change: str = ""
    blocks: Sequence[Block] = ()

    @property
    def figures(self) -> list[Figure]:
        """Its pictures, in order."""
        return [block for block in self.blocks if isinstance(block, Figure)]


Maker = Callable[[dict[str, Any], Language], Chapter]
