"""A page beside Locust's own: the predicted curves, and the measured ones over them as they grow.

Locust's page is extended at the points that it offers: a blueprint of routes, and a link among its
downloads. Everything comes from this process, so the page works offline.

Rule of this file: routes and what they answer; nothing is counted here.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, jsonify
from locust.env import Environment

from locustfiles.conductor import Conductor
from locustfiles.web.course import PARTS, Course
from sim.attempts import from_row

_HERE: Final = Path(__file__).parent
_REPORTED_WITHIN: Final = 1.0
"""Seconds until an attempt is in the log: workers report every half second, and the way there."""
PREDICTION: Final = "predicted.jsonl"  # as `tangguh replay` leaves it before anything is sent


class Watcher:
    """What the page asks for.

    Parameters
    ----------
    prediction : the log of the predicted attempts; without such a file nothing is drawn behind.
    """

    def __init__(self, conductor: Conductor, prediction: Path) -> None:
        self._conductor = conductor
        self._model: Course | None = None
        if prediction.exists():
            self._model = self._course()
            with prediction.open(encoding="utf-8") as lines:
                self._model.add(from_row(json.loads(line)) for line in lines)
        self._real, self._rows, self._seen = self._course(), conductor.rows, 0

    def _course(self) -> Course:
        settings = self._conductor.ready.settings
        return Course(settings.begins, settings.ends, settings.speed)

    def state(self) -> dict[str, Any]:
        """The curves; the measured ones up to the last part that is over."""
        conductor, settings = self._conductor, self._conductor.ready.settings
        if conductor.rows is not self._rows:  # it was started once more
            self._real, self._rows, self._seen = self._course(), conductor.rows, 0
        new = self._rows[self._seen :]
        self._seen += len(new)
        self._real.add(from_row(row) for row in new)
        lasts = (settings.ends - settings.begins) / settings.speed
        begun = time.monotonic() - conductor.begins
        gone = min(max(begun, 0.0), lasts) if conductor.begins else 0.0
        known = gone if gone == lasts else max(gone - _REPORTED_WITHIN, 0.0)
        return {
            "running": bool(conductor.begins),
            "lasts": lasts,
            "gone": gone,
            "parts": PARTS,
            "predicted": self._model.curves() if self._model else None,
            "measured": self._real.curves(int(PARTS * known / lasts)),
        }


def extend(environment: Environment, conductor: Conductor, folder: Path) -> None:
    """Add the page to Locust's web server; with a login of Locust's it wants the same login."""
    web = environment.web_ui
    if web is None or web.app is None:
        return
    watcher = Watcher(conductor, folder / PREDICTION)
    pages = Blueprint("replay", __name__)

    @pages.route("/replay")
    @web.auth_required_if_enabled
    def page() -> Response:
        return Response((_HERE / "replay.html").read_text(encoding="utf-8"), mimetype="text/html")

    @pages.route("/replay/state")
    @web.auth_required_if_enabled
    def state() -> Response:
        return jsonify(watcher.state())

    web.app.register_blueprint(pages)
    web.template_args["extended_csv_files"] = [
        {"href": "/replay", "title": "Terprediksi dan terukur / predicted and measured"}
    ]
