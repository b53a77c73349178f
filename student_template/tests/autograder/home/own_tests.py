"""A student's own tests, beside the checks: a library that one of their files asks for in vain."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from autograder.sandbox.inside.standins import DISPLAY_ONLY, UNAVAILABLE


class OwnTests:
    """A pytest plugin that tells in a sentence why a file of theirs was not run."""

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Put the sentence in place of pytest's traceback through the import."""
        report = yield
        failure = report.call.excinfo.value if report.failed and report.call.excinfo else None
        if library := _lacking(failure and failure.__cause__):
            file = collector.path.relative_to(collector.config.rootpath).as_posix()
            report.longrepr = (
                f"{file} was not run: it imports {library}, which this Python does not have. The "
                f"checks do without it; for your own tests: python -m pip install {library}"
            )
        return report


def _lacking(failure: BaseException | None) -> str:
    """The library that an import did not find, if it is one that students know; else nothing."""
    if not isinstance(failure, ModuleNotFoundError):
        return ""
    library = (failure.name or "").partition(".")[0]
    return library if library in UNAVAILABLE | DISPLAY_ONLY else ""
