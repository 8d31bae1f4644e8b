"""The routes and the objects of the interface, from docs/openapi.json."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.generate.table import table

OPENAPI = Path(__file__).resolve().parents[1] / "openapi.json"
REFERENCE = "#/components/schemas/"

HEAD = """# HTTP interface

<!-- Written by `python -m docs.generate` from docs/openapi.json. -->

Every route but `/livez` and `/readyz` needs `Authorization: Bearer KEY`, or the cookie that
`POST /v1/session` gives a browser. Lists take `after`, an id, and `limit`, and answer
`{"object": "list", "data": [...], "has_more": ...}`. Times are unix seconds. An unknown field is
refused. A running service has the whole document at `/v1/openapi.json`.

"""


def api_page() -> str:
    """Return the page: routes by tag, errors, then the fields of every object."""
    document = json.loads(OPENAPI.read_text("utf-8"))
    return HEAD + _routes(document) + _errors(document) + _objects(document)


def _routes(document: dict[str, Any]) -> str:
    by_tag: dict[str, list[tuple[str, ...]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            row = _route(method, path, operation)
            by_tag.setdefault(operation["tags"][0], []).append(row)
    head = ("route", "what it does", "parameters", "body", "answer")
    return "".join(
        f"## {tag.capitalize()}\n\n{table(head, rows)}\n" for tag, rows in by_tag.items()
    )


def _route(method: str, path: str, operation: dict[str, Any]) -> tuple[str, ...]:
    parameters = [
        f"`{parameter['name']}`"
        for parameter in operation.get("parameters", [])
        if parameter["in"] != "path"
    ]
    body = operation.get("requestBody", {})
    return (
        f"`{method.upper()} {path}`",
        operation.get("description", operation["summary"]),
        ", ".join(parameters),
        _content(body),
        _content(operation["responses"]["200"]),
    )


def _content(part: dict[str, Any]) -> str:
    found = [
        _type(content["schema"]) if content.get("schema") else f"`{media}`"
        for media, content in part.get("content", {}).items()
    ]
    return " or ".join(found)


def _errors(document: dict[str, Any]) -> str:
    """The answers that stand for every route are told once, in the words that most have."""
    seen: dict[str, Counter[str]] = {}
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    seen.setdefault(status, Counter())[answer["description"]] += 1
    text = (
        'Every error is `{"error": {"message", "type", "param", "code"}}`; `param` names the field.'
    )
    rows = [(f"`{status}`", seen[status].most_common(1)[0][0]) for status in sorted(seen)]
    return f"## Errors\n\n{text}\n\n{table(('status', 'when'), rows)}\n"


def _objects(document: dict[str, Any]) -> str:
    schemas = document["components"]["schemas"]
    told = [name for name in sorted(schemas) if not name.startswith("ListOf_")]
    return "## Objects\n\n" + "\n".join(_object(name, schemas[name]) for name in told)


def _object(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = [
        (f"`{field}`", _type(part), _limits(part, field in required), part.get("description", ""))
        for field, part in schema.get("properties", {}).items()
    ]
    head = ("field", "type", "default and bounds", "what it is")
    return f"### {name}\n\n{schema.get('description', '')}\n\n{table(head, rows)}"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _link(schema["$ref"].removeprefix(REFERENCE))
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(_type(part) for part in schema[key])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return " or ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _link(name: str) -> str:
    if name.startswith("ListOf_"):
        return f"list of {_link(name.removeprefix('ListOf_').rstrip('_'))}"
    return f"[{name}](#{name.lower()})"


def _limits(schema: dict[str, Any], required: bool) -> str:
    return ", ".join(_limit_words(schema, required))


def _limit_words(schema: dict[str, Any], required: bool) -> Iterator[str]:
    if required:
        yield "required"
    elif schema.get("default") is not None:
        yield f"default `{json.dumps(schema['default'])}`"
    bounds = {
        "minimum": "at least {:g}", "exclusiveMinimum": "over {:g}", "maximum": "at most {:g}",
        "minItems": "at least {} items", "maxItems": "at most {} items",
        "minLength": "length at least {}", "maxLength": "length at most {}",
    }  # fmt: skip
    for part in (schema, *schema.get("anyOf", ())):
        yield from (words.format(part[key]) for key, words in bounds.items() if key in part)
