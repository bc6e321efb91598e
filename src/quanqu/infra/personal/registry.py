"""The declared holdings, by store and name."""

from quanqu.infra.personal.contracts import FIRST, LAST, Holding, Store, Treatment

_holdings: dict[str, Holding] = {}


def declare(holding: Holding) -> None:
    """Declare a holding, from a room's `personal.py`; the same code again takes its place.

    Raises: ValueError when a column is both personal and plain, or when personal data has neither
    a work that finds it nor a reason why none is needed.
    """
    both = set(holding.personal) & set(holding.plain.split())
    if both:
        raise ValueError(f"{holding.code}: {sorted(both)} are personal and plain")
    if not FIRST <= holding.phase <= LAST:
        raise ValueError(f"{holding.code}: a phase is {FIRST} to {LAST}")
    if holding.personal and holding.work is None and not holding.reason:
        raise ValueError(f"{holding.code}: personal data needs a work, or a reason for none")
    if holding.treatment in {Treatment.KEPT, Treatment.EXPIRES} and not holding.reason:
        raise ValueError(f"{holding.code}: what is kept needs a reason")
    _holdings[holding.code] = holding


def declare_plain(name: str, columns: str, *, store: Store = Store.TABLE) -> None:
    """Declare a table none of whose columns is personal."""
    declare(Holding(name=name, store=store, plain=columns))


def holdings() -> tuple[Holding, ...]:
    """Return every holding in the order in which an erasure walks them."""
    return tuple(sorted(_holdings.values(), key=lambda one: (one.phase, one.code)))


def personal_holdings() -> tuple[Holding, ...]:
    """Return the holdings with personal columns, in the order in which an erasure walks them."""
    return tuple(one for one in holdings() if one.personal)


def undeclared(store: Store, tables: dict[str, frozenset[str]]) -> list[str]:
    """Return `name.column` of what is there and not declared, and of what is declared and gone.

    Shapes: `tables` holds the columns of every table that exists in the store.
    """
    known = {one.name: one.columns for one in _holdings.values() if one.store is store}
    missing = [
        f"{name}.{column} is not declared"
        for name, columns in tables.items()
        for column in sorted(columns - known.get(name, frozenset()))
    ]
    gone = [
        f"{name}.{column} is declared and does not exist"
        for name, columns in known.items()
        for column in sorted(columns - tables.get(name, frozenset()))
    ]
    return sorted([*missing, *gone])
