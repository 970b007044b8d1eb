"""An answer that is still to come."""

import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Pending(Protocol[T_contra]):
    """Takes an answer, once."""

    def keep(self, value: T_contra) -> None:
        """Give the answer."""

    def fail(self, error: BaseException) -> None:
        """Give what went wrong instead."""


class Callback(Generic[T]):
    """For a caller that does not wait. The giver of the answer calls `reply` with it, or with the error."""

    __slots__ = ("_reply",)

    def __init__(self, reply: Callable[[T | BaseException], None]) -> None:
        self._reply = reply

    def keep(self, value: T) -> None:
        """Give the answer."""
        self._reply(value)

    def fail(self, error: BaseException) -> None:
        """Give what went wrong instead."""
        self._reply(error)


class Promise(Generic[T]):
    """Given by one thread, waited for by another: what a Future is, at a fraction of its cost. It is kept once."""

    __slots__ = ("_error", "_pending", "_value")

    def __init__(self) -> None:
        self._pending = threading.Lock()
        self._pending.acquire()
        self._value: T
        self._error: BaseException | None = None

    def keep(self, value: T) -> None:
        """Give the answer."""
        self._value = value
        self._pending.release()

    def fail(self, error: BaseException) -> None:
        """Give what is raised instead."""
        self._error = error
        self._pending.release()

    def result(self, timeout_s: float = -1) -> T:
        """Wait for the answer. Raises TimeoutError where it does not come in time, or what was given to `fail`."""
        if not self._pending.acquire(timeout=timeout_s):
            raise TimeoutError
        self._pending.release()
        if self._error is not None:
            raise self._error
        return self._value
