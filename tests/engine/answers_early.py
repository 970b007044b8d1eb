"""The server with one defect, so that the kill test can be shown to see it: answers go out before the commit."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from auction import runtime

runtime.patch("eventlet")

import time  # noqa: E402 - after the runtime is patched, as in app.py

from auction.cli import main  # noqa: E402
from auction.engine import Engine  # noqa: E402
from auction.promise import Promise  # noqa: E402
from auction.store import Store  # noqa: E402

sound_commit, sound_take, sound_decide, sound_keep = Store._commit, Engine._take, Engine._decide, Promise.keep


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


Engine._take, Engine._decide, Store._commit, Promise.keep = take, decide, commit, keep

if __name__ == "__main__":
    main()
