"""Levels, the ledger and holds, as an actor may see them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Model, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Now

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import (
    HoldLine,
    HoldNotFoundError,
    HoldState,
    HoldView,
    LedgerRow,
    LedgerSum,
    Level,
    LevelFilters,
    MovementKind,
    StockState,
)
from quanqu.sell.inventory.models import HoldKit, Movement, Release
from quanqu.sell.inventory.models import HoldLine as HoldRow
from quanqu.sell.inventory.models import Level as LevelRow

__all__ = [
    "SHUT_NOW",
    "VIEW",
    "explain_level",
    "find_level",
    "get_hold",
    "level_of",
    "list_ledger",
    "list_levels",
    "release_days",
    "with_closing",
]

VIEW: Final = "stock.view"
SHUT_NOW: Final = (
    "(waiting > 0 OR coalesce(closed_from <= statement_timestamp() "
    "AND coalesce(closed_until > statement_timestamp(), true), false))"
)
"""Whether nobody new is promised anything of a level now, in SQL: it is closed, or others wait."""
_LEDGER: Final = Sorting("newest", "key", read=read_number)
_LEVELS: Final = Sorting("item", "variant_key", is_descending=False, read=read_number)

Row = TypeVar("Row", bound=Model)
_CLOSED: Final = Coalesce(
    ExpressionWrapper(
        Q(closed_from__lte=Now()) & (Q(closed_until__isnull=True) | Q(closed_until__gt=Now())),
        output_field=BooleanField(),
    ),
    False,
)


def with_closing(rows: "QuerySet[LevelRow]") -> "QuerySet[LevelRow]":
    """Return levels that know whether their place is closed now."""
    return rows.annotate(is_closed=_CLOSED)


def list_levels(
    *, actor: Actor, filters: LevelFilters, cursor: str | None = None, limit: int = 50
) -> Page[Level]:
    """Return a page of levels by item. Raises: NotAllowedError, UnitNotFoundError."""
    found = with_closing(_seen(actor, LevelRow.objects.all(), filters.unit_id))
    if filters.variant_keys is not None:
        found = found.filter(variant_key__in=filters.variant_keys)
    if filters.place_key is not None:
        found = found.filter(place_key=filters.place_key)
    if filters.is_out is not None:
        free = (
            F("on_hand")
            - F("safety")
            + F("backorder_limit")
            - F("held")
            - F("allocated")
            - F("fenced")
        )
        found = found.annotate(free=free)
        nothing = Q(free__lte=0) | Q(is_closed=True) | Q(waiting__gt=0)
        found = found.filter(nothing) if filters.is_out else found.exclude(nothing)
    if filters.is_incoming is not None:
        wanted = {"incoming__gt": 0} if filters.is_incoming else {"incoming": 0}
        found = found.filter(**wanted)
    rows, following = _LEVELS.page(found, cursor, limit)
    return Page(tuple(map(level_of, rows)), following)


def find_level(*, actor: Actor, place_key: int, variant_key: int) -> Level | None:
    """Return an item's balances at a place, None where it never was. Raises: NotAllowedError."""
    wanted = LevelRow.objects.filter(place_key=place_key, variant_key=variant_key)
    row = with_closing(_seen(actor, wanted)).first()
    return level_of(row) if row else None


def list_ledger(
    *,
    actor: Actor,
    place_key: int,
    variant_key: int,
    state: StockState | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[LedgerRow]:
    """Return a page of an item's movements at a place, newest first. Raises: NotAllowedError."""
    wanted = Movement.objects.filter(place_key=place_key, variant_key=variant_key)
    if state is not None:
        wanted = wanted.filter(state=state.value)
    rows, following = _LEDGER.page(_seen(actor, wanted), cursor, limit)
    return Page(tuple(map(_ledger_row, rows)), following)


def explain_level(*, actor: Actor, place_key: int, variant_key: int) -> tuple[LedgerSum, ...]:
    """Return what the movements of an item at a place come to, by state and kind.

    The sums of a state are its balance.  Raises: NotAllowedError.
    """
    wanted = Movement.objects.filter(place_key=place_key, variant_key=variant_key)
    sums = (
        _seen(actor, wanted)
        .values_list("state", "kind")
        .annotate(count=Count("key"), total=Sum("quantity"))
        .order_by("state", "kind")
    )
    return tuple(
        LedgerSum(MovementKind(kind), StockState(state), count, int(total))
        for state, kind, count, total in sums
    )


def get_hold(*, actor: Actor, request_id: UUID) -> HoldView:
    """Return a hold that is wholly at places the actor may see. Raises: HoldNotFoundError."""
    scope = resolve_scope(actor=actor, permission=VIEW)
    lines = list(HoldRow.objects.filter(request_id=request_id).order_by("line_no"))
    is_seen = scope.everything or {one.place_key for one in lines} <= scope.places
    if not lines or not is_seen:
        raise HoldNotFoundError(ref=str(request_id))
    kits = HoldKit.objects.filter(request_id=request_id).order_by("key")
    return replace(
        _hold(lines),
        kits=tuple(HoldLine(one.place_key, one.kit_key, one.quantity) for one in kits),
        ships_from=_ships_from(lines),
    )


def _ships_from(lines: Sequence[HoldRow]) -> date | None:
    """Return the latest release day of lines; that of a place counts before its company's."""
    days = release_days({one.variant_key for one in lines})
    found = [
        day
        for one in lines
        if (day := days.get((one.variant_key, one.place_key), days.get((one.variant_key, None))))
    ]
    return max(found, default=None)


def release_days(variant_keys: Collection[int]) -> dict[tuple[int, int | None], date]:
    """Return from which day items may leave, by item and place (None: any other place)."""
    rows = Release.objects.filter(variant_key__in=variant_keys)
    return {(row.variant_key, row.place_key): row.release_on for row in rows}


def holds_by_id(*, request_ids: Collection[UUID]) -> dict[UUID, HoldView]:
    """Return holds by their id, for a room above that checks who may see; unknown are left out."""
    rows: dict[UUID, list[HoldRow]] = {}
    found = HoldRow.objects.filter(request_id__in=request_ids)
    for row in found.order_by("request_id", "line_no"):
        rows.setdefault(row.request_id, []).append(row)
    return {request_id: _hold(lines) for request_id, lines in rows.items()}


def _hold(lines: Sequence[HoldRow]) -> HoldView:
    states = {HoldState(one.state) for one in lines}
    first = lines[0]
    return HoldView(
        request_id=first.request_id,
        owner=first.owner,
        state=states.pop() if len(states) == 1 else HoldState.SHORT,
        lines=tuple(HoldLine(one.place_key, one.variant_key, one.quantity) for one in lines),
        held_at=first.held_at,
        expires_at=first.expires_at,
        channel=first.channel,
        settled_at=max((one.settled_at for one in lines if one.settled_at), default=None),
    )


def _seen(actor: Actor, rows: "QuerySet[Row]", unit_id: str | None = None) -> "QuerySet[Row]":
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=unit_id)
    return rows if scope.everything else rows.filter(place_key__in=scope.places)


def level_of(row: LevelRow) -> Level:
    """Return a row of `with_closing` as a contract."""
    return Level(
        place_key=row.place_key,
        variant_key=row.variant_key,
        on_hand=row.on_hand,
        held=row.held,
        allocated=row.allocated,
        safety=row.safety,
        safety_target=row.safety_target,
        backorder_limit=row.backorder_limit,
        damaged=row.damaged,
        quality_hold=row.quality_hold,
        in_transit=row.in_transit,
        incoming=row.incoming,
        fenced=row.fenced,
        waiting=row.waiting,
        is_closed=row.is_closed,  # type: ignore[attr-defined] # annotated by with_closing
    )


def _ledger_row(row: Movement) -> LedgerRow:
    return LedgerRow(
        key=row.key,
        place_key=row.place_key,
        variant_key=row.variant_key,
        kind=MovementKind(row.kind),
        state=StockState(row.state),
        quantity=row.quantity,
        balance=row.balance,
        at=row.at,
        recorded_at=row.recorded_at,
        source=row.source,
        actor=row.actor,
        reason=row.reason,
        ref=row.ref,
    )
