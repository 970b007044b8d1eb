"""The headers of the API's answers: `ETag`, how much of a limit is left, and origins that a setting names."""

from hashlib import sha256
from math import ceil

from flask import Flask, Response, request

from ..web.access import API_PREFIX
from ..web.auth import current_identity
from ..web.current import parts

EXPOSED = "ETag, Link, Location, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
"""Headers that a page of another origin may read."""
ALLOWED = "Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key, If-None-Match"


def install(app: Flask) -> None:
    """Put the headers on every answer below `/api/`."""

    def finish(answer: Response) -> Response:
        if not request.path.startswith(API_PREFIX):
            return answer
        _tell_limit(answer)
        _tell_origin(answer)
        return _conditional(answer)

    app.after_request(finish)


def _tell_limit(answer: Response) -> None:
    """The limit that this caller's requests count to: its own share, or that of its address."""
    limits, who = parts().limits, current_identity()
    if who is None:
        share = limits.standing(limits.page, request.remote_addr or "", "page")
    else:
        share = limits.standing(limits.program, who.session.hex())
    answer.headers["RateLimit-Limit"] = str(share.most)
    answer.headers["RateLimit-Remaining"] = str(share.left)
    answer.headers["RateLimit-Reset"] = str(ceil(share.whole_in_s))


def _tell_origin(answer: Response) -> None:
    """Let pages of the named origins read the answer. No cookie is ever looked at below `/api/`."""
    answer.vary.update(("Origin", "Authorization", "Accept-Language"))
    origin = request.headers.get("Origin")
    if origin is None or origin not in parts().config.api_origins:
        return
    answer.headers["Access-Control-Allow-Origin"] = origin
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Access-Control-Expose-Headers"] = EXPOSED
    if request.method == "OPTIONS":
        answer.headers["Access-Control-Allow-Methods"] = answer.headers.get("Allow", "GET")
        answer.headers["Access-Control-Allow-Headers"] = ALLOWED
        answer.headers["Access-Control-Max-Age"] = "600"


def _conditional(answer: Response) -> Response:
    """Name what was read by its content, and say nothing twice to a caller who has it."""
    if request.method not in ("GET", "HEAD") or answer.status_code != 200 or "ETag" in answer.headers:
        return answer
    if not answer.is_streamed:
        answer.set_etag(sha256(answer.get_data()).hexdigest()[:32], weak=True)
        answer.headers["Cache-Control"] = "private, no-cache" if "Authorization" in request.headers else "no-cache"
        answer.make_conditional(request)
    return answer
