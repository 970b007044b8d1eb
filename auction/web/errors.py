"""One error shape everywhere, REST and socket: {"code", "message", "params", "status"}.

There are three kinds: a refusal with a code, a malformed request, and a defect of ours. The caller sees a defect as an
incident number, and the log has it in full.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ..base import metrics
from ..base.rejected import Rejected
from ..database.store import OutcomeUnknown, Unavailable
from ..engine.orders import Answer, Stale
from ..rules import commands as cmd
from ..rules.refusals import Code
from ..rules.sale import Sale
from ..words.sentences import STATUS, sentence
from .access import API_PREFIX
from .locale import current_locale

log = structlog.get_logger()

_HTTP_CODES = {
    400: "MALFORMED",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "TOO_LARGE",
    429: "RATE_LIMITED",
}


COME_AGAIN_S = {429: 1, 503: 2}
"""After how many seconds a request that was refused for now may be sent again. Shares of a second grow again evenly."""


class Problem(Exception):
    """A request that gets a code for an answer."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def named(text: str) -> str:
    """A name that a stranger gave, as it can be shown and logged."""
    return ascii(text)[1:-1][:40]


def shape(
    locale: str, code: str, params: Mapping[str, Any], currency: str = "CNY", words: str | None = None
) -> dict[str, Any]:
    """The one error shape. Amounts among the params are named `…_minor`; the sentence shows them as money.

    `words`: the code whose sentence is said, where that of `code` would not fit its reader.
    """
    message = sentence(locale, words or code, params, currency)
    return {"code": str(code), "message": message, "params": dict(params), "status": STATUS.get(code, 409)}


def answer_shape(locale: str, answer: Answer, sale: Sale, command: cmd.Command) -> dict[str, Any]:
    """The caller's view of an answer of the engine: the number of the event, or the error shape."""
    if answer.code is None:
        return {"seq": answer.seq}
    return shape(locale, answer.code, answer.params, sale.currency, _words_for(sale, command, answer.code))


def _words_for(sale: Sale, command: cmd.Command, code: str | None) -> str | None:
    """The code whose sentence fits the sender of a refused command, None where its own does.

    The desk reads of a paddle and not of itself. A sealed offer has no next amount but one above itself.
    """
    if code == Code.ALREADY_LEADING and command.auctioneer is not None:
        return "LEADS_ALREADY"
    lot = sale.lots.get(getattr(command, "lot", ""))
    return "BELOW_OWN_OFFER" if code == Code.BELOW_MIN and lot and lot.terms.format == "sealed" else None


def broken(locale: str, error: BaseException, where: str) -> dict[str, Any]:
    """Log a defect in full under a number, and give the caller the number."""
    incident = secrets.token_hex(6)
    log.error("incident", incident=incident, where=where, exc_info=error)
    metrics.errors.inc()
    return shape(locale, "BROKEN", {"incident": incident})


def is_api() -> bool:
    """Whether this request is of a program, by its address."""
    return request.path.startswith(API_PREFIX)


def wants_json() -> bool:
    """Whether the caller is a program: a browser asks for HTML by name when it goes to a page."""
    return is_api() or "text/html" not in request.headers.get("Accept", "")


def respond(error: dict[str, Any]) -> Response:
    """An error as a page or as JSON, as the caller wants it."""
    body = jsonify(error) if wants_json() else render_template("error.html", error=error)
    answer = make_response(body, int(error["status"]))
    if answer.status_code == 401 and is_api():
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _say_when(answer: Response) -> Response:
    """Tell a caller who is refused for now when to come again. Forms that are limited have shares of a minute."""
    if answer.status_code in COME_AGAIN_S and "Retry-After" not in answer.headers:
        is_form = answer.status_code == 429 and request.method == "POST" and not is_api()
        answer.headers["Retry-After"] = str(60 if is_form else COME_AGAIN_S[answer.status_code])
    return answer


def install(app: Flask) -> None:
    """Answer every error of the application in the one shape."""
    app.after_request(_say_when)

    def on_problem(problem: Problem) -> Response:
        return respond(shape(current_locale(), problem.code, problem.params))

    def on_rejected(declined: Rejected) -> Response:
        return respond(shape(current_locale(), declined.code, declined.params))

    def on_stale(_stale: Stale) -> Response:
        return respond(shape(current_locale(), "CHANGED_MEANWHILE", {}))

    def on_unavailable(_error: Unavailable) -> Response:
        return respond(shape(current_locale(), "UNAVAILABLE", {}))

    def on_unknown(error: OutcomeUnknown) -> Response:
        log.warning("an outcome is not known", path=request.path, reason=str(error))
        return respond(shape(current_locale(), "UNCONFIRMED", {}))

    def on_csrf(_error: CSRFError) -> Response:
        return respond(shape(current_locale(), "BAD_TOKEN", {}))

    def on_http(error: HTTPException) -> Response | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        code = _HTTP_CODES.get(status, "MALFORMED")
        return respond({**shape(current_locale(), code, {"field": error.name}), "status": status})

    def on_defect(error: Exception) -> Response:
        return respond(broken(current_locale(), error, request.path))

    app.register_error_handler(Problem, on_problem)
    app.register_error_handler(Rejected, on_rejected)
    app.register_error_handler(Stale, on_stale)
    app.register_error_handler(Unavailable, on_unavailable)
    app.register_error_handler(OutcomeUnknown, on_unknown)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_defect)


def wsgi_answer(error: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The one error shape, where there is no Flask to answer."""
    body = json.dumps(error, ensure_ascii=False).encode()
    status = HTTPStatus(error["status"])
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Connection", "close")]
    if status in COME_AGAIN_S:
        headers.append(("Retry-After", str(COME_AGAIN_S[status])))
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
