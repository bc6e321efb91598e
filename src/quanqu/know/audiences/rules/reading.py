"""Read a definition: its shape by the grammar, its sense by the fields; exact places of faults."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from quanqu.know.audiences.contracts import (
    And,
    Definition,
    DefinitionError,
    Leaf,
    Node,
    Not,
    Or,
    Problem,
)
from quanqu.know.audiences.rules.leaf_checks import check_leaf, check_version

DEEPEST: Final = 25
MOST_LEAVES: Final = 200

_PLACE: Final = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_JOINS: Final = ("and", "or", "not")


def parse(raw: Mapping[str, Any]) -> Definition:
    """Read JSON data as a definition that makes sense. Raises: DefinitionError.

    A definition of far too many conditions is refused before it is looked at any closer.
    """
    if (count := _count_kinds(raw)) > MOST_LEAVES:
        raise DefinitionError([_too_many(count)])
    try:
        definition = msgspec.convert(raw, Definition)
    except msgspec.ValidationError as error:
        exact = list(_misshapen(raw.get("match"), "$.match", 1))
        raise DefinitionError(exact or [_shape_problem("$", error)]) from None
    except RecursionError:
        raise DefinitionError([Problem("$", "too_deep")]) from None
    if problems := check(definition):
        raise DefinitionError(problems)
    return definition


def _count_kinds(raw: Mapping[str, Any]) -> int:
    """Count the conditions of raw data without recursion, whatever else it holds."""
    waiting, count = [raw.get("match")], 0
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Mapping):
            continue
        if node.get("kind") not in _JOINS:
            count += 1
        below = node.get("nodes")
        waiting += below if isinstance(below, list) else []
        waiting.append(node.get("node"))
    return count


def dump(definition: Definition) -> dict[str, Any]:
    """Write a definition as JSON data."""
    written: dict[str, Any] = msgspec.to_builtins(definition)
    return written


def rule_key(rule: Leaf) -> str:
    """Return text that equal rules share and no other rule has."""
    return msgspec.json.encode(rule).decode()


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of definitions."""
    schema: dict[str, Any] = msgspec.json.schema(Definition)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def leaves(node: Node, path: str = "$.match") -> Iterator[tuple[str, Leaf]]:
    """Yield the rules of a tree with their JSON paths, in reading order."""
    for at, found, _ in _walk(node, path, 1):
        if isinstance(found, Leaf):
            yield at, found


def children(node: Node, path: str) -> list[tuple[str, Node]]:
    """Return the nodes directly below one, with their JSON paths."""
    if isinstance(node, And | Or):
        return [(f"{path}.nodes[{at}]", child) for at, child in enumerate(node.nodes)]
    return [(f"{path}.node", node.node)] if isinstance(node, Not) else []


def check(definition: Definition) -> list[Problem]:
    """Return what is wrong with a well-formed definition, in reading order."""
    problems: list[Problem] = []
    count = 0
    for path, node, depth in _walk(definition.match, "$.match", 1):
        if depth > DEEPEST:
            return [Problem(path, "too_deep", {"deepest": str(DEEPEST)})]
        if isinstance(node, Leaf):
            count += 1
            problems += check_leaf(path, node)
            problems += [] if definition.version > 1 else check_version(path, node)
    if count > MOST_LEAVES:
        return [_too_many(count)]
    return problems


def _too_many(count: int) -> Problem:
    return Problem("$.match", "too_many", {"most": str(MOST_LEAVES), "count": str(count)})


def _misshapen(node: object, path: str, depth: int) -> Iterator[Problem]:
    """Yield the faults in the shape of single rules: msgspec itself names no place in a list."""
    if not isinstance(node, Mapping) or node.get("kind") not in _JOINS or depth > DEEPEST:
        try:
            msgspec.convert(node, Node)
        except msgspec.ValidationError as error:
            yield _shape_problem(path, error)
        except RecursionError:
            yield Problem(path, "too_deep", {"deepest": str(DEEPEST)})
        return
    if node["kind"] == "not":
        yield from _misshapen(node.get("node"), f"{path}.node", depth + 1)
    elif isinstance(node.get("nodes"), list):
        for at, child in enumerate(node["nodes"]):
            yield from _misshapen(child, f"{path}.nodes[{at}]", depth + 1)


def _shape_problem(path: str, error: msgspec.ValidationError) -> Problem:
    found = _PLACE.match(str(error))
    what, below = (found["what"], found["path"]) if found else (str(error), None)
    return Problem(path + (below or "$").removeprefix("$"), "shape", {"reason": what})


def _walk(node: Node, path: str, depth: int) -> Iterator[tuple[str, Node, int]]:
    yield path, node, depth
    if depth <= DEEPEST:
        for at, child in children(node, path):
            yield from _walk(child, at, depth + 1)
