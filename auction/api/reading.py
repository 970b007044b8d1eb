"""The OpenAPI file as a page tells it: what each route takes and gives, one line a field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_SHAPES = "#/components/schemas/"
OpenApiPart = Mapping[str, Any]
"""A part of an OpenAPI file."""
_NOTHING: OpenApiPart = {}


@dataclass(frozen=True, slots=True)
class ToldField:
    """A parameter or a field: its name, where it stands (path, query, header), its type, and what it is."""

    name: str
    place: str
    kind: str
    about: str
    needed: bool


@dataclass(frozen=True, slots=True)
class ToldRoute:
    """A route: `gives` is the shape of its answer, `body` an example of what is sent."""

    id: str
    method: str
    path: str
    about: tuple[str, ...]
    scope: str
    parameters: tuple[ToldField, ...]
    gives: str
    takes: str
    body: str


def operations(content: OpenApiPart) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The path, the method and the description of every operation."""
    for path, methods in content["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield path, method, operation


def groups(content: OpenApiPart) -> dict[str, tuple[str, list[ToldRoute]]]:
    """By subject: what it is, and its routes."""
    told: dict[str, tuple[str, list[ToldRoute]]] = {tag["name"]: (tag["description"], []) for tag in content["tags"]}
    for path, method, operation in operations(content):
        shared = content["paths"][path].get("parameters", ())
        told[operation["tags"][0]][1].append(_route(content, (path, method), operation, shared))
    return told


def shapes(content: OpenApiPart) -> dict[str, list[ToldField]]:
    """The fields of every shape, by its name."""
    return {
        name: [
            ToldField(each, "", _kind(of), of.get("description", ""), each in shape.get("required", ()))
            for each, of in shape.get("properties", {}).items()
        ]
        for name, shape in sorted(content["components"]["schemas"].items())
    }


def _route(content: OpenApiPart, where: tuple[str, str], operation: OpenApiPart, shared: Any) -> ToldRoute:
    path, method = where
    body = operation.get("requestBody", {}).get("content", {})
    taken = next(iter(body.values()), _NOTHING).get("schema", {})
    good = next(each for status, each in operation["responses"].items() if str(status).startswith("2"))
    given = next(iter(good.get("content", {}).values()), _NOTHING).get("schema", {})
    summary, description = operation.get("summary", ""), operation.get("description", "")
    return ToldRoute(
        f"{method}-{path.strip('/').replace('/', '-').translate(str.maketrans('', '', '{}'))}",
        method.upper(),
        path,
        tuple(each for each in (summary, *description.split("\n\n")) if each),
        operation.get("x-scope", ""),
        tuple(_parameter(each) for each in (*shared, *operation.get("parameters", ()))),
        _kind(given) if given else ", ".join(good.get("content", {})),
        _kind(taken) if taken else ", ".join(body),
        json.dumps(example(content, taken), indent=2, ensure_ascii=False) if taken else "",
    )


def _parameter(of: OpenApiPart) -> ToldField:
    return ToldField(of["name"], of["in"], _kind(of["schema"]), of.get("description", ""), bool(of.get("required")))


def _kind(of: OpenApiPart) -> str:
    """A type in a few words; the name of a shape."""
    if "$ref" in of:
        return str(of["$ref"]).removeprefix(_SHAPES)
    if "enum" in of:
        return " | ".join(str(each) for each in of["enum"] if each is not None)
    kinds = of.get("type", "")
    if kinds == "array" or (isinstance(kinds, list) and "array" in kinds):
        return f"[{_kind(of.get('items', {}))}]"
    return " | ".join(kinds) if isinstance(kinds, list) else str(kinds)


def example(content: OpenApiPart, of: OpenApiPart) -> Any:
    """A value of a shape: its own example, else an empty one of each field that is needed."""
    if "$ref" in of:
        return example(content, content["components"]["schemas"][str(of["$ref"]).removeprefix(_SHAPES)])
    if "example" in of:
        return of["example"]
    if "properties" in of:
        needed = of.get("required", ())
        wanted = {name: each for name, each in of["properties"].items() if name in needed or "example" in each}
        return {name: example(content, each) for name, each in wanted.items()}
    if of.get("type") == "array":
        return [example(content, of.get("items", {}))]
    return {"integer": 0, "boolean": False}.get(str(of.get("type")), "")
