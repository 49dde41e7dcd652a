"""A server for a whole file of tests, and one that is attacked; each test uses its own stations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server import attacking
from tests.server.running import Running, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("server"), "--max-body", "1 MB") as server:
        yield server


@pytest.fixture(scope="package")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One for all attacks: what an attack leaves behind is the next one's to meet."""
    with attacking.attacked(tmp_path_factory.mktemp("attacked")) as server:
        yield server


@pytest.fixture
def unharmed(attacked: Running) -> Iterator[None]:
    """For :data:`pytestmark` of a file of attacks."""
    with attacking.unharmed(attacked):
        yield
