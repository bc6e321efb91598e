"""What the identity rules refuse: demoted identifiers, refused links, verdicts."""

from typing import Any, Final

from django.db import connection
from django.db.models import Q

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import read_moment
from quanqu.kernel.paging import MalformedCursorError, Page, decode_cursor, encode_cursor
from quanqu.know.customers.contracts import BreachKind, BreachRow, VerdictRow
from quanqu.know.customers.models import Apart

_ALL: Final = """
SELECT 'link-' || b.key AS ref, b.reason AS kind, b.type, i.type AS itype, i.hint, c.id,
       o.type AS otype, o.hint AS ohint, oc.id AS ocid, b.since, i.customer_key,
       o.customer_key AS other_key
FROM customers_breach b
JOIN customers_identifier i ON i.key = b.demoted_key
JOIN customers_customer c ON c.key = i.customer_key
JOIN customers_identifier o ON o.key = b.other_key
JOIN customers_customer oc ON oc.key = o.customer_key
UNION ALL
SELECT 'identifier-' || i.key, i.barred, i.type, i.type, i.hint, c.id,
       NULL, NULL, NULL, i.barred_at, i.customer_key, NULL
FROM customers_identifier i JOIN customers_customer c ON c.key = i.customer_key
WHERE i.barred IS NOT NULL
"""
_SEEN: Final = (
    "EXISTS (SELECT FROM customers_presence p JOIN customers_identifier s "
    "ON s.key = p.subject_key WHERE s.customer_key IN (a.customer_key, a.other_key) "
    "AND p.place_key = ANY(%(places)s))"
)


def list_breaches(
    *,
    actor: Actor,
    kind: BreachKind | None = None,
    type_: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[BreachRow]:
    """Return a page of what the identity rules refuse in scope, newest first.

    Raises: NotAllowedError, MalformedCursorError.
    """
    actor.require("customers.view")
    scope = actor.scope("customers.view")
    params: dict[str, Any] = {"limit": limit + 1}
    where = ["true"]
    if kind is not None:
        where.append("a.kind = %(kind)s")
        params["kind"] = kind.value
    if type_ is not None:
        where.append("a.itype = %(type)s")
        params["type"] = type_
    if not scope.everything:
        where.append(_SEEN)
        params["places"] = list(scope.places)
    if cursor:
        where.append("(a.since, a.ref) < (%(since)s, %(ref)s)")
        params["since"], params["ref"] = _position(cursor)
    rows = _read(" AND ".join(where), params)
    if len(rows) <= limit:
        return Page(tuple(rows))
    last = rows[limit - 1]
    return Page(tuple(rows[:limit]), encode_cursor([last.since.isoformat(), last.ref]))


def breaches_of(customer_key: int) -> tuple[BreachRow, ...]:
    """Return what the identity rules refuse one customer, newest first, at most 100."""
    where = "%(key)s IN (a.customer_key, a.other_key)"
    return tuple(_read(where, {"key": customer_key, "limit": 100}))


def verdicts_of(subjects: list[int]) -> tuple[VerdictRow, ...]:
    """Return the verdicts on these identifiers, newest first, at most 100."""
    found = Apart.objects.filter(Q(left_id__in=subjects) | Q(right_id__in=subjects))
    return tuple(
        VerdictRow(
            row.key,
            row.left.type,
            row.left.hint,
            row.right.type,
            row.right.hint,
            row.source,
            row.reason,
            row.at,
            row.lifted_by,
            row.lifted_at,
        )
        for row in found.select_related("left", "right").order_by("-at", "-key")[:100]
    )


def _read(where: str, params: dict[str, Any]) -> list[BreachRow]:
    with connection.cursor() as execution:
        execution.execute(
            f"SELECT ref, kind, type, itype, hint, id, otype, ohint, ocid, since FROM ({_ALL}) a "  # noqa: S608 - fragments of our own code
            f"WHERE {where} ORDER BY since DESC, ref DESC LIMIT %(limit)s",
            params,
        )
        return [BreachRow(row[0], BreachKind(row[1]), *row[2:]) for row in execution.fetchall()]


def _position(cursor: str) -> tuple[Any, str]:
    since, ref = decode_cursor(cursor, length=2)
    try:
        return read_moment(str(since)), str(ref)
    except ValueError:
        raise MalformedCursorError(text=cursor) from None
