"""The real data that lies beside the checkout in `shared/data`. A clone has none: what needs it is skipped there."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
NO_DATA = "the real data (shared/data) is not beside this checkout"
"""Why a test is skipped that needs it."""


def shared(*names: str) -> Path:
    """A file or a folder of the real data; the test is skipped where it is not there."""
    path = SHARED.joinpath(*names)
    if not path.exists():
        pytest.skip(NO_DATA)
    return path
