"""Accepted durable bids a second, two hundred bidders and no watcher: through the engine alone.

Over sockets the same is measured by `bidding.path`, in a hall without watchers.
"""

import json
import os
import subprocess
import sys
from typing import Any

from .client import pin
from .hall import store_of
from .processes import ROOT, SERVER_CORE
from .staging import staged

BIDDERS = 200


def through_the_engine(seconds: float, **environ: str) -> dict[str, Any]:
    """In one process on one core, without sockets. A PostgreSQL server beside it is not counted and not pinned."""
    with staged(BIDDERS, **environ) as stage:
        command = [sys.executable, "-m", "tests.load.engine_loop", stage.cast.sale, str(BIDDERS), str(seconds)]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **stage.environ},
            stdout=subprocess.PIPE,
            check=True,
            timeout=seconds + 60,
            preexec_fn=lambda: pin(SERVER_CORE),
        )
    row = json.loads(done.stdout.splitlines()[-1])
    return {"store": store_of(environ), "through": "engine", "bidders": BIDDERS, **row}
