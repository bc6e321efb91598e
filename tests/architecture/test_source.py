"""Laws of the source text: sizes, names, imports at the top, no signals."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from tests.architecture.tree import (
    ROOT,
    SOURCE,
    functions,
    imports,
    looked_for,
    parse,
    python_files,
    shown,
    source_files,
)

LINES = {"src": 500, "tests": 600, "bench": 500, "tools": 500}
FUNCTION_LINES = 60
FORBIDDEN_NAMES = {"utils", "util", "helpers", "services", "managers", "common", "misc"}
SIGNALS = {"django.dispatch", "django.db.models.signals", "django.core.signals"}


@pytest.mark.parametrize("wing", sorted(LINES))
def test_no_file_is_longer_than_its_ceiling(wing: str) -> None:
    lengths = {shown(p): len(p.read_text("utf-8").splitlines()) for p in python_files(ROOT / wing)}

    assert {name: lines for name, lines in lengths.items() if lines > LINES[wing]} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{shown(path, node.lineno)} {node.name}"
        for path in source_files()
        for node in functions(path)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    ]

    assert long == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [shown(p) for p in source_files() if FORBIDDEN_NAMES & {p.stem, *p.parent.parts}]

    assert vague == []


def test_imports_are_at_the_top_and_absolute() -> None:
    inside = [
        shown(path, node.lineno)
        for path in source_files()
        for function in functions(path)
        for node in imports(path)
        if function.lineno < node.lineno <= (function.end_lineno or 0)
    ]
    relative = [
        shown(path, node.lineno)
        for path in source_files()
        for node in imports(path)
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert (inside, relative) == ([], [])


def test_every_module_says_what_it_is_for() -> None:
    silent = [shown(p) for p in source_files() if parse(p).body and not ast.get_docstring(parse(p))]

    assert silent == []


def test_rooms_use_neither_signals_nor_models_by_name() -> None:
    rooms = [p for p in source_files() if p.relative_to(SOURCE).parts[0] != "infra"]
    found = [shown(path, line) for path in rooms for line in _hidden_ways(looked_for(path))]

    assert found == []


def test_only_the_lake_talks_to_an_engine() -> None:
    engines = {"duckdb", "deltalake"}
    elsewhere = [
        shown(path, node.lineno)
        for path in source_files()
        if SOURCE / "infra" / "lake" not in path.parents
        for node in imports(path)
        if _roots(node) & engines
    ]

    assert elsewhere == []


@pytest.mark.parametrize(
    "text",
    [
        "from django.dispatch import receiver",
        "from django.db.models import signals",
        "from django.db.models.signals import post_save",
        "apps.get_model('org', 'Person')",
    ],
)
def test_the_ban_on_hidden_ways_bites(text: str) -> None:
    assert list(_hidden_ways(ast.walk(ast.parse(text)))) == [1]


def _hidden_ways(nodes: Iterable[ast.AST]) -> Iterator[int]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
            if names & SIGNALS:
                yield node.lineno
        elif isinstance(node, ast.Attribute) and node.attr == "get_model":
            yield node.lineno


def _roots(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {str(node.module).partition(".")[0]}
    return {alias.name.partition(".")[0] for alias in node.names}


def test_the_tree_is_where_the_tests_look() -> None:
    assert Path(SOURCE / "kernel" / "errors.py") in source_files()
    assert len(source_files()) > 100
