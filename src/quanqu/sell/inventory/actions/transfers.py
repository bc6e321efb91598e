"""Make, send, receive, close and cancel transfers.

A transfer's row is locked before any level, and never while one is locked.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.actions.allowed import MANAGE, require_places
from quanqu.sell.inventory.actions.locking import lock_levels
from quanqu.sell.inventory.actions.opening import open_levels
from quanqu.sell.inventory.actions.posting import write_movements
from quanqu.sell.inventory.contracts import (
    DecisionKind,
    DecisionState,
    Movement,
    Posting,
    ReceiptLine,
    StockPlaceError,
    StockState,
    TransferDraft,
    TransferItem,
    TransferLine,
    TransferNotFoundError,
    TransferPlacesError,
    TransferShortError,
    TransferState,
    TransferStateError,
    TransferView,
)
from quanqu.sell.inventory.models import (
    PostedOnce,
    Transfer,
    TransferDecision,
    TransferDecisionStep,
)
from quanqu.sell.inventory.models import TransferLine as LineRow
from quanqu.sell.inventory.queries.transfers import lines_of, may_know, transfer_view
from quanqu.sell.inventory.rules.transfers import (
    CAN,
    check_items,
    check_receipt,
    given_up,
    received,
    returning,
    sending,
    state_after,
)

__all__ = [
    "cancel_transfer",
    "change_transfer",
    "close_transfer",
    "create_transfer",
    "lock_transfer",
    "post_transfer",
    "receive_transfer",
    "require_state",
    "save_transfer",
    "send_transfer",
]

SOURCE: Final = "transfers"


def create_transfer(*, actor: Actor, draft: TransferDraft, now: datetime) -> TransferView:
    """Write down what is to go from one place of a company to another; nothing moves yet.

    Raises: NotAllowedError; StockPlaceError where the actor may not change the sending place;
    TransferPlacesError, TransferLineError.
    """
    check_items(draft.items)
    require_places(actor, {draft.from_place_key})
    both = (draft.from_place_key, draft.to_place_key)
    places = places_by_key(keys=set(both))
    if len(places) < len(set(both)):
        raise StockPlaceError(ref=min(set(both) - places.keys()))
    companies = {place.company_key for place in places.values()}
    if both[0] == both[1] or len(companies) > 1:
        raise TransferPlacesError
    with transaction.atomic():
        row = Transfer.objects.create(
            from_place_key=both[0],
            to_place_key=both[1],
            state=TransferState.DRAFT.value,
            note=draft.note,
            created_by=actor.id,
            created_at=now,
        )
        return transfer_view(row, _write_items(row, draft.items))


def change_transfer(
    *, actor: Actor, transfer_id: UUID, items: Sequence[TransferItem]
) -> TransferView:
    """Put other lines into a draft.

    Raises: TransferNotFoundError, TransferStateError, TransferLineError.
    """
    check_items(items)
    with transaction.atomic():
        row, _lines = lock_transfer(actor, transfer_id, "changed")
        LineRow.objects.filter(transfer=row).delete()
        return transfer_view(row, _write_items(row, items))


def send_transfer(*, actor: Actor, transfer_id: UUID, now: datetime) -> TransferView:
    """Let the goods leave; sent once more, nothing changes.

    Only what is promised to nobody can leave; safety stock may.
    Raises: TransferNotFoundError, TransferStateError, TransferShortError.
    """
    with transaction.atomic():
        row, lines = lock_transfer(actor, transfer_id, "sent", unless=TransferState.SENT)
        if row.state == TransferState.SENT:
            return transfer_view(row, lines)
        _require_free(row, lines)
        movements = sending(lines, row.from_place_key, row.to_place_key)
        post_transfer(row, movements, "sent", actor, now)
        row.state, row.sent_at = TransferState.SENT.value, now
        row.save(update_fields=["state", "sent_at"])
        return transfer_view(row, lines)


def receive_transfer(
    *, actor: Actor, transfer_id: UUID, arrived: Sequence[ReceiptLine], once: str, now: datetime
) -> TransferView:
    """Take in what has arrived; the same receipt, by its name `once`, changes nothing more.

    Raises: TransferNotFoundError, TransferStateError, TransferLineError.
    """
    with transaction.atomic():
        row, lines = lock_transfer(actor, transfer_id, "", at_target=True)
        if _was_posted(row, f"receipt/{once}"):
            return transfer_view(row, lines)
        require_state(row, "received")
        check_receipt(lines, arrived)
        after, movements = received(lines, arrived, row.to_place_key)
        post_transfer(row, movements, f"receipt/{once}", actor, now, reason="received")
        return save_transfer(row, after, state_after(after), None)


def close_transfer(*, actor: Actor, transfer_id: UUID, now: datetime) -> TransferView:
    """End a transfer: what has not arrived is written off. Closed once more, nothing changes.

    Raises: TransferNotFoundError, TransferStateError.
    """
    with transaction.atomic():
        row, lines = lock_transfer(
            actor, transfer_id, "closed", unless=TransferState.CLOSED, at_target=True
        )
        if row.state == TransferState.CLOSED:
            return transfer_view(row, lines)
        after, movements = given_up(lines, row.to_place_key)
        if movements:
            posting = post_transfer(row, movements, "closed", actor, now, reason="lost on the way")
            _write_off(row, lines, actor, now, posting)
        return save_transfer(row, after, TransferState.CLOSED, now)


def cancel_transfer(*, actor: Actor, transfer_id: UUID, now: datetime) -> TransferView:
    """Give up a transfer of which nothing has arrived: what was sent is back where it left.

    Cancelled once more, nothing changes.  Raises: TransferNotFoundError, TransferStateError.
    """
    with transaction.atomic():
        row, lines = lock_transfer(actor, transfer_id, "cancelled", unless=TransferState.CANCELLED)
        if row.state == TransferState.CANCELLED:
            return transfer_view(row, lines)
        if row.state == TransferState.SENT:
            movements = returning(lines, row.from_place_key, row.to_place_key)
            post_transfer(row, movements, "cancelled", actor, now, reason="turned back")
        return save_transfer(row, lines, TransferState.CANCELLED, now)


def lock_transfer(
    actor: Actor,
    transfer_id: UUID,
    wanted: str,
    *,
    unless: TransferState | None = None,
    at_target: bool | None = False,
) -> tuple[Transfer, tuple[TransferLine, ...]]:
    """Lock a transfer whose sending (or receiving) place the actor may change.

    `at_target` None: the caller says later which of the two it is.
    """
    actor.require(MANAGE)
    row = Transfer.objects.select_for_update().filter(id=transfer_id).first()
    scope = actor.scope(MANAGE)
    if row is None or not may_know(scope, row):
        raise TransferNotFoundError(ref=encode("trf", transfer_id))
    if at_target is not None:
        require_places(actor, {row.to_place_key if at_target else row.from_place_key})
    if wanted and row.state != unless:
        require_state(row, wanted)
    return row, lines_of([row])[row.key]


def _write_off(
    row: Transfer,
    lines: Sequence[TransferLine],
    actor: Actor,
    now: datetime,
    posting: UUID | None,
) -> None:
    """Write down that what has not arrived was decided by closing: one decision a line."""
    first = TransferDecision.objects.filter(transfer=row).count() + 1
    made = TransferDecision.objects.bulk_create(
        TransferDecision(
            transfer=row,
            number=number,
            line_no=line.line_no,
            kind=DecisionKind.WRITTEN_OFF.value,
            quantity=line.remaining,
            note="",
            state=DecisionState.DONE.value,
            once=f"closed/{number}",
            decided_at=now,
        )
        for number, line in enumerate((one for one in lines if one.remaining), first)
    )
    TransferDecisionStep.objects.bulk_create(
        TransferDecisionStep(
            decision=one,
            state=one.state,
            note="",
            by=actor.id,
            actor_name=actor.name,
            at=now,
            posting_id=posting,
        )
        for one in made
    )


def require_state(row: Transfer, wanted: str) -> None:
    """Refuse a step that cannot follow. Raises: TransferStateError."""
    if TransferState(row.state) not in CAN[wanted]:
        raise TransferStateError(ref=encode("trf", row.id), state=row.state, wanted=wanted)


def _require_free(row: Transfer, lines: Sequence[TransferLine]) -> None:
    """Refuse to send what is not there or is promised; the levels stay locked."""
    ats = [(row.from_place_key, line.variant_key) for line in lines]
    ats += [(row.to_place_key, line.variant_key) for line in lines]
    open_levels(ats)
    levels = lock_levels(ats)
    for line in lines:
        level = levels[row.from_place_key, line.variant_key]
        free = level.states[StockState.ON_HAND] - level.claimed
        if line.quantity > free:
            raise TransferShortError(line=line.line_no, asked=line.quantity, free=max(free, 0))


def _was_posted(row: Transfer, name: str) -> bool:
    return PostedOnce.objects.filter(source=SOURCE, name=f"{row.id}/{name}").exists()


def post_transfer(
    row: Transfer,
    movements: tuple[Movement, ...],
    name: str,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
) -> UUID | None:
    """Post what a step of a transfer moves, once by its name; the transfer is locked."""
    posting = Posting(
        movements,
        now,
        SOURCE,
        reason=reason or name,
        ref=encode("trf", row.id),
        once=f"{row.id}/{name}",
    )
    return write_movements(posting, actor=actor.id, now=now)


def save_transfer(
    row: Transfer, lines: tuple[TransferLine, ...], state: TransferState, at: datetime | None
) -> TransferView:
    """Save a locked transfer and its lines as they stand after a step."""
    row.state, row.settled_at = state.value, at
    row.save(update_fields=["state", "settled_at"])
    told = [
        (one.line_no, one.received, one.damaged, one.lost, one.surplus, one.returned,
         one.surplus_decided)
        for one in lines
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inventory_transfer_line l SET received = t.r, damaged = t.d, lost = t.l, "
            "surplus = t.s, returned = t.b, surplus_decided = t.x FROM unnest(%s::int[], "
            "%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) "
            "AS t(n, r, d, l, s, b, x) WHERE l.transfer_key = %s AND l.line_no = t.n",
            [*map(list, zip(*told, strict=True)), row.key],
        )
    return transfer_view(row, lines)


def _write_items(row: Transfer, items: Sequence[TransferItem]) -> tuple[TransferLine, ...]:
    lines = tuple(
        TransferLine(number, one.variant_key, one.quantity) for number, one in enumerate(items, 1)
    )
    LineRow.objects.bulk_create(
        [
            LineRow(
                transfer=row,
                line_no=line.line_no,
                variant_key=line.variant_key,
                quantity=line.quantity,
            )
            for line in lines
        ]
    )
    return lines
