"""A route of the API: its path and the shapes that it takes and gives. The OpenAPI file follows from the same line.

The table of `web.access` says whose tokens may use it, and with which scope.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask import request
from flask_smorest import Api, Blueprint
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser

from ..rules.acts import KEY_CHARS
from ..web.access import API_PREFIX, SCOPES
from ..web.errors import Problem, named
from .fields import FieldsAsked

LARGEST_BODY = 65_536
"""Bytes of a request's JSON, but where a route says that it takes a catalogue."""
LARGEST_CATALOGUE = 10 * 1024 * 1024
KEY_HEADER = "Idempotency-Key"

JSONL, CSV, PDF, JSON = "application/jsonl", "text/csv", "application/pdf", "application/json"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

LARGEST: dict[str, int] = {}
"""By endpoint, where it is more than that."""

View = TypeVar("View", bound=Callable[..., Any])


class ErrorSchema(Schema):
    """The one shape of every error, of pages, API and live channel alike."""

    code = fields.String(required=True, metadata={"description": "a code of docs/protocol/answers.md, for programs"})
    message = fields.String(required=True, metadata={"description": "a sentence in the language of Accept-Language"})
    params = fields.Dict(required=True, metadata={"description": "the values of the sentence; amounts end in `_minor`"})
    status = fields.Integer(required=True, metadata={"description": "the HTTP status"})


def malformed(errors: Mapping[Any, Any]) -> Problem:
    """The problem of a request whose values are wrong: all of them at once, each by its place."""
    places = {named(place): told for place, told in _flat(errors)}
    return Problem("MALFORMED", field=", ".join(list(places)[:5]), fields=places)


def _flat(errors: Any, place: str = "") -> list[tuple[str, list[str]]]:
    if isinstance(errors, Mapping):
        inner = [(f"{place}.{name}".strip("."), each) for name, each in errors.items()]
        return [told for name, each in inner for told in _flat(each, name)]
    return [(place, [str(each) for each in errors])]


class StrictParser(FlaskParser):
    """Reads parameters and bodies; an unknown name is refused, and every error is told in the one shape."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {"json": RAISE, "query": RAISE, "headers": EXCLUDE}  # noqa: RUF012 - as in its base

    def handle_error(self, error: ValidationError, *_where: Any, **_options: Any) -> Any:
        """Raise our problem in the place of the library's."""
        told = error.messages_dict
        raise malformed(next(iter(told.values())) if set(told) <= {"json", "query", "headers"} else told)

    def load_json(self, _request: Any, _schema: Any) -> Any:
        """The body as JSON. Raises Problem for what is none."""
        if (request.content_length or 0) > LARGEST.get(request.endpoint or "", LARGEST_BODY):
            raise Problem("TOO_LARGE")
        if request.mimetype != JSON:
            raise Problem("MALFORMED", field="Content-Type: application/json")
        try:
            return json.loads(request.get_data(cache=True), parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise Problem("MALFORMED", field="JSON") from error


def _no_number(word: str) -> None:
    raise ValueError(word)


class _Routes(Blueprint):  # type: ignore[misc]
    ARGUMENTS_PARSER = StrictParser()


def _check_key(key: str) -> None:
    if not 0 < len(key) <= KEY_CHARS or not key.isascii() or not key.isprintable():
        raise ValidationError(f"1 to {KEY_CHARS} printable characters")


class KeyAsked(Schema):
    """The header that names a request for good."""

    key = fields.String(
        data_key=KEY_HEADER,
        required=True,
        validate=_check_key,
        metadata={
            "description": f"made by the client, 1 to {KEY_CHARS} characters; the same again gets the same answer"
        },
    )


class Resource:
    """The routes of one subject, below `/api/v1`."""

    def __init__(self, name: str, about: str) -> None:
        self.blueprint = _Routes(f"api_{name}", __name__, url_prefix=API_PREFIX + "v1", description=about)

    def get(
        self,
        path: str,
        gives: type[Schema] | None,
        *,
        query: type[FieldsAsked] | None = None,
        files: Sequence[str] = (),
    ) -> Callable[[View], View]:
        """A route that reads. The view is handed `query` where it takes one. `files`: the types of the files that it
        gives, if it does."""
        return self._route("GET", path, gives, query=query, files=files)

    def send(
        self,
        method: str,
        path: str,
        gives: type[Schema] | None,
        **how: Any,
    ) -> Callable[[View], View]:
        """A route that changes something. `body` and `has_key`: the view is handed `body`, and `key` with its text;
        `status`: of its answer, if not 200; `largest`: how many bytes the body may have."""
        return self._route(method, path, gives, **how)

    def _route(self, method: str, path: str, gives: type[Schema] | None, **how: Any) -> Callable[[View], View]:
        blueprint, status = self.blueprint, how.get("status", 200)

        def decorate(view: View) -> View:
            made: Any = view
            endpoint = f"{blueprint.name}.{view.__name__}"
            if how.get("body") is not None:
                made = blueprint.arguments(how["body"], arg_name="body")(made)
            if how.get("has_key"):
                made = blueprint.arguments(KeyAsked, location="headers", arg_name="key")(made)
            if how.get("query") is not None:
                made = blueprint.arguments(how["query"], location="query", arg_name="query")(made)
            made = blueprint.response(status, gives)(made)
            file = {"description": "the file", "content": _files(how.get("files", ()))}
            told = {"responses": {str(status): file}} if how.get("files") else {}
            made = blueprint.doc(operationId=view.__name__, **_rights(endpoint), **told)(made)
            blueprint.route(path, methods=[method])(made)
            if "largest" in how:
                LARGEST[endpoint] = how["largest"]
            return view

        return decorate


def _files(types: Sequence[str]) -> dict[str, Any]:
    """Files of these types, as the OpenAPI file tells them."""
    text: dict[str, Any] = {"type": "string"}
    shapes = {JSON: {"type": "array", "items": {"type": "object"}}, JSONL: text, CSV: text}
    return {each: {"schema": shapes.get(each, {**text, "format": "binary"})} for each in types}


def _rights(endpoint: str) -> dict[str, Any]:
    """The rights of a route, as the OpenAPI file tells them."""
    scope = SCOPES.get(endpoint)
    return {"security": [{"token": []}], "x-scope": scope.value} if scope else {"security": [{}, {"token": []}]}


class OneShapeApi(Api):  # type: ignore[misc]
    """The library's description of the API, with our errors and without its pages."""

    ERROR_SCHEMA = ErrorSchema

    def _register_error_handlers(self) -> None:
        """Errors are answered by `web.errors`."""

    def _register_doc_blueprint(self) -> None:
        """The OpenAPI file is a route of ours, in the table of rights like all others."""
