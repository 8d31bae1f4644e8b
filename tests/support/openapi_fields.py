"""Every field that the OpenAPI document lets a client send, and a body that sends it."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from api.app import create_app
from api.examples import EXAMPLES

Part = str | int
DOCUMENT: dict[str, Any] = create_app().openapi()
_JSON = "application/json"


@dataclass(frozen=True)
class Field:
    """A field of a body: the way there, what it may be, and the `type` of each group on the way."""

    path: tuple[Part, ...]
    schema: dict[str, Any]
    tags: tuple[tuple[tuple[Part, ...], str], ...] = ()

    def put(self, body: dict[str, Any], value: Any) -> dict[str, Any]:
        """Return a copy of `body` in which this field is `value`."""
        changed = copy.deepcopy(body)
        for place, tag in self.tags:
            _set(changed, (*place, "type"), tag)
        _set(changed, self.path, value)
        return changed


@dataclass(frozen=True)
class Body:
    """A route that takes JSON: what is sent there, and what comes back."""

    path: str
    request: str
    answer: str

    def fields(self) -> Iterator[Field]:
        """Yield every field that can be sent, those of every alternative too."""
        yield from _fields({"$ref": f"#/components/schemas/{self.request}"}, Field((), {}))

    def example(self) -> dict[str, Any]:
        """Return what the document shows."""
        return copy.deepcopy(EXAMPLES[self.request])


def bodies() -> list[Body]:
    """Return every route with a JSON body."""
    return [
        Body(path, _name(operation["requestBody"]), _name(operation["responses"]["200"]))
        for path, operations in DOCUMENT["paths"].items()
        for operation in operations.values()
        if _JSON in operation.get("requestBody", {}).get("content", {})
    ]


def properties_of(schema: str) -> set[str]:
    """Return the names of a schema's properties."""
    return set(DOCUMENT["components"]["schemas"][schema]["properties"])


def is_text(field: Field) -> bool:
    """Whether a client may write what it likes there."""
    schema = field.schema
    return schema.get("type") == "string" and not {"enum", "const"} & schema.keys()


def is_number(field: Field) -> bool:
    """Whether a number belongs there."""
    return field.schema.get("type") in ("number", "integer")


def fields_where(body: Body, wanted: Callable[[Field], bool]) -> list[Field]:
    """Return the fields of a body that are wanted."""
    return [field for field in body.fields() if wanted(field)]


def _name(content: dict[str, Any]) -> str:
    return str(content["content"][_JSON]["schema"]["$ref"]).rpartition("/")[2]


def _fields(schema: dict[str, Any], here: Field) -> Iterator[Field]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from _fields(DOCUMENT["components"]["schemas"][name], here)
        return
    for alternative in schema.get("anyOf", []) + schema.get("oneOf", []):
        if "$ref" in alternative or "type" in alternative:
            yield from _fields(alternative, here)
    if schema.get("type") == "array":
        yield from _fields(schema["items"], replace(here, path=(*here.path, 0)))
    elif schema.get("type") == "object":
        yield from _of_object(schema, here)
    elif "type" in schema:
        yield replace(here, schema=schema)


def _of_object(schema: dict[str, Any], here: Field) -> Iterator[Field]:
    properties: dict[str, Any] = dict(schema.get("properties", {}))
    for value in schema.get("patternProperties", {}).values():
        properties["key"] = value
    tag = properties.get("type", {}).get("const")
    if tag is not None:
        here = replace(here, tags=(*here.tags, (here.path, tag)))
    for name, value in properties.items():
        yield from _fields(value, replace(here, path=(*here.path, name)))


def _set(body: Any, path: tuple[Part, ...], value: Any) -> None:
    *way, last = path
    for part, following in zip(way, path[1:], strict=True):
        body = _step(body, part, [] if isinstance(following, int) else {})
    if isinstance(last, int):
        body[:] = [value]
    else:
        body[last] = value


def _step(body: Any, part: Part, empty: Any) -> Any:
    if isinstance(part, int):
        if not body:
            body.append(empty)
        return body[part]
    if not isinstance(body.get(part), type(empty)):
        body[part] = empty
    return body[part]
