"""For who runs it: is it ready, and what does it count."""

from flask import Blueprint, Response, jsonify
from prometheus_client import generate_latest

from ... import metrics as counters
from ...store import Unavailable
from ..parts import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 when the writer can write, 503 when it cannot."""
    try:
        parts().store.probe()
    except Unavailable as error:
        return jsonify({"ready": False, "reason": str(error)}), 503
    return jsonify({"ready": True}), 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus metrics of this process."""
    return Response(generate_latest(counters.registry), content_type="text/plain; version=0.0.4; charset=utf-8")
