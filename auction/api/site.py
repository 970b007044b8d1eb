"""The whole site: the pages, and the API with its OpenAPI file beside them."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Flask, Response, current_app, render_template

from ..parts import Parts
from ..sockets.bids_here import BidsHere
from ..web.access import API_PREFIX
from ..web.application import create_app
from ..web.current import parts
from . import answers, live
from .asking import meet
from .bidding import bidding_routes
from .calling import calling_routes
from .house import house_routes
from .papers import paper_routes
from .person import person_routes
from .reading import groups, operations, shapes
from .reports import report_routes
from .routes import OneShapeApi
from .sales import sale_routes
from .trail import trail_routes
from .webhooks import webhook_routes

RESOURCES = (
    sale_routes,
    person_routes,
    bidding_routes,
    calling_routes,
    house_routes,
    trail_routes,
    paper_routes,
    report_routes,
    webhook_routes,
)
VERSION = "1.0.0"
ABOUT = """Sales of patents: what is offered, how it stands, how it ended, and the record that proves it.

**Amounts** stand under two names. `hammer_minor` is a whole number in the minor unit of `currency`, as in the live
channel. `hammer` is the same as a decimal, as in exports. **Moments** stand under two names too. `ended_at_ms` is UTC
in milliseconds since 1970. `ended_at` is text (RFC 3339).

**Lists** come in parts: `next` is the cursor of the part behind, null at the end. **Errors** have one shape.
**Limits** stand in `RateLimit-Limit`, `-Remaining` and `-Reset` (seconds). A 429 has `Retry-After`. A GET has an
`ETag`. With `If-None-Match` an unchanged answer is a 304 without a body.

Names here are stable: later versions of `/api/v1` add names and take none away. Ignore names that you do not know.
"""

told = Blueprint("api", __name__)


class OpenApiFile:
    """The OpenAPI file of an application, made when it is asked for first."""

    def __init__(self, library: OneShapeApi) -> None:
        self._library = library

    @cached_property
    def content(self) -> dict[str, Any]:
        """The file as a value."""
        content: dict[str, Any] = self._library.spec.to_dict()
        content["components"]["schemas"].pop("PaginationMetadata", None)
        content["components"].pop("headers", None)
        for tag in content["tags"]:
            tag["name"] = tag["name"].removeprefix("api_")
        sent = _sent(content)
        for name, shape in content["components"]["schemas"].items():
            if name not in sent:  # a later version may give more names
                shape.pop("additionalProperties", None)
        for _path, _method, operation in operations(content):
            operation["tags"] = [tag.removeprefix("api_") for tag in operation["tags"]]
        return content

    @cached_property
    def raw(self) -> bytes:
        """The file."""
        return orjson.dumps(self.content, option=orjson.OPT_INDENT_2)


def _sent(content: Mapping[str, Any]) -> set[str]:
    """The shapes that programs send. Only of these an unknown name is refused."""
    bodies = [
        operation["requestBody"]["content"] for _, _, operation in operations(content) if "requestBody" in operation
    ]
    schemas = [each["schema"].get("$ref", "") for body in bodies for each in body.values()]
    return {each.rpartition("/")[2] for each in schemas}


def create_site(given: Parts, bids: BidsHere) -> Flask:
    """The pages and the API over their parts."""
    app = create_app(given)
    app.extensions["bids"] = bids
    app.config.update(API_TITLE="Patent auction", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    options = {"info": {"description": ABOUT}, "servers": [{"url": given.config.public_url}]}
    library = OneShapeApi(app, spec_kwargs=options)
    for resource in RESOURCES:
        library.register_blueprint(resource.blueprint)
        app.extensions["csrf"].exempt(resource.blueprint)
    app.extensions["openapi"] = OpenApiFile(library)
    app.before_request_funcs[None].insert(0, meet)
    library.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    app.register_blueprint(told)
    answers.install(app)
    return app


@told.get(f"{API_PREFIX}v1/openapi.json")
def openapi() -> Response:
    """The OpenAPI file."""
    return Response(_file().raw, content_type="application/json")


@told.get(f"{API_PREFIX}v1/asyncapi.json")
def asyncapi() -> Response:
    """The AsyncAPI file of the live channel."""
    host = urlsplit(parts().config.public_url).netloc
    return Response(orjson.dumps(live.asyncapi(VERSION, host)), content_type="application/json")


@told.get("/api")
def page() -> str:
    """The API to read and to try."""
    return render_template("api.html", about=ABOUT, groups=groups(_file().content), shapes=shapes(_file().content))


def _file() -> OpenApiFile:
    file: OpenApiFile = current_app.extensions["openapi"]
    return file
