"""Broken input at the edge: every kind of it is a problem of the caller's, in one shape.

The suite tries each parameter with a few of the odd values, other ones at each, and each kind of
broken call at a third of the calls, another third for each; `--thorough` tries every kind at every
call, and with QUANQU_FUZZ_EXAMPLES set every parameter is tried with every value.
"""

import json
import os
from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any
from zlib import crc32

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker
from tests.builders import timeline
from tests.builders.corners import make_corner, make_goods
from tests.builders.held import held_database, undone
from tests.builders.http import program, signed_in
from tests.builders.org import SYSTEM, make_company
from tests.builders.tiers import IS_USUAL
from tests.builders.walks import SIDED, Route, api_routes, api_writes, console_routes, text_of

from quanqu.know.org.contracts import PlaceType

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

JSON = "application/json"
ODD_VALUES = (
    "\x00", "a\x00b", "\ud7ff\uffff", "-1", "0", "9" * 40, "1e400", "NaN", "true", "[]", "{}",
    "%00", "%ff", "../../etc/passwd", "'; drop table org_unit; --", "x" * 5000, " ", "\u202e",
    "ord_" + "z" * 26, "9999-12-31", "0000-00-00", "2026-02-30", "2026-01-01T00:00:00+99:00",
)  # fmt: skip
WORST = ("\x00", "\ud7ff\uffff", "9" * 40, "1e400", "%ff", "9999-12-31", "0000-00-00")
"""Those that have found something in queries and paths."""
EVERYTHING = "QUANQU_FUZZ_EXAMPLES" in os.environ
BODIES = {
    "not JSON": b"{",
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "half a pair": b'{"name": "\\ud800"}',
    "NUL": b'{"name": "a\\u0000b", "code": "a\\u0000b"}',
    "a great number": b'{"name": ' + b"9" * 4000 + b', "limit": 1e999}',
    "not a number": b'{"limit": NaN}',
    "a list": b"[]",
    "nothing": b"null",
    "a text": b'"x"',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "empty": b"",
    "twice": b'{"name": "a", "name": 1}',
    "large": b'{"name": "' + b"x" * 5_000_000 + b'"}',
}


@pytest.fixture(scope="module")
def edge(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator["Edge"]:
    """Return callers, and the calls there are."""
    home = tmp_path_factory.mktemp("edge")
    with held_database(django_db_blocker, home):
        yield Edge(home)


class Edge:
    """A program and a person who may do everything, every call, and what is there."""

    def __init__(self, home: Any) -> None:
        company = make_company("ibis")
        corner = make_corner("aardvark", company, PlaceType.WEB_SHOP, 1111, home)
        other = make_corner("badger", company, PlaceType.STORE, 2222, home)
        goods = make_goods("ibis", company, SYSTEM, corner.place, other.place)
        self.known = {**corner.known, **goods}
        self.program, self.person = program(), signed_in()
        self.write_key = timeline.make_source("edge", place="edge").write_key
        self.document = Client().get("/api/openapi.json").json()
        self.reads = [one for one in api_routes(self.document) if one.body is None]

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield method, address with ids that are there, and declaration of every call."""
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                yield method.upper(), self.address(path, operation), operation

    def address(self, path: str, operation: dict[str, Any]) -> str:
        """Fill the path of a call."""
        for one in operation.get("parameters", ()):
            if one["in"] == "path":
                value = self.known.get(SIDED.get(one["name"], ""), "net_sales")
                path = path.replace(f"{{{one['name']}}}", value)
        return path


def amiss(answer: Any) -> str:
    """Return what is wrong with an answer to broken input; empty when it is a good refusal."""
    if answer.status_code < 400:
        return ""
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if answer["Content-Type"] != "application/problem+json":
        return f"{answer.status_code} is {answer['Content-Type']}"
    told = answer.json()
    return "" if told["status"] == answer.status_code and told["code"] else f"says {told}"


def refusal(answer: Any) -> str:
    """Return what is wrong with an answer that has to be a refusal."""
    return amiss(answer) or ("" if answer.status_code >= 400 else f"status {answer.status_code}")


def turns(values: Sequence[str], few: int, *where: str) -> Sequence[str]:
    """Return a few of the values, which of them by where they are tried; or all of them."""
    if EVERYTHING:
        return values
    first = crc32(" ".join(where).encode())
    return [values[(first + at * len(values) // few) % len(values)] for at in range(few)]


def has_turn(kind: str, *where: str) -> bool:
    """Tell whether a kind of broken call is tried here: usually each at a third of the calls."""
    return not IS_USUAL or crc32(" ".join((kind, *where)).encode()) % 3 == 0


@pytest.mark.parametrize("kind", BODIES)
def test_a_broken_body_is_refused(edge: Edge, kind: str) -> None:
    told = {}
    for method, address, operation in edge.operations():
        if method == "GET" or not has_turn(kind, method, address):
            continue
        takes = JSON in operation.get("requestBody", {}).get("content", {})
        with undone():
            answer = edge.program.generic(method, address, BODIES[kind], JSON)
        told[method, address] = amiss(answer)
        if takes and not told[method, address] and kind in _NEVER:
            told[method, address] = refusal(answer)

    assert not _lines(told), _lines(told)


# What no call can take, whatever its fields are.
_NEVER = frozenset(
    {"not JSON", "not UTF-8", "a list", "a text", "deep", "deep objects", "large", "not a number"}
)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data", "nonsense", "", "a/b; c=\x7f"]
)
def test_a_wrong_content_type_is_no_bug(edge: Edge, kind: str) -> None:
    told = {}
    for method, address, _ in edge.operations():
        if method != "GET" and has_turn(kind, method, address):
            with undone():
                answer = edge.program.generic(method, address, b'{"name": "x"}', kind)
            told[method, address] = amiss(answer)

    assert not _lines(told), _lines(told)


def test_odd_values_in_query_and_path_are_refused_or_answered(edge: Edge) -> None:
    told = {}
    for route in edge.reads:
        for name in (*route.path, *route.query):
            for value in turns(ODD_VALUES if EVERYTHING else WORST, 2, route.template, name):
                answer = route.call(edge.program, edge.known, **{name: value})
                told[route.template, name, value[:20]] = amiss(answer)

    assert not _lines(told), _lines(told)


@pytest.mark.thorough
def test_parameters_given_twice_are_no_bug(edge: Edge) -> None:
    told = {}
    for route in edge.reads:
        for name in route.query:
            given = route.value(name, edge.known)
            twice = Route(route.template, route.path, (), route.required, ((name, given),) * 3)
            told[route.template, name] = amiss(twice.call(edge.program, edge.known))

    assert not _lines(told), _lines(told)


@pytest.mark.parametrize(
    "cursor", ["x", "\x00", "W10", "WzFd", "WyJhIl0", "W251bGxd", "WzFlOTk5XQ", "WzFdWzFd",
               "WzEsMiwzLDQsNV0", "WzksOTk5OTk5OTk5OTk5OTk5OTk5OTk5OV0",
               "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTld", "WyJhIiwiYiIsImMiLCJkIiwiZSJd", "é" * 400]
)  # fmt: skip
def test_a_bad_cursor_is_refused_or_answered(edge: Edge, cursor: str) -> None:
    told = {}
    for route in edge.reads:
        if "cursor" in route.query and has_turn(cursor, route.template):
            told[route.template] = amiss(route.call(edge.program, edge.known, cursor=cursor))

    assert not _lines(told), _lines(told)
    assert len(told) > 10


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 300, "ключ", "\x00", "a\tb"])
def test_a_bad_idempotency_key_is_refused(edge: Edge, key: str) -> None:
    told = {}
    for method, address, operation in edge.operations():
        if has_turn(key, method, address) and any(
            one["name"] == "Idempotency-Key" for one in operation.get("parameters", ())
        ):
            with undone():
                answer = edge.program.generic(
                    method, address, b"{}", JSON, headers={"Idempotency-Key": key}
                )
            told[method, address] = refusal(answer)

    assert not _lines(told), _lines(told)
    assert len(told) > 10


@pytest.mark.parametrize("method", ["TRACE", "PATCH", "DELETE", "OPTIONS", "PUT", "BREW"])
def test_an_unknown_method_is_refused(edge: Edge, method: str) -> None:
    declared = {(given, address) for given, address, _ in edge.operations()}
    told = {}
    for address in sorted({address for _, address in declared}):
        if (method, address) not in declared and has_turn(method, address):
            told[address] = refusal(edge.program.generic(method, address))

    assert not _lines(told), _lines(told)


@pytest.mark.parametrize("kind", BODIES)
def test_the_tracking_api_refuses_or_counts_what_is_broken(edge: Edge, kind: str) -> None:
    for call in ("batch", "track", "identify", "page", "t", "import"):
        answer = Client(raise_request_exception=False).post(
            f"/v1/{call}",
            BODIES[kind],
            JSON,
            headers={"Authorization": _basic(edge.write_key)},
        )
        assert not refusal(answer), (call, answer.content[:300])


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Basic \x00"},
        {"Authorization": "Basic ////"},
        {"Authorization": "Basic " + "e" * 9000},
        {"Authorization": "Bearer x"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "br"},
        {"Content-Length": "-5"},
        {"Content-Length": "abc"},
        {"Origin": "null"},
        {"Origin": "\x00"},
    ],
)
def test_broken_headers_of_the_tracking_api_are_refused(
    edge: Edge, headers: dict[str, str]
) -> None:
    answer = Client(raise_request_exception=False).post(
        "/v1/batch", b'{"batch": [1]}', JSON, headers=headers
    )

    assert not refusal(answer), answer.content[:300]


@pytest.mark.parametrize("path", ["/v1/\x00", "/v1/", "/v1/batch/x", "/api/v1/\x00", "/api/v1/%ff",
                                  "/hooks/shopify/\x00", "/hooks/x/y", "/api/v1//me"])  # fmt: skip
def test_an_address_that_is_none_is_a_problem(edge: Edge, path: str) -> None:
    for method in ("GET", "POST"):
        assert not refusal(edge.program.generic(method, path, b"\xff", JSON)), path


@pytest.mark.thorough
def test_odd_values_are_no_bug_of_the_console(edge: Edge) -> None:
    told = {}
    for route in console_routes():
        everywhere = turns(("cursor", "from", "to", "compare", "by", "channel"), 2, route.template)
        for name in (*route.path, *route.query, *everywhere):
            for value in turns(ODD_VALUES if EVERYTHING else WORST, 1, route.template, name):
                if route.body is None and not (name in route.path and value.startswith("..")):
                    answer = route.call(edge.person, edge.known, **{name: value})
                    text_of(answer)  # a file stays open until it is read
                    failed = answer.status_code >= 500
                    told[route.template, name, value[:20]] = "status 500" if failed else ""

    assert not _lines(told), _lines(told)


def test_writes_name_nothing_odd(edge: Edge) -> None:
    told = {}
    for route in api_writes(edge.document):
        for name in (*route.path, *route.inside):
            for value in turns(ODD_VALUES, 2 if IS_USUAL else 5, route.template, name):
                given = json.dumps(value)[1:-1] if name in route.inside else value
                with undone():
                    answer = route.call(edge.program, edge.known, **{name: given})
                if amiss(answer):
                    told[route.template, name, value[:20]] = amiss(answer)

    assert not _lines(told), _lines(told)


def test_too_large_a_body_is_refused_by_every_program_path(edge: Edge) -> None:
    large = b'{"batch": "' + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1) + b'"}'

    for path in ("/api/v1/units", "/v1/batch", "/hooks/shopify/x"):
        assert not refusal(edge.program.generic("POST", path, large, JSON)), path


def _lines(told: dict[Any, str]) -> str:
    return "\n".join(f"{call}: {said}" for call, said in told.items() if said)


def _basic(write_key: str) -> str:
    return "Basic " + b64encode(f"{write_key}:".encode()).decode()
