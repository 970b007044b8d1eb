"""The engine's tests once more, as its production runtime runs it: every thread a greenlet of eventlet's."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__)
OF_OTHER_PROCESSES = ("test_runtimes.py", "test_keys.py")
"""Those that start commands: no runtime of this process matters to them."""
PROGRAM = """
import sys
from auction.base import runtime
assert runtime.patch("eventlet") == "eventlet"
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


def test_the_engine_holds_in_eventlet_too():
    ignored = [f"--ignore={HERE.parent / each}" for each in OF_OTHER_PROCESSES]
    plain = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider"]
    command = [sys.executable, "-c", PROGRAM, *plain, *ignored, str(HERE.parent)]
    done = subprocess.run(command, cwd=HERE.parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]
    assert " passed" in done.stdout
