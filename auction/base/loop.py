"""The one loop: a thread that takes turns until it is told to end. No other module starts a thread that goes round."""

import threading
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field

import structlog

log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Loop:
    """A daemon thread that takes one turn after another.

    `turn` works once and returns how many seconds to wait for the next turn; None means `every_s`. It may wait on
    `wake` itself. A loop that is told to end still takes turns while `left` says that something is left to do.

    A turn that raises is told to `failed`, and the next one comes after `every_s`. Without `failed` the error is logged
    in full; an `expected` one is a line without its trace. What `failed` raises ends the thread.
    """

    name: str
    turn: Callable[[], float | None]
    every_s: float = 0.0
    _: KW_ONLY
    first_after_s: float = 0.0
    wake: threading.Condition = field(default_factory=threading.Condition)
    left: Callable[[], bool] = lambda: False
    expected: type[Exception] | tuple[type[Exception], ...] = ()
    failed: Callable[[Exception], None] | None = None
    stopping: bool = field(default=False, init=False)
    """Whether the loop was told to end; set under `wake`."""
    _thread: threading.Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Begin to take turns; nothing, if it takes them already."""
        if self.goes_on:
            return
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    @property
    def goes_on(self) -> bool:
        """Whether it takes turns, and was not told to end."""
        return self._thread is not None and self._thread.is_alive() and not self.stopping

    def stop(self, within_s: float) -> None:
        """Tell it to end, and wait for that for a while."""
        with self.wake:
            self.stopping = True
            self.wake.notify_all()
        if self._thread is not None:
            self._thread.join(within_s)

    def _run(self) -> None:
        wait_s = self.first_after_s
        while self._has_turn(wait_s):
            asked_s = None
            try:
                asked_s = self.turn()
            except Exception as error:
                (self.failed or self._log)(error)
            wait_s = self.every_s if asked_s is None else asked_s

    def _has_turn(self, wait_s: float) -> bool:
        """Whether another turn comes, after the wait."""
        if wait_s:
            with self.wake:
                self.wake.wait_for(lambda: self.stopping, wait_s)
        return not self.stopping or self.left()

    def _log(self, error: Exception) -> None:
        if isinstance(error, self.expected):
            log.warning("a turn was not possible", loop=self.name, reason=str(error))
        else:  # the next turn must come after any failure
            log.error("a turn failed", loop=self.name, exc_info=error)
