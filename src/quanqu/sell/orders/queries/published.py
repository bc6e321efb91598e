"""Law 8 over the live data: figures rest on what was recorded, so the lake must hold just that."""

from collections.abc import Mapping
from typing import Final

from django.db import connection

from quanqu.infra.lake.facade import run, snapshot_version, table, waiting_partitions

_SHOWN: Final = 20
_ATTEMPTS: Final = 3
_TABLES: Final = {
    "fact_order": ("total_minor", "orders_order o", "o", "o.total_minor"),
    "fact_order_line": (
        "amount_minor",
        "orders_order o JOIN orders_orderline l ON l.order_key = o.key",
        "o",
        "l.amount_minor",
    ),
    "fact_payment": (
        "amount_minor",
        "orders_order o JOIN orders_orderpayment p ON p.order_key = o.key",
        "o",
        "p.amount_minor",
    ),
    "fact_refund": ("amount_minor", "orders_refund r", "r", "r.amount_minor"),
    "fact_refund_line": (
        "amount_minor",
        "orders_refund r JOIN orders_refundline l ON l.refund_key = r.key",
        "r",
        "l.amount_minor",
    ),
}

Counts = Mapping[str, tuple[int, int]]


def unlike_the_lake() -> list[str]:
    """Return a sentence for each company and month whose rows in the lake are not those recorded.

    What is marked and not yet published is left out; a change while looking is looked at again.
    """
    found = [text for name in _TABLES for text in _differences(name)]
    return found[:_SHOWN]


def _differences(name: str) -> list[str]:
    for _ in range(_ATTEMPTS):
        before = snapshot_version([name])
        published, recorded = _in_lake(name), _recorded(name)
        waiting = waiting_partitions(name)
        if snapshot_version([name]) == before:
            break
    parts = [] if waiting is None else sorted({*published, *recorded} - waiting)
    return [
        f"{name}, company and month {part}: {_words(recorded.get(part))} recorded, "
        f"{_words(published.get(part))} in the lake."
        for part in parts
        if published.get(part) != recorded.get(part)
    ]


def _in_lake(name: str) -> Counts:
    facts, column = table(name), _TABLES[name][0]
    grouped = facts.group_by("part").aggregate(n=facts.count(), minor=facts[column].sum())
    return {row["part"]: (row["n"], int(row["minor"])) for row in run(grouped).to_pylist()}


def _recorded(name: str) -> Counts:
    _, source, head, amount = _TABLES[name]
    statement = (
        f"SELECT {head}.company_key || '-' || to_char({head}.business_date, 'YYYYMM'),"  # noqa: S608 - words of this module
        f" count(*), sum({amount}) FROM {source} GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {part: (n, int(minor)) for part, n, minor in cursor.fetchall()}


def _words(found: tuple[int, int] | None) -> str:
    return "nothing" if found is None else f"{found[0]} rows of {found[1]} minor units"
