"""What a run left out: said in one line at its end, and with REQUIRE_ALL=1 a failure.

Two reasons are always good: the real data that lies beside the checkout is not there, and the long counts, which
`make test-long` runs with LONG=1.
"""

import os
import re
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

from tests.data import NO_DATA, SHARED

LONG = re.compile(r"\bLONG=1\b")


def is_good(reason: str) -> bool:
    """Whether a test may be skipped for this reason although everything is required."""
    return bool(LONG.search(reason) or (reason == NO_DATA and not SHARED.is_dir()))


def reason_of(report: Any) -> str:
    """Why a test was skipped."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return str(reason).removeprefix("Skipped: ")


def _judged(report: Any) -> Any:
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("REQUIRE_ALL") == "1":
        reason = reason_of(report)
        if not is_good(reason):
            report.outcome = "failed"
            report.longrepr = f"REQUIRE_ALL=1, and this was skipped: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """A test that was skipped without a good reason has failed, where everything is required."""
    return _judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """The same for a whole file."""
    return _judged((yield))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for everything that was left out."""
    reasons = Counter(reason_of(report) for report in terminalreporter.stats.get("skipped", []))
    if reasons:
        said = "; ".join(f"{reason} ({count})" for reason, count in reasons.most_common())
        terminalreporter.write_line(f"Skipped: {said}")
