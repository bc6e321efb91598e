"""Which value of a profile field survives among a customer's identifiers: the latest observed.

The decision is made where the rows are, so it is written once here as SQL over the alias `p` of
customers_profile: `seen` holds [µs since 1970, source, mark] per field.
"""

from collections.abc import Iterable


def newest_first(field: str) -> str:
    """Return the ORDER BY that puts the surviving value of a field first."""
    return (
        f"(p.seen->'{field}'->>0)::bigint DESC, (p.seen->'{field}'->>1) COLLATE \"C\" DESC, "
        "p.subject_key"
    )


def survivor(field: str, value: str | None = None) -> str:
    """Return an aggregate that yields the surviving value of a field, or what `value` makes of
    the surviving row."""
    taken = value or f"p.{field}"
    return (
        f"(array_agg({taken} ORDER BY {newest_first(field)}) FILTER (WHERE p.seen ? '{field}'))[1]"
    )


def survivors(fields: Iterable[str]) -> str:
    """Return the aggregates of several fields, each under its own name."""
    return ", ".join(f"{survivor(field)} AS {field}" for field in fields)
