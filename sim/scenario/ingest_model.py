"""What the model knows of a real server that a replay drives, as YAML of its own.

A request with a body of ``b`` megabytes is answered after::

    wait for one of ``workers``  +  (service + per_megabyte * b) * X  +  overhead

``X`` has mean 1 and the law of ``service_law``; the overhead (network, framework) occupies no
worker. ``tangguh refit`` estimates all of it from the log of a replay. Times are those of the
server's own clock; a replay at speed K multiplies them (:func:`sim.ingest.build.build_ingest`).

Rule of this file: the file's type, its reading and its writing. Units: seconds of real time; a
megabyte is 10^6 bytes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.loader import Loaded, Section, read
from sim.scenario.quantities import SECONDS_KIND, Number, Seconds
from sim.scenario.source import Item

MEGABYTE: Final = 1e6
Whole = Annotated[int, Field(ge=1, le=10_000_000)]


class IngestModel(Section):
    """A server in a handful of numbers.

    Attributes
    ----------
    workers : requests that are worked on at a time.
    queue : most complete requests that wait for a worker; null: no limit was seen.
    slots : most connections that may send at a time; null: no limit was seen.
    service : mean work of a request with an empty body.
    per_megabyte : mean work of each megabyte of the body.
    service_law, cv : the law of the work around its mean; ``cv``, its coefficient of variation, is
        for ``lognormal`` only.
    overhead : from the end of the work to the answer, and the way of both; no worker is occupied.
    early_duplicates : is an upload that is stored already answered before its body is sent?
    deadline : longest wait for a worker before the server gives a request up; null: none was seen.
    fitted_from : where the numbers come from.
    """

    ingest: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    workers: Whole
    queue: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    slots: Whole | None = None
    service: Seconds
    per_megabyte: Seconds = 0.0
    service_law: Literal["deterministic", "exponential", "lognormal"] = "exponential"
    cv: Number | None = None
    overhead: Seconds = 0.0
    early_duplicates: bool = False
    deadline: Seconds | None = None
    fitted_from: str = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.service_law == "lognormal":
            if self.cv is None or self.cv <= 0:
                raise ValueError("a lognormal service_law needs a 'cv' of more than 0")
        elif self.cv is not None:
            raise ValueError(f"'cv' is for a lognormal service_law, not for {self.service_law}")
        if self.service + self.per_megabyte <= 0:
            raise ValueError("'service' and 'per_megabyte' are both 0; a request is some work")
        return self


def is_ingest_model(tree: Item) -> bool:
    """Is this file the model of a server rather than a scenario?"""
    return isinstance(tree.value, dict) and "ingest" in tree.value


def read_ingest_model(path: Path) -> Loaded[IngestModel]:
    """Read and check a file.

    Raises
    ------
    ScenarioError : with every problem found.
    """
    return read(path, IngestModel)


def to_yaml(model: IngestModel, notes: dict[str, str] | None = None) -> str:
    """A model as the text of its file; it is read back to the same model, to four digits.

    Parameters
    ----------
    notes : a comment behind a field, such as the interval of its estimate.
    """
    lines = []
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name in ("service", "per_megabyte", "overhead", "deadline") and value is not None:
            text = SECONDS_KIND.show(value)
        elif value is None:
            text = "null"
        elif isinstance(value, bool):
            text = str(value).lower()
        elif isinstance(value, str):
            text = value if value and value.replace("-", "").isalnum() else json.dumps(value)
        else:
            text = f"{value:.4g}" if isinstance(value, float) else str(value)
        if name == "cv" and value is None:
            continue
        note = (notes or {}).get(name, "")
        lines.append(f"{name}: {text}" + (f"  # {note}" if note else ""))
    return "\n".join(lines) + "\n"
