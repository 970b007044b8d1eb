"""The one place that knows which runtime the process lives in: eventlet, gevent or plain threads.

`app.py` calls `patch()` before anything else is imported. All other code uses `threading`, `queue` and `time.sleep`,
which the patch has made cooperative, and `offload` for what would hold up everybody else.
"""

import _socket
import _thread
import ctypes
import gc
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
native_lock = _thread.allocate_lock
"""The system's own lock, unpatched. In the green runtimes hold it only over steps that do not switch."""
KernelSocket = _socket.socket
"""The system's own socket, which no runtime makes cooperative."""
RUNTIMES = ("eventlet", "gevent", "threading")
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""As malloc.h names them."""
BIG_BLOCK_BYTES = 2**20
SLICE_S = 0.001
"""With the step that is under way when it is over: less than five milliseconds also on a slow machine."""
_ASK_EVERY_S = 0.02
"""How often another process is asked whether it has ended."""
state: dict[str, Any] = {"mode": "threading", "offload": None}


class OtherProcess(Protocol):
    """A process that was started, as `subprocess.Popen` gives it. This module may not load that before `patch`."""

    def poll(self) -> int | None:
        """Its status; None while it runs."""

    def kill(self) -> None:
        """End it."""


def patch(wanted: str | None = None) -> str:
    """Make the process cooperative as AUCTION_ASYNC_MODE says and return the mode that holds.

    Raises SystemExit with a sentence where the setting is none of the three.
    """
    mode = wanted or os.environ.get("AUCTION_ASYNC_MODE", "eventlet")
    if mode not in RUNTIMES:
        sys.exit(f"AUCTION_ASYNC_MODE must be one of {', '.join(RUNTIMES)}, not {mode!r}")
    if mode == "eventlet" and sys.version_info >= (3, 13):
        sys.stderr.write("eventlet does not hold on Python 3.13: running on gevent instead\n")
        mode = "gevent"
    state["mode"] = mode
    give_memory_back()
    if mode == "eventlet":
        _patch_eventlet()
    elif mode == "gevent":
        _patch_gevent()
    return mode


def mode() -> str:
    """The runtime that holds."""
    return str(state["mode"])


def offload(work: Callable[..., T], *args: Any) -> T:
    """Run blocking work in an operating-system thread and wait for it without holding up the others."""
    run = state["offload"]
    return work(*args) if run is None else run(work, *args)


def spawn(work: Callable[[], None]) -> None:
    """Let work go on beside the caller: in a greenlet if the runtime has them, else in a thread."""
    start = state.get("spawn")
    if start is None:
        _thread.start_new_thread(work, ())
    else:
        start(work)


def end_of(process: OtherProcess, at_most_s: float) -> int:
    """Wait for another process without holding up the others, and end it when its time is over. Returns its status."""
    give_up_s = time.monotonic() + at_most_s
    while (status := process.poll()) is None:
        if time.monotonic() > give_up_s:
            process.kill()
        time.sleep(_ASK_EVERY_S)
    return status


def await_data(descriptor: int, for_s: float | None) -> None:
    """Wait in the loop's own order until a socket has something to read. Raises TimeoutError after `for_s`, if given.

    A green socket reads what is there without waiting. So a client that says more would go before others who came
    first. With threads there is no loop, and the reading itself waits.
    """
    wait = state.get("await_data")
    if wait is not None:
        wait(descriptor, for_s)


class Slices:
    """Work of the one loop cut into slices. A bid that arrives in the middle waits only a few milliseconds."""

    def __init__(self) -> None:
        self._until_s = time.perf_counter() + SLICE_S

    def breathe(self) -> None:
        """Let the others go on where the slice is over."""
        if time.perf_counter() >= self._until_s:
            time.sleep(0)
            self._until_s = time.perf_counter() + SLICE_S


def give_memory_back() -> None:
    """Let glibc give big blocks back to the system when they are freed, and keep few pools of small ones.

    Left alone it learns to keep blocks as big as those that were freed, in a pool for each thread: the 19 MiB of every
    password that was checked stayed, once for each of the threads that take turns at it.
    """
    with suppress(AttributeError, OSError):  # another C library has no such thing, and no such habit
        limit = ctypes.CDLL(None).mallopt
        limit(M_MMAP_THRESHOLD, BIG_BLOCK_BYTES)
        limit(M_ARENA_MAX, 2)


def spare_what_stays() -> None:
    """Once everything is loaded: never look again through what will not become garbage, and look seldom at the rest.
    With thousands of sockets a full look would stop everybody for a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


@contextmanager
def nothing_circular() -> Iterator[None]:
    """Stop Python's search for cycles while events are folded. Folding makes none, and the search takes a third of its
    time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


class _Later:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


def lazily(name: str) -> Any:
    """A module that is loaded at its first use. It is for big ones that few processes need."""
    return _Later(name)


def _patch_eventlet() -> None:
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eventlet  # noqa: PLC0415 - only this runtime may load it, and before everything else
        import eventlet.hubs.epolls  # noqa: PLC0415
        import eventlet.tpool  # noqa: PLC0415
        from eventlet.hubs import use_hub  # noqa: PLC0415

        from .eventlet_hub import Hub  # noqa: PLC0415
    if Hub.is_available():
        use_hub(Hub)
    eventlet.monkey_patch()
    state["offload"], state["spawn"] = eventlet.tpool.execute, eventlet.spawn_n
    state["await_data"] = lambda descriptor, for_s: eventlet.hubs.trampoline(
        descriptor, read=True, timeout=for_s, timeout_exc=TimeoutError
    )


def _patch_gevent() -> None:
    from gevent import get_hub, monkey, spawn_raw  # noqa: PLC0415 - only this runtime may load it, and before everything else
    from gevent.socket import wait_read  # noqa: PLC0415

    monkey.patch_all()
    state["offload"] = lambda work, *args: get_hub().threadpool.apply(work, args)
    state["spawn"] = spawn_raw
    state["await_data"] = lambda descriptor, for_s: wait_read(descriptor, for_s, TimeoutError())
