"""Orders of clients on their way through the engine. No thread waits for an answer: the engine calls back."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from ..base.runtime import native_lock
from ..database.store import OutcomeUnknown
from ..engine.engine import Engine
from ..engine.orders import Answer, Order
from ..engine.promise import Callback

log = structlog.get_logger()

ANSWER_WITHIN_S = 10.0

TellAnswer = Callable[[Answer | BaseException], None]
"""Called once, from any thread: with the engine's answer, or with what went wrong. It must not wait."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A handler returns this if only the engine has the answer. `heard` is told the answer as the client gets it."""

    order: Order
    heard: Callable[[Mapping[str, Any]], None] = lambda _answer: None


class _Once:
    """Tells the first of two answers: the engine's, or that none came in time."""

    __slots__ = ("_tell", "_turn")

    def __init__(self, tell: TellAnswer) -> None:
        self._tell: TellAnswer | None = tell
        self._turn = native_lock()

    @property
    def is_told(self) -> bool:
        return self._tell is None

    def __call__(self, answer: Answer | BaseException) -> None:
        with self._turn:
            tell, self._tell = self._tell, None
        if tell is None:
            return
        try:
            tell(answer)
        except Exception:  # the engine's own thread must not end with a client's answer
            log.exception("an answer could not be told")


class Asking:
    """The orders of one process that have no answer yet."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[tuple[float, _Once]] = deque()

    def ask(self, order: Order, tell: TellAnswer) -> None:
        """Submit an order; `tell` hears what became of it, OutcomeUnknown if the engine does not say in time."""
        once = _Once(tell)
        self._waiting.append((time.monotonic() + ANSWER_WITHIN_S, once))
        self._engine.hand_in(order, Callback(once))

    def look(self, now_s: float) -> None:
        """Answer the orders whose time is over, and forget those that are answered."""
        while self._waiting and (self._waiting[0][1].is_told or self._waiting[0][0] <= now_s):
            _, once = self._waiting.popleft()
            once(OutcomeUnknown("no answer in time"))
