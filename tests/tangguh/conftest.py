"""The browser of the pages, for commands that make them."""

from tests.reports.conftest import browser

__all__ = ["browser"]
