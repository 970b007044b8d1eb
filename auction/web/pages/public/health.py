"""For who runs it: is it ready, and what does it count."""

from hmac import compare_digest

from flask import Blueprint, Response, jsonify, request
from prometheus_client import generate_latest

from ....base import metrics as counters
from ...current import parts
from ...errors import Problem
from ...security import FORWARDED, PEER, is_loopback

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 where the next bid can be taken, 503 with the reason where it cannot."""
    reason = parts().health.reason()
    if reason is not None:
        return jsonify({"ready": False, "reason": reason}), 503
    return jsonify({"ready": True}), 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus metrics of this process, for who runs it: their counts would tell how many sealed offers there are."""
    token = parts().config.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not _is_local() and not (token and compare_digest(given.encode(), token.encode())):
        raise Problem("FORBIDDEN")
    return Response(generate_latest(counters.registry), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_local() -> bool:
    """Whether a program on this machine asks, with no proxy between: a header alone makes no caller local."""
    peer = str(request.environ.get(PEER, request.remote_addr))
    return is_loopback(peer) and FORWARDED.isdisjoint(request.environ)
