"""The server with one defect, so that a test can be shown to see it. DEFECT names it: EARLY answers before the commit,
NORMAL does not sync at every commit (`synchronous=NORMAL`), RAISES stumbles over every second message."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from auction.base import runtime

runtime.patch("eventlet")

import itertools  # noqa: E402 - after the runtime is patched, as in app.py
import time  # noqa: E402

from auction.cli.main import main  # noqa: E402
from auction.database.store import Store  # noqa: E402
from auction.engine.engine import Engine  # noqa: E402
from auction.engine.promise import Promise  # noqa: E402
from auction.sockets import messages  # noqa: E402

sound_commit, sound_take, sound_decide, sound_keep = Store._commit, Engine._take, Engine._decide, Promise.keep
sound_init, sound_read = Store.__init__, messages.read
numbers = itertools.count()


def take(self, sale, inbox):
    taken = sound_take(self, sale, inbox)
    self.promises = [promise for _, promise in taken]
    return taken


def decide(self, book, orders, known):
    batch = sound_decide(self, book, orders, known)
    for promise, answer in zip(self.promises, batch.answers, strict=True):
        promise.keep(answer)
    return batch


def keep(self, value):
    if self._pending.locked():  # the engine will keep it once more
        sound_keep(self, value)


def commit(self, connection):
    time.sleep(0.03)  # the answers are on their way, the disk is not asked yet
    sound_commit(self, connection)


def careless(self, *arguments, **options):
    sound_init(self, *arguments, **options)
    with self._writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA synchronous=NORMAL")


def stumble(schema, data):
    if next(numbers) % 2:
        raise RuntimeError("a secret defect")
    return sound_read(schema, data)


if os.environ["DEFECT"] == "RAISES":
    messages.read = stumble
if os.environ["DEFECT"] == "EARLY":
    Engine._take, Engine._decide, Store._commit, Promise.keep = take, decide, commit, keep
if os.environ["DEFECT"] == "NORMAL":
    Store.__init__ = careless

if __name__ == "__main__":
    main()
