"""The OpenAPI document as a reader wants it: operations by subject, and what each thing holds."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from quanqu.doors.api.samples import Example, call_line, examples_of, made_body

_SCHEMA_HOME: Final = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class TypeText:
    """A type in words, and the schema it refers to if it does."""

    text: str
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a property."""

    name: str
    place: str
    type: TypeText
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: status, meaning, content."""

    status: str
    description: str
    type: TypeText | None


@dataclass(frozen=True, slots=True)
class Operation:
    """A call."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body: TypeText | None
    responses: tuple[Response, ...]
    line: str
    bodies: tuple[Example, ...]
    answers: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """A thing that calls take or give."""

    name: str
    description: str
    fields: tuple[Field, ...]


def operations_by_tag(document: dict[str, Any]) -> dict[str, list[Operation]]:
    """Return every call under its first tag, in the order of the routers."""
    found: dict[str, list[Operation]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method, details in methods.items():
            tag = (details.get("tags") or ["other"])[0]
            found[tag].append(_operation(method, path, details, document))
    return dict(found)


def schemas_of(document: dict[str, Any]) -> list[Schema]:
    """Return every named schema by name."""
    schemas = document["components"].get("schemas", {})
    return [
        Schema(name, details.get("description", ""), tuple(_properties(details)))
        for name, details in sorted(schemas.items())
    ]


def type_text(schema: dict[str, Any]) -> TypeText:
    """Say a JSON Schema type in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_SCHEMA_HOME)
        return TypeText(name, name)
    options = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if options:
        parts = [type_text(option) for option in options]
        target = next((part.schema for part in parts if part.schema), "")
        return TypeText(" or ".join(part.text for part in parts), target)
    if "enum" in schema:
        return TypeText(" | ".join(str(value) for value in schema["enum"]))
    if "const" in schema:
        return TypeText(str(schema["const"]))
    kind = schema.get("type", "any")
    if kind == "array":
        inner = type_text(schema.get("items", {}))
        return TypeText(f"list of {inner.text}", inner.schema)
    return TypeText(f"{kind} ({schema['format']})" if "format" in schema else str(kind))


def _operation(
    method: str, path: str, details: dict[str, Any], document: dict[str, Any]
) -> Operation:
    parameters = tuple(
        Field(
            item["name"],
            item["in"],
            type_text(item["schema"]),
            item.get("required", False),
            item.get("description", ""),
        )
        for item in details.get("parameters", ())
    )
    responses = tuple(
        Response(str(status), answer.get("description", ""), _content(answer))
        for status, answer in sorted(details["responses"].items(), key=lambda pair: str(pair[0]))
    )
    body = _content(details["requestBody"]) if "requestBody" in details else None
    return Operation(
        details["operationId"],
        method.upper(),
        path,
        details.get("summary", ""),
        details.get("description", ""),
        parameters,
        body,
        responses,
        call_line(method, path, details, document),
        made_body(details, document),
        tuple(
            example for answer in details["responses"].values() for example in examples_of(answer)
        ),
    )


def _content(holder: dict[str, Any]) -> TypeText | None:
    for content in holder.get("content", {}).values():
        return type_text(content.get("schema", {}))
    return None


def _properties(schema: dict[str, Any]) -> Iterator[Field]:
    required = set(schema.get("required", ()))
    for name, details in schema.get("properties", {}).items():
        description = details.get("description", "")
        yield Field(name, "", type_text(details), name in required, description)
