"""A gate in YAML: what is predicted or measured, and the thresholds that it must keep.

::

    gate: app-release
    predicted:
      scenario: ../bandarlampung-2020.yaml
      batching: chunks
      thresholds:
        - {measure: failed, at_most: 20%, judge: mean}
        - {measure: arrived, by: 2020-12-10 06:00 WIB, at_least: 50%, in_nights: 80%}
      regression: {measure: failed, worse_by: 1.5%, baseline: app-release.baseline.json}
    measured:
      thresholds:
        - {measure: answer, quantile: 99%, at_most: 2 s}
        - {measure: stored, at_least: 99%}
      regression: {quantile: 95%, worse_by: 25%, baseline: server.baseline.json}

Rule of this file: the type of the file. Its first key is ``gate``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.errors import Problem, ScenarioError, unknown
from sim.scenario.inputs import Inputs, load_inputs
from sim.scenario.loader import Loaded, Section, check
from sim.scenario.model import Title
from sim.scenario.quantities import Seconds, Share
from sim.scenario.source import Item
from study.nights import Variant
from study.objectives import Objective

FIRST_KEY: Final = "gate"
Nights = Annotated[int, Field(ge=2, le=100_000)]


class Threshold(Objective):
    """An objective and how it is judged: ``mean``: the mean over nights; ``nights``: in at least
    the share ``in_nights`` of them."""

    judge: Literal["mean", "nights"] = "nights"

    @model_validator(mode="after")
    def _judged_by_one(self) -> Self:
        if self.judge == "mean" and "in_nights" in self.model_fields_set:
            raise ValueError(
                "is judged by its mean and takes no 'in_nights'; leave one of them out"
            )
        return self


class Regression(Section):
    """Not worse than a stored baseline: fails when the mean of ``measure`` is worse, surely (at the
    gate's error), and by at least ``worse_by`` points of the stations."""

    measure: Literal["arrived", "failed"] = "failed"
    worse_by: Annotated[Share, Field(gt=0)] = 0.015
    baseline: str


class Effort(Section):
    """Nights at the first look, added at a time, and at most."""

    first: Nights = 20
    batch: Nights = 20
    most: Nights = 400

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.most < self.first:
            raise ValueError("'most' is smaller than 'first'")
        return self


class Predicted(Section):
    """What the model says of an app and a server. What is not named is the scenario's own."""

    scenario: str
    policy: str | None = None
    batching: str | None = None
    shaping: str | None = None
    nights: Effort = Effort()
    thresholds: tuple[Threshold, ...] = ()
    regression: Regression | None = None


class MeasuredThreshold(Section):
    """``answer``: a quantile of the seconds from a request's last byte to its answer, real time;
    ``stored``: share of the objects that were acknowledged whole, of those whose fate lay with the
    server (:func:`study.gate.measured.fates`); ``refused``: share of requests answered with a
    status of 500 or more, or 429."""

    measure: Literal["answer", "stored", "refused"]
    quantile: Annotated[Share, Field(gt=0, lt=1)] = 0.99
    at_most: Seconds | Share | None = None
    at_least: Share | None = None

    @model_validator(mode="before")
    @classmethod
    def _unit_fits(cls, asked: Any) -> Any:
        """A time and a share are both numbers once they are read, so the text is looked at."""
        if not isinstance(asked, dict) or asked.get("at_most") is None:
            return asked
        text = str(asked["at_most"]).strip()
        if asked.get("measure") == "answer" and not text[-1:].isalpha():
            raise ValueError(f"'answer' is at most a time, such as '2 s', not '{text}'")
        if asked.get("measure") == "refused" and text[-1:].isalpha():
            raise ValueError(f"'refused' is at most a share, such as '1%', not '{text}'")
        return asked

    @model_validator(mode="after")
    def _limit_fits(self) -> Self:
        limit = self.at_least if self.measure == "stored" else self.at_most
        other = self.at_most if self.measure == "stored" else self.at_least
        if limit is None or other is not None:
            which = "at_least" if self.measure == "stored" else "at_most"
            raise ValueError(f"'{self.measure}' needs '{which}', and only that")
        if self.measure != "answer" and "quantile" in self.model_fields_set:
            raise ValueError(f"'{self.measure}' is a share and has no 'quantile'; leave it out")
        return self


class MeasuredRegression(Section):
    """A quantile of the answers, against a stored run: fails when it is longer, surely, and by at
    least the share ``worse_by``."""

    quantile: Annotated[Share, Field(gt=0, lt=1)] = 0.95
    worse_by: Annotated[Share, Field(gt=0)] = 0.25
    baseline: str


class Measured(Section):
    """What a replay measured; its folder is given by ``tangguh gate --replay``."""

    thresholds: tuple[MeasuredThreshold, ...] = ()
    regression: MeasuredRegression | None = None


class Gate(Section):
    """One gate. ``error``: the chance of a wrong verdict that is accepted, of each threshold."""

    gate: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Title
    error: Annotated[Share, Field(gt=0, lt=0.5)] = 0.05
    predicted: Predicted | None = None
    measured: Measured | None = None

    @model_validator(mode="after")
    def _judges_something(self) -> Self:
        parts = [p for p in (self.predicted, self.measured) if p is not None]
        if not any(p.thresholds or p.regression for p in parts):
            raise ValueError("has no threshold and no regression; such a gate cannot fail")
        return self


def is_gate(tree: Item) -> bool:
    """Is this file a gate?"""
    return isinstance(tree.value, dict) and FIRST_KEY in tree.value


def open_gate(tree: Item, files: list[Path]) -> tuple[Loaded[Gate], Inputs | None, Variant | None]:
    """Check a gate, its scenario, and all that it names.

    Raises
    ------
    ScenarioError : with every problem found.
    """
    loaded = check(tree, files, Gate)
    part = loaded.value.predicted
    if part is None:
        return loaded, None, None
    where = ("predicted", "scenario")
    file = loaded.beside(where, part.scenario)
    if not file.is_file():
        raise ScenarioError([loaded.problem(where, f"there is no file {file}")])
    inputs = load_inputs(file)
    client, problems = inputs.scenario.client, list[Problem]()
    for word, kind in (("policy", "policies"), ("batching", "batchings"), ("shaping", "shapings")):
        name, known = getattr(part, word), getattr(inputs.catalogue, kind)
        if name is not None and name not in known:
            problems.append(loaded.problem(("predicted", word), unknown(word, name, list(known))))
    for i, threshold in enumerate(part.thresholds):
        wrong = threshold.problem(inputs.scenario)
        if wrong:
            problems.append(loaded.problem(("predicted", "thresholds", i), wrong))
    if problems:
        raise ScenarioError(problems)
    variant = Variant(
        part.policy or client.policy, part.batching or client.batching,
        part.shaping or client.shaping,
    )  # fmt: skip
    return loaded, inputs, variant
