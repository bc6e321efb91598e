"""A facade has imports and `__all__` only; what it offers is keyword-only, typed and explained."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import get_type_hints

import pytest
from django.apps import apps
from django.db.models import Manager, Model, QuerySet
from tests.architecture.tree import SOURCE, WINGS, parse, shown, source_files

FACADES = [path for path in source_files() if path.name == "facade.py"]
PLUMBING = "infra"


def module_name(path: Path) -> str:
    return ".".join(["quanqu", *path.relative_to(SOURCE).with_suffix("").parts])


def is_installed(path: Path) -> bool:
    wing, room, *_ = path.relative_to(SOURCE).parts
    return wing not in WINGS or apps.is_installed(f"quanqu.{wing}.{room}")


def offered() -> Iterator[tuple[str, object]]:
    for path in filter(is_installed, FACADES):
        module = import_module(module_name(path))
        for name in module.__all__:
            yield f"{module.__name__}.{name}", getattr(module, name)


@pytest.mark.parametrize("path", FACADES, ids=shown)
def test_a_facade_has_imports_and_all_only(path: Path) -> None:
    doc, *body = parse(path).body
    others = [node.lineno for node in body if not isinstance(node, ast.ImportFrom)]
    names = [
        alias.asname or alias.name
        for n in body
        if isinstance(n, ast.ImportFrom)
        for alias in n.names
    ]
    module_all = next(node for node in body if isinstance(node, ast.Assign))

    assert isinstance(doc, ast.Expr)
    assert others == [module_all.lineno]
    assert sorted(ast.literal_eval(module_all.value)) == sorted(names)


def test_what_a_facade_offers_is_explained() -> None:
    silent = [
        name
        for name, value in offered()
        if isinstance(value, FunctionType | type) and not inspect.getdoc(value)
    ]

    assert silent == []


def test_functions_of_rooms_take_keywords_only() -> None:
    positional = [
        name
        for name, value in offered()
        if isinstance(value, FunctionType)
        and name.split(".")[1] != PLUMBING
        and any(
            parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
            for parameter in inspect.signature(value).parameters.values()
        )
    ]

    assert positional == []


def test_no_table_passes_through_a_facade() -> None:
    leaking = [
        f"{name}({argument})"
        for name, value in offered()
        if isinstance(value, FunctionType)
        for argument, hint in get_type_hints(value).items()
        if _names_a_table(hint)
    ]

    assert leaking == []


def _names_a_table(hint: object) -> bool:
    if isinstance(hint, type) and issubclass(hint, Model | QuerySet | Manager):
        return True
    return any(_names_a_table(part) for part in getattr(hint, "__args__", ()))
