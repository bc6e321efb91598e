"""How the customers in scope answered, counted in the lake; and who they are."""

from datetime import date, datetime
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.lake.facade import run, table
from quanqu.kernel.paging import Page, decode_key, encode_cursor
from quanqu.know.consent.contracts import (
    Channel,
    ConsentCustomerRow,
    CoverageRow,
    Purpose,
    State,
    TrendRow,
    pairs,
)
from quanqu.know.consent.rules.statements import check_asked
from quanqu.know.customers.facade import customers_by_key

_VIEW: Final = "customers.view"
_COUNTED: Final[tuple[State, ...]] = tuple(
    state for state in State if state not in (State.NOT_ASKED, State.NOT_NEEDED)
)


def count_coverage(*, actor: Actor, at: datetime) -> tuple[CoverageRow, ...]:
    """Return for each purpose and channel how many customers in scope are in each state.

    Counted in the lake, a moment old; `not_asked` is the rest.  Raises: NotAllowedError.
    """
    actor.require(_VIEW)
    scope = actor.scope(_VIEW)
    base = _customers(scope)
    total = run(base.aggregate(customers=base.count())).to_pylist()[0]["customers"]
    found = _effective(scope, at)
    groups = found.group_by("purpose", "channel", "effective").aggregate(customers=found.count())
    counts = {
        (row["purpose"], row["channel"], row["effective"]): row["customers"]
        for row in run(groups).to_pylist()
    }
    restricted = _restricted(found)
    return tuple(_row(purpose, channel, total, counts, restricted) for purpose, channel in pairs())


def count_trend(
    *, actor: Actor, purpose: str, channel: str, first: date, last: date
) -> tuple[TrendRow, ...]:
    """Return by month when the answers that count today were given, and what they were.

    Raises: NotAllowedError, UnknownPurposeError, UnknownChannelError.
    """
    actor.require(_VIEW)
    asked = check_asked(purpose, channel)
    found = _of_pair(table("dim_consent"), *asked)
    found = _in_scope(found, actor.scope(_VIEW))
    days = found["observed_at"].cast("date")
    found = found.mutate(month=days.truncate("M")).filter(
        (days >= ibis.literal(first)) & (days <= ibis.literal(last))
    )
    groups = found.group_by("month", "status").aggregate(customers=found.count())
    return tuple(
        TrendRow(row["month"], State(row["status"]), row["customers"])
        for row in run(groups.order_by("month", "status")).to_pylist()
    )


def list_by_state(
    *,
    actor: Actor,
    purpose: str,
    channel: str,
    state: str,
    at: datetime,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ConsentCustomerRow]:
    """Return the customers in scope that are in a state for a purpose and channel, masked.

    Raises: NotAllowedError, UnknownPurposeError, UnknownChannelError, MalformedCursorError.
    """
    actor.require(_VIEW)
    asked = check_asked(purpose, channel)
    scope = actor.scope(_VIEW)
    found = _keys(scope, *asked, State(state), at)
    if cursor is not None:
        found = found.filter(found["customer_key"] > decode_key(cursor))
    keys = run(found.order_by("customer_key").limit(limit + 1)).to_pylist()
    known = customers_by_key(actor=actor, customer_keys=[row["customer_key"] for row in keys])
    items = tuple(
        ConsentCustomerRow(
            known[row["customer_key"]], row["observed_at"], row["valid_until"], row["is_allowed"]
        )
        for row in keys[:limit]
        if row["customer_key"] in known
    )
    more = encode_cursor([keys[limit - 1]["customer_key"]]) if len(keys) > limit else None
    return Page(items, more)


def _keys(scope: Scope, purpose: Purpose, channel: Channel, state: State, at: datetime) -> ir.Table:
    shown = ("customer_key", "observed_at", "valid_until", "is_allowed")
    told = _of_pair(_effective(scope, at), purpose, channel)
    if state is not State.NOT_ASKED:
        return told.filter(told["effective"] == state.value).select(*shown)
    base = _customers(scope)
    asked = told.filter(told["effective"].isin([one.value for one in _COUNTED]))
    silent = base.anti_join(asked, "customer_key")
    never = ibis.null().cast("timestamp('UTC')")
    return silent.mutate(observed_at=never, valid_until=never, is_allowed=ibis.literal(False))


def _customers(scope: Scope) -> ir.Table:
    return _in_scope(table("dim_customer").select("customer_key"), scope)


def _in_scope(found: ir.Table, scope: Scope) -> ir.Table:
    if scope.everything:
        return found
    presence = table("dim_presence")
    seen = presence.filter(presence["place_key"].isin(sorted(scope.places)))
    return found.semi_join(seen, "customer_key")


def _effective(scope: Scope, at: datetime) -> ir.Table:
    """Return what stands with its state at a time: grants end by themselves."""
    found = _in_scope(table("dim_consent"), scope)
    is_over = (found["status"] == State.GRANTED.value) & (found["valid_until"] <= _moment(at))
    state = is_over.fill_null(False).ifelse(State.EXPIRED.value, found["status"])
    return found.mutate(effective=state)


def _of_pair(found: ir.Table, purpose: Purpose, channel: Channel) -> ir.Table:
    return found.filter((found["purpose"] == purpose.value) & (found["channel"] == channel.value))


def _restricted(found: ir.Table) -> dict[tuple[str, str], int]:
    held = found.filter(found["reason"] == "restricted")
    groups = held.group_by("purpose", "channel").aggregate(customers=held.count())
    return {(row["purpose"], row["channel"]): row["customers"] for row in run(groups).to_pylist()}


def _moment(at: datetime) -> Any:
    return ibis.literal(at, type="timestamp('UTC')")


def _row(
    purpose: Purpose,
    channel: Channel,
    total: int,
    counts: dict[Any, int],
    restricted: dict[tuple[str, str], int],
) -> CoverageRow:
    states: dict[State, int] = {
        state: counts.get((purpose.value, channel.value, state.value), 0) for state in _COUNTED
    }
    states[State.NOT_ASKED] = total - sum(states.values())
    held = restricted.get((purpose.value, channel.value), 0)
    return CoverageRow(purpose, channel, total, states, held)
