"""Rows of a PostgreSQL warehouse, read only, in the order of cursor and id."""

import os
import socket
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from quanqu.know.timeline.contracts import WarehouseRead, WarehouseReadError

STATEMENT_S: Final = 120
CONNECT_S: Final = 10
HOSTS: Final = "QUANQU_WAREHOUSE_HOSTS"
_FIRST: Final = (
    "WITH q AS ({query}) SELECT q.*, q.{cursor}::text AS _qq_cursor, q.{own}::text AS _qq_id"
    " FROM q ORDER BY q.{cursor}, q.{own} LIMIT %s"
)
_FOLLOWING: Final = (
    "WITH q AS ({query}) SELECT q.*, q.{cursor}::text AS _qq_cursor, q.{own}::text AS _qq_id"
    " FROM q WHERE (q.{cursor}, q.{own}) > (%s, %s) ORDER BY q.{cursor}, q.{own} LIMIT %s"
)


def addresses_of(host: str) -> list[str]:
    """Return the addresses of a host. Raises: WarehouseReadError."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise WarehouseReadError(reason=f"{host} is not known") from error
    return sorted({str(each[4][0]) for each in found})


def allowed_hosts() -> frozenset[str]:
    """Return the hosts that warehouses may be at; none listed means any."""
    told = os.environ.get(HOSTS, "")
    return frozenset(host.strip().lower() for host in told.split(",") if host.strip())


def fetch(
    *, url: str, address: str, read: WarehouseRead, after: tuple[str, str] | None, limit: int
) -> tuple[list[dict[str, Any]], tuple[str, str] | None]:
    """Return the rows that follow, at most `limit`, and the place of the last of them.

    The connection goes to `address`, whatever the name means by now, is read only and ends a
    statement after two minutes.  Places are text as PostgreSQL writes the values.
    Raises: WarehouseReadError.
    """
    try:
        with psycopg.connect(
            url,
            hostaddr=address,
            connect_timeout=CONNECT_S,
            options=f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_S}s",
            row_factory=dict_row,
        ) as connection:
            rows = connection.execute(_statement(read, after), [*(after or ()), limit]).fetchall()
    except (psycopg.Error, ValueError, OverflowError) as error:
        reason = " ".join(str(error).split()).replace(url, "the warehouse")[:300]
        raise WarehouseReadError(reason=reason or type(error).__name__) from None
    if not rows:
        return [], after
    last = rows[-1]
    place = (last["_qq_cursor"], last["_qq_id"])
    for row in rows:
        del row["_qq_cursor"], row["_qq_id"]
    return rows, place


def _statement(read: WarehouseRead, after: tuple[str, str] | None) -> sql.Composed:
    """Wrap the query: it can then be nothing but a query, and only what follows is read.

    Places are given as text without a type, which the server takes for that of the columns.
    """
    names = {
        # told by who may read there; a percent sign of its own is no placeholder
        "query": sql.SQL(read.query.strip().rstrip(";").replace("%", "%%")),
        "cursor": sql.Identifier(read.cursor_column),
        "own": sql.Identifier(read.id_column),
    }
    text = _FOLLOWING if after else _FIRST
    return sql.SQL(text).format(**names)
