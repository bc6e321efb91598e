"""Arrays of a statement as text: PostgreSQL reads them faster than a driver writes lists."""

from collections.abc import Iterable

__all__ = ["number_array", "text_array"]


def number_array(values: Iterable[object]) -> str:
    """Return an array whose values need no quotes: numbers, UUIDs, times without a name."""
    return "{" + ",".join(map(str, values)) + "}"


def text_array(values: Iterable[str | None]) -> str:
    """Return an array of text; None is NULL."""
    return "{" + ",".join(map(_quoted, values)) + "}"


def _quoted(value: str | None) -> str:
    if value is None:
        return "NULL"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
