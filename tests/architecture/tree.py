"""The source tree as the architecture tests see it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "src" / "quanqu"
WINGS: Final = ("know", "learn", "sell", "engage", "steer", "doors")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*.py")) if "migrations" not in p.parts]


def source_files() -> list[Path]:
    return python_files(SOURCE)


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def looked_for(path: Path) -> list[ast.AST]:
    """Return the nodes of a file that any test asks for: a tree is walked once."""
    return [node for node in ast.walk(parse(path)) if isinstance(node, _LOOKED_FOR)]


_LOOKED_FOR: Final = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.Import, ast.ImportFrom, ast.Attribute,
)  # fmt: skip


def functions(path: Path) -> Iterator[Function]:
    for node in looked_for(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(path: Path) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in looked_for(path):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def shown(path: Path, line: int = 0) -> str:
    name = str(path.relative_to(ROOT))
    return f"{name}:{line}" if line else name
