"""The server as it is, which tells what only a look for circles would free: once the file CIRCLES_ASKED is there, it
writes CIRCLES_TOLD, a JSON object of how many of each type there were since the start."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from auction.base import runtime

runtime.patch("eventlet")

import gc  # noqa: E402 - after the runtime is patched, as in app.py
import json  # noqa: E402
import os  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from collections import Counter  # noqa: E402

from auction.cli.main import main  # noqa: E402


def tell() -> None:
    asked, told = Path(os.environ["CIRCLES_ASKED"]), Path(os.environ["CIRCLES_TOLD"])
    while not asked.exists():
        time.sleep(0.05)
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    unfinished = told.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(Counter(type(each).__name__ for each in gc.garbage)))
    unfinished.rename(told)


gc.disable()
threading.Thread(target=tell, daemon=True).start()
main()
