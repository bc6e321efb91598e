"""Goods at places for tests of stock: keys stand for themselves, as no table refers to others."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import (
    Hold,
    HoldLine,
    HoldRequest,
    Movement,
    MovementKind,
    Posting,
    StockState,
)
from quanqu.sell.inventory.facade import hold_stock, post_movements
from quanqu.sell.inventory.queries.laws import (
    balances_unlike_the_ledger,
    claims_unlike_the_holds,
    fences_unlike_the_shares,
    oversold,
)

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
SHOP, DEPOT = 1, 2
_BALANCES = (
    "on_hand", "held", "allocated", "safety", "damaged", "quality_hold", "in_transit", "incoming",
    "fenced",
)  # fmt: skip
TEA, CUP = 11, 12


def receive(
    quantity: int, *, place: int = SHOP, item: int = TEA, now: datetime = NOW, **more: str
) -> UUID | None:
    """Receive goods."""
    return move(MovementKind.RECEIPT, quantity, place=place, item=item, now=now, **more)


def move(
    kind: MovementKind,
    quantity: int,
    *,
    state: StockState = StockState.ON_HAND,
    place: int = SHOP,
    item: int = TEA,
    now: datetime = NOW,
    **more: str,
) -> UUID | None:
    """Post one movement."""
    movements = (Movement(place, item, kind, state, quantity),)
    posting = Posting(movements, now, more.pop("source", "test"), **more)
    return post_movements(actor=SYSTEM, posting=posting, now=now)


def hold(
    *lines: tuple[int, int, int],
    request_id: UUID | None = None,
    owner: str = "cart",
    seconds: int | None = 900,
    now: datetime = NOW,
    **more: str,
) -> Hold:
    """Ask for a hold of (place, item, quantity); without seconds, for an allocation."""
    ends = None if seconds is None else now + timedelta(seconds=seconds)
    wanted = tuple(HoldLine(*line) for line in lines)
    request = HoldRequest(request_id or uuid4(), owner, wanted, ends, **more)
    return hold_stock(actor=SYSTEM, request=request, now=now)


def level(*, place: int = SHOP, item: int = TEA) -> dict[str, int]:
    """Return the balances of an item at a place."""
    return levels().get((place, item), dict.fromkeys(_BALANCES, 0))


def levels() -> dict[tuple[int, int], dict[str, int]]:
    """Return all balances by place and item."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT place_key, variant_key, {', '.join(_BALANCES)} FROM inventory_level"
        )
        return {
            (place, item): dict(zip(_BALANCES, counts, strict=True))
            for place, item, *counts in cursor.fetchall()
        }


def breaches() -> list[str]:
    """Return what breaks a law of stock now."""
    return [
        *oversold(),
        *balances_unlike_the_ledger(),
        *claims_unlike_the_holds(),
        *fences_unlike_the_shares(),
    ]
