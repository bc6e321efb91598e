"""The inventory of personal data as a page: what rests where, and what an erasure does there."""

from collections.abc import Iterator, Sequence
from typing import Final

from quanqu.infra.personal.contracts import Holding, Store
from quanqu.infra.personal.facade import holdings, personal_holdings

_STORES: Final = {
    Store.TABLE: "The database",
    Store.LAKE: "The lake",
    Store.FILES: "Files of the home",
}
_HEAD: Final = ("place", "personal columns", "found by", "an erasure", "why")


def personal_data() -> Iterator[str]:
    """Yield the parts of the page."""
    yield (
        "Every column that holds personal data, with its class, and what an erasure does with the "
        "rows of a person. A test fails on a column that no room has declared."
    )
    for store, title in _STORES.items():
        rows = [_row(one) for one in personal_holdings() if one.store is store]
        yield f"## {title}"
        yield "\n".join(_lines([_HEAD, ("---",) * len(_HEAD), *sorted(rows)]))
    plain = sorted(one.name for one in holdings() if not one.personal)
    yield "## Without personal data"
    yield ", ".join(f"`{name}`" for name in plain) + "."


def _row(one: Holding) -> tuple[str, ...]:
    by_class = [
        f"{each.value}: {', '.join(f'`{name}`' for name, c in one.personal.items() if c is each)}"
        for each in one.classes
    ]
    return (f"`{one.name}`", "; ".join(by_class), one.found_by, one.treatment.value, one.reason)


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in rows:
        yield f"| {' | '.join(row)} |"
