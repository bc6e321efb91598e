"""The OpenAPI document, its pages, and a quick fuzz of the organisation's calls."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from jsonschema_rs import Draft202012Validator
from ninja import NinjaAPI, Router, Schema
from tests.builders.http import with_token

from quanqu.doors.api.build import build_api
from quanqu.doors.api.document import document_of
from quanqu.doors.api.reading import operations_by_tag, type_text
from quanqu.doors.api.samples import sample
from quanqu.doors.api.views import error_kinds
from quanqu.project.routers import ROUTERS

NO_INNER_KEYS = {"parent_key", "company_key", "brand_key", "path"}


class Page(HTMLParser):
    """Collects what the page loads and names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in ("script", "link", "img"):
            self.loads.append(found.get("src") or found.get("href") or "inline")
        if "id" in found:
            self.ids.add(found["id"] or "")


@pytest.fixture
def document(client: Client) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    found: dict[str, dict[str, dict[str, dict[str, object]]]] = client.get(
        "/api/openapi.json"
    ).json()
    return found


def test_document_is_openapi_31_with_both_ways_in(document: dict[str, object]) -> None:
    assert str(document["openapi"]).startswith("3.1")
    schemes = document["components"]["securitySchemes"]  # type: ignore[index]
    assert schemes["ApiKeyAuth"] == {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "qq_live_…",
    }
    assert schemes["SessionAuth"]["in"] == "cookie"


def test_every_call_documents_its_refusals_as_problems(
    document: dict[str, dict[str, dict[str, dict[str, object]]]],
) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            responses: dict[str, dict[str, object]] = operation["responses"]  # type: ignore[assignment]
            assert {"401", "403", "404", "422", "429"} <= responses.keys(), (method, path)
            assert operation["security"], (method, path)
            content: dict[str, object] = responses["422"]["content"]  # type: ignore[assignment]
            assert list(content) == ["application/problem+json"]


def test_inner_keys_are_never_shown(document: dict[str, object]) -> None:
    schemas = document["components"]["schemas"]  # type: ignore[index]

    assert schemas
    for name in ("UnitOut", "PlaceOut", "PersonOut", "ApiKeyOut"):
        assert not NO_INNER_KEYS & schemas[name]["properties"].keys()


def test_schemas_that_share_a_name_both_survive() -> None:
    def room(inner: type) -> Router:
        found = type("FoundOut", (Schema,), {"__annotations__": {"inner": inner}})
        router = Router()
        router.get(f"/{inner.__name__}", response=found, operation_id=inner.__name__)(
            lambda request: None
        )
        return router

    one = type("CountOut", (Schema,), {"__annotations__": {"count": int}})
    two = type("CountOut", (Schema,), {"__annotations__": {"day": str}})
    api = NinjaAPI(urls_namespace="names")
    for prefix, inner in (("/a", one), ("/b", two), ("/c", one)):
        api.add_router(prefix, room(inner))

    document = document_of(api, path_prefix="/")

    def properties(path: str) -> set[str]:
        schema = document["paths"][path]["get"]["responses"][200]["content"]["application/json"]
        outer = schemas[schema["schema"]["$ref"].rpartition("/")[2]]
        return set(schemas[outer["properties"]["inner"]["$ref"].rpartition("/")[2]]["properties"])

    schemas = document["components"]["schemas"]
    assert properties("/a/CountOut") == properties("/c/CountOut") == {"count"}
    assert properties("/b/CountOut") == {"day"}
    assert set(schemas) == {"CountOut", "CountOut2", "FoundOut", "FoundOut2", "Problem"}


def test_no_two_rooms_answer_at_one_address() -> None:
    api = build_api(routers=ROUTERS)
    found = Counter(
        (method, f"{bound.prefix}/{path}".replace("//", "/"))
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    )

    assert found
    assert [address for address, count in found.items() if count > 1] == []


def test_every_reference_leads_somewhere(document: dict[str, object]) -> None:
    schemas = document["components"]["schemas"]  # type: ignore[index]
    targets = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))

    assert targets
    assert targets <= set(schemas)


def test_repeatable_calls_say_so(
    document: dict[str, dict[str, dict[str, dict[str, object]]]],
) -> None:
    parameters: list[dict[str, object]] = document["paths"]["/api/v1/people"]["post"]["parameters"]  # type: ignore[assignment]

    assert "Idempotency-Key" in [item["name"] for item in parameters]


def test_docs_page_shows_every_call_and_loads_nothing_from_outside(
    client: Client, document: dict[str, dict[str, dict[str, dict[str, object]]]]
) -> None:
    response = client.get("/api/docs")

    page = Page(response.content.decode())
    wanted = {
        str(operation["operationId"])
        for operations in document["paths"].values()
        for operation in operations.values()
    }
    assert wanted <= page.ids
    assert page.loads == ["/static/api/docs.css"]


def test_type_of_a_problem_leads_to_its_meaning(client: Client) -> None:
    for kind in error_kinds():
        assert kind.meaning, kind.code
    assert client.get("/errors/org.last_owner").status_code == 200
    assert client.get("/errors/").status_code == 200
    assert client.get("/errors/no.such").status_code == 404


def test_error_codes_are_one_each() -> None:
    codes = [kind.code for kind in error_kinds()]

    assert len(codes) == len(set(codes))
    assert all(400 <= kind.status < 600 for kind in error_kinds())


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"$ref": "#/components/schemas/UnitOut"}, "UnitOut"),
        ({"type": "array", "items": {"type": "string"}}, "list of string"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null"),
        ({"enum": ["a", "b"]}, "a | b"),
        ({"const": "x"}, "x"),
        ({"type": "string", "format": "date"}, "string (date)"),
        ({}, "any"),
    ],
)
def test_types_are_said_in_words(schema: dict[str, object], text: str) -> None:
    assert type_text(schema).text == text


def test_only_routers_can_be_mounted() -> None:
    with pytest.raises(TypeError):
        build_api(["quanqu.kernel.ids:PREFIXES"])


def test_without_a_token_every_call_is_refused(
    document: dict[str, dict[str, dict[str, dict[str, object]]]], db: None
) -> None:
    client = with_token("qq_live_none")
    for path, operations in document["paths"].items():
        for method in operations:
            response = client.generic(method.upper(), path.replace("{", "").replace("}", ""))
            assert response.status_code in (401, 429), (method, path)


def test_written_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    store = {"components": document["components"]}
    seen = 0
    for operations in document["paths"].values():
        for operation in operations.values():
            holders = [operation.get("requestBody", {}), *operation["responses"].values()]
            for holder in holders:
                content = holder.get("content", {}).get("application/json", {})
                for example in content.get("examples", {}).values():
                    schema = content["schema"] | store
                    value = example["value"]
                    if holder is not operation.get("requestBody"):  # an answer shown in part
                        value = value | {key: None for key in _required(schema) if key not in value}
                        schema = _of(schema, set(example["value"]))
                    Draft202012Validator(schema).validate(value)
                    assert example["summary"]
                    seen += 1
    assert seen >= 8


def _required(schema: dict[str, Any]) -> list[str]:
    found: list[str] = _named(schema).get("required", [])
    return found


def _of(schema: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    """Return the schema with only some of its properties."""
    named = _named(schema)
    kept = {name: held for name, held in named["properties"].items() if name in keys}
    return {"type": "object", "properties": kept, "components": schema["components"]}


def _named(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def test_every_call_has_a_line_to_try_and_a_body_its_schema_takes(
    document: dict[str, Any],
) -> None:
    groups = operations_by_tag(document)
    calls = [call for group in groups.values() for call in group]
    assert len(calls) > 80
    for call in calls:
        assert call.line.startswith('curl -H "Authorization: Bearer $TOKEN"'), call
        assert "{" not in call.line, call.line
        assert (call.bodies != ()) == ("-d @body.json" in call.line), call
    asking = next(call for call in calls if call.path == "/api/v1/metrics/query")
    assert json.loads(asking.bodies[0].text)["dimensions"] == ["channel"]
    assert json.loads(asking.answers[0].text)["row_count"] == 3
    lookup = next(call for call in calls if call.path == "/api/v1/orders/lookup")
    assert "external_id=" in lookup.line
    upload = next(c for c in calls if (c.path, c.method) == ("/api/v1/imports", "POST"))
    assert "-F file=@file" in upload.line


def test_samples_are_made_of_their_schemas() -> None:
    schemas = {"Inner": {"type": "object", "properties": {"a": {"type": "integer", "minimum": 3}}}}
    schemas["Inner"]["required"] = ["a"]
    assert sample({"$ref": "#/components/schemas/Inner"}, schemas) == {"a": 3}
    assert sample({"type": "array", "items": {"enum": ["x", "y"]}}, {}) == ["x"]
    assert sample({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, {}) is True
    assert sample({"const": 4}, {}) == 4
    assert sample({"type": "string", "format": "date", "default": None}, {}) == "2026-11-22"
    assert sample({"type": "string", "examples": ["a"], "default": "b"}, {}) == "a"
    endless = {"Loop": {"properties": {"l": {"$ref": "#/components/schemas/Loop"}}}}
    endless["Loop"]["required"] = ["l"]  # type: ignore[assignment] # built by hand
    assert "l" in sample({"$ref": "#/components/schemas/Loop"}, endless)
