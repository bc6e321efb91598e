"""Transfers, as an actor may see them: from or to a place in scope."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import (
    TransferFilters,
    TransferLine,
    TransferNotFoundError,
    TransferState,
    TransferView,
)
from quanqu.sell.inventory.models import Transfer
from quanqu.sell.inventory.models import TransferLine as LineRow
from quanqu.sell.inventory.queries.levels import VIEW

__all__ = [
    "count_transfers",
    "get_transfer",
    "lines_of",
    "list_transfers",
    "may_know",
    "transfer_view",
]

_NEWEST: Final = Sorting("newest", "key", read=read_number)


def list_transfers(
    *, actor: Actor, filters: TransferFilters, cursor: str | None = None, limit: int = 50
) -> Page[TransferView]:
    """Return a page of transfers, the newest first. Raises: NotAllowedError, UnitNotFoundError."""
    rows, following = _NEWEST.page(_filtered(actor, filters), cursor, limit)
    lines = lines_of(rows)
    return Page(tuple(transfer_view(row, lines[row.key]) for row in rows), following)


def count_transfers(*, actor: Actor, filters: TransferFilters) -> int:
    """Return how many transfers match. Raises: NotAllowedError, UnitNotFoundError."""
    return _filtered(actor, filters).count()


def _filtered(actor: Actor, filters: TransferFilters) -> "QuerySet[Transfer]":
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=filters.unit_id)
    found = Transfer.objects.all()
    if not scope.everything:
        found = found.filter(_at(scope.places))
    if filters.place_key is not None:
        found = found.filter(_at([filters.place_key]))
    if filters.states:
        found = found.filter(state__in=[state.value for state in filters.states])
    return found


def get_transfer(*, actor: Actor, transfer_id: UUID) -> TransferView:
    """Return a transfer. Raises: NotAllowedError, TransferNotFoundError."""
    scope = resolve_scope(actor=actor, permission=VIEW)
    row = Transfer.objects.filter(id=transfer_id).first()
    if row is None or not may_know(scope, row):
        raise TransferNotFoundError(ref=encode("trf", transfer_id))
    return transfer_view(row, lines_of([row])[row.key])


def may_know(scope: Scope, row: Transfer) -> bool:
    """Tell whether a transfer goes from or to a place in scope."""
    return scope.everything or bool({row.from_place_key, row.to_place_key} & scope.places)


def lines_of(rows: Sequence[Transfer]) -> dict[int, tuple[TransferLine, ...]]:
    """Return the lines of transfers by the transfer's key."""
    found: dict[int, list[TransferLine]] = {row.key: [] for row in rows}
    wanted = LineRow.objects.filter(transfer__in=list(found)).order_by("transfer", "line_no")
    for one in wanted.values_list(
        "transfer_id", "line_no", "variant_key", "quantity", "received", "damaged", "lost",
        "surplus", "returned", "surplus_decided", named=True,
    ):  # fmt: skip
        found[one.transfer_id].append(TransferLine(*one[1:]))
    return {key: tuple(lines) for key, lines in found.items()}


def transfer_view(row: Transfer, lines: tuple[TransferLine, ...]) -> TransferView:
    """Return a row with its lines as a contract."""
    return TransferView(
        key=row.key,
        id=row.id,
        from_place_key=row.from_place_key,
        to_place_key=row.to_place_key,
        state=TransferState(row.state),
        note=row.note,
        created_by=row.created_by,
        created_at=row.created_at,
        sent_at=row.sent_at,
        settled_at=row.settled_at,
        lines=lines,
    )


def _at(place_keys: Iterable[int]) -> Q:
    keys = list(place_keys)
    return Q(from_place_key__in=keys) | Q(to_place_key__in=keys)
