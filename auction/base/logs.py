"""How the log is written: one line an event, for people or for machines."""

import io
import logging
import sys
import threading
from typing import Any, TextIO, cast

import structlog


class _StandardError(io.TextIOBase):
    """Standard error as it is at the moment of writing: who redirects it later is followed."""

    def write(self, text: str, /) -> int:
        return _behind(sys.stderr).write(text)

    def flush(self) -> None:
        _behind(sys.stderr).flush()


class Foreign(io.TextIOBase):
    """Stands in the place of standard error: what libraries print becomes lines of the log."""

    def __init__(self, behind: TextIO) -> None:
        self.behind = behind

    def write(self, text: str, /) -> int:
        """Log each line; a text without an end is a line too."""
        for line in filter(str.strip, text.splitlines()):
            structlog.get_logger().warning("library", said=line)
        return len(text)


def _behind(stream: Any) -> TextIO:
    return stream.behind if isinstance(stream, Foreign) else stream


def take_over(form: str) -> None:
    """From here on every line of standard error is one of the log, if machines read it. Otherwise prints of a library,
    such as eventlet's of a websocket that is gone, and a thread's traceback would stand between the JSON."""
    if form != "json":
        return
    sys.stderr = cast(TextIO, Foreign(_behind(sys.stderr)))
    sys.excepthook = lambda _kind, error, _trace: _log_failure(error, "main")
    threading.excepthook = lambda failed: _log_failure(failed.exc_value, getattr(failed.thread, "name", ""))


def _log_failure(error: BaseException | None, thread: str) -> None:
    structlog.get_logger().critical("a thread failed", thread=thread, exc_info=error)


def configure(form: str) -> None:
    """Write structured lines to standard error, as text or as JSON."""
    render = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if form == "json" else _as_it_is,
            render,
        ],
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


def _as_it_is(_logger: object, _name: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return line
