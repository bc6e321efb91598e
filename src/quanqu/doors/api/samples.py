"""Examples of calls: what a room wrote into the document, else made from the schemas."""

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

_SCHEMA_HOME: Final = "#/components/schemas/"
_JSON: Final = "application/json"
_FORM: Final = "multipart/form-data"
_DEEPEST: Final = 6
_WIDEST: Final = 88
_OF_FORMAT: Final = {
    "date": "2026-11-22",
    "date-time": "2026-11-22T08:30:00Z",
    "email": "ada@example.com",
    "uri": "https://example.com",
    "binary": "@file",
}


@dataclass(frozen=True, slots=True)
class Example:
    """An example of what goes in or comes out, as text."""

    title: str
    text: str


def call_line(method: str, path: str, details: dict[str, Any], document: dict[str, Any]) -> str:
    """Return the call as a line of curl, with the parameters that are needed or have an example."""
    schemas = document["components"].get("schemas", {})
    query = []
    for item in details.get("parameters", ()):
        value = sample(item["schema"], schemas)
        if item["in"] == "path":
            path = path.replace(f"{{{item['name']}}}", _plain(value))
        elif item["in"] == "query" and (item.get("required") or "examples" in item["schema"]):
            query.append((item["name"], _plain(value)))
    address = f"$QUANQU{path}" + (f"?{urlencode(query)}" if query else "")
    parts = ['curl -H "Authorization: Bearer $TOKEN"']
    parts += [] if method == "get" else [f"-X {method.upper()}"]
    return " ".join([*parts, *_body_options(details, schemas), f'"{address}"'])


def examples_of(holder: dict[str, Any]) -> tuple[Example, ...]:
    """Return the JSON examples that a room wrote of a body or an answer."""
    content = holder.get("content", {}).get(_JSON, {})
    written = content.get("examples", {}).values()
    return tuple(Example(one["summary"], _pretty(one["value"])) for one in written)


def made_body(details: dict[str, Any], document: dict[str, Any]) -> tuple[Example, ...]:
    """Return the examples of a call's JSON body, one made from its schema if none was written."""
    holder = details.get("requestBody", {})
    found = examples_of(holder)
    schema = holder.get("content", {}).get(_JSON, {}).get("schema")
    if found or schema is None:
        return found
    return (Example("", _pretty(sample(schema, document["components"].get("schemas", {})))),)


def sample(schema: dict[str, Any], schemas: dict[str, Any], depth: int = 0) -> Any:
    """Make a value of a JSON Schema: its example, default or first choice, else a plain one."""
    if "$ref" in schema:
        named = schemas.get(schema["$ref"].removeprefix(_SCHEMA_HOME), {})
        return sample(named, schemas, depth + 1) if depth < _DEEPEST else {}
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    if schema.get("default") is not None:
        return schema["default"]
    if "const" in schema:
        return schema["const"]
    options = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if options:
        return sample(options[0], schemas, depth)
    return _plain_of(schema, schemas, depth)


def _plain_of(schema: dict[str, Any], schemas: dict[str, Any], depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        required = set(schema.get("required", ()))
        properties = schema.get("properties", {})
        return {
            name: sample(held, schemas, depth + 1)
            for name, held in properties.items()
            if name in required
        }
    if kind == "array":
        return [sample(schema.get("items", {}), schemas, depth + 1)]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    return _OF_FORMAT.get(schema.get("format", ""), "…")


def _body_options(details: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    content = details.get("requestBody", {}).get("content", {})
    if _JSON in content:
        return ["-H 'Content-Type: application/json' -d @body.json"]
    if _FORM in content:
        schema = content[_FORM].get("schema", {})
        named = schemas.get(schema.get("$ref", "").removeprefix(_SCHEMA_HOME), schema)
        required = set(named.get("required", ()))
        return [
            f"-F {name}={_plain(sample(held, schemas))}"
            for name, held in named.get("properties", {}).items()
            if name in required
        ]
    return []


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _pretty(value: Any, indent: int = 0) -> str:
    """Write JSON with whatever fits on a line on one."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= _WIDEST or not isinstance(value, dict | list) or not value:
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        opened, closed = "{}"
        parts = [
            f"{inner}{json.dumps(key)}: {_pretty(held, indent + 2)}" for key, held in value.items()
        ]
    else:
        opened, closed = "[]"
        parts = [f"{inner}{_pretty(held, indent + 2)}" for held in value]
    return f"{opened}\n" + ",\n".join(parts) + f"\n{' ' * indent}{closed}"
