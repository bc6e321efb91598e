"""Make one order of two that wait to be picked, and two of it again."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.actions.edit_goods import Beside, hold_edited
from quanqu.sell.checkout.actions.keeping import Change, keep_change, told_of
from quanqu.sell.checkout.actions.locking import Mark, lock_order, parts_of, save_step, set_part
from quanqu.sell.checkout.contracts import (
    CancelReason,
    LiveLine,
    LiveOrder,
    LiveState,
    MergeProblem,
    OrderEditConflictError,
    OrderMerge,
    OrderMergeError,
    OrderMergeNotFoundError,
    OrderReusedError,
    PartState,
    Step,
)
from quanqu.sell.checkout.models import Line, Merge, Order, Part
from quanqu.sell.checkout.queries.drops import drops_of
from quanqu.sell.checkout.queries.edits import highest_line
from quanqu.sell.checkout.queries.merges import sides_of
from quanqu.sell.checkout.queries.orders import lines_of, order_number, view_of
from quanqu.sell.checkout.queries.places import buyer_of, channel_of
from quanqu.sell.checkout.rules.merges import why_not_merged
from quanqu.sell.checkout.rules.parts import OPEN, parts_by_place
from quanqu.sell.inventory.contracts import HoldLine, HoldRequest
from quanqu.sell.payments.facade import move_payments
from quanqu.sell.sourcing.contracts import DecisionNotFoundError
from quanqu.sell.sourcing.facade import amend

__all__ = ["merge_orders", "unmerge_orders"]


def merge_orders(*, actor: Actor, merge: OrderMerge, now: datetime) -> LiveOrder:
    """Take the lines, goods and payments of one order into another, to the cent and the unit.

    Both are of one customer, company, place, currency and destination, and wait to be picked.  The
    other order ends as `merged`, without goods or money.  Asked again under the same id, the first
    answer counts.  Locks: both orders by id, then levels, then payments.  Emits: LiveOrdersMoved.
    Raises: NotAllowedError, LiveOrderNotFoundError, OrderEditConflictError where somebody changed
    one of them since, OrderMergeError, OrderReusedError.
    """
    with transaction.atomic():
        kept, gone = _locked(merge.order_id, merge.gone_id, actor)
        if _is_known(merge, kept, gone):
            return view_of(kept)
        _require(kept, gone)
        for row, seen in ((kept, merge.edition), (gone, merge.gone_edition)):
            if row.edition != seen:
                ref = encode("ord", row.id)
                raise OrderEditConflictError(ref=ref, edition=row.edition, expected=seen)
        lines = lines_of([kept.key, gone.key])
        before = told_of(kept, lines[kept.key])
        numbers = _take_goods(kept, gone, lines[kept.key], lines[gone.key], merge.id, now)
        paid = move_payments(
            actor=SYSTEM, reference=encode("ord", gone.id), to=encode("ord", kept.id), now=now
        )
        was = kept.total_minor
        _add(kept, gone, 1)
        note = f"{_name(gone)} → {_name(kept)}"
        change = Change(merge.id, _print(merge), before, merge.reason)
        keep_change(kept, change, Step.MERGE, Mark(actor.id, now, note))
        gone.cancel_reason = CancelReason.MERGED.value
        save_step(gone, Step.MERGE, LiveState.CANCELLED, Mark(actor.id, now, note))
        Merge.objects.create(
            id=merge.id, kept_key=kept.key, gone_key=gone.key, at=now, actor=actor.id,
            reason=merge.reason, kept_minor=was, gone_minor=gone.total_minor,
            merged_minor=kept.total_minor, edition=kept.edition, payments=paid,
            lines={str(old): new for old, new in numbers.items()},
        )  # fmt: skip
        return view_of(kept)


def unmerge_orders(*, actor: Actor, order_id: UUID, merge_id: UUID, now: datetime) -> LiveOrder:
    """Make two orders of a merged one again: lines, goods and payments go back where they were.

    As long as nobody changed or picked it since.  Once more, it changes nothing.
    Locks and emits as `merge_orders`.
    Raises: NotAllowedError, LiveOrderNotFoundError, OrderMergeNotFoundError, OrderMergeError.
    """
    with transaction.atomic():
        told = Merge.objects.filter(id=merge_id).first()
        heads = dict(
            Order.objects.filter(key__in=[told.kept_key, told.gone_key]).values_list("key", "id")
            if told
            else ()
        )
        if told is None or heads[told.kept_key] != order_id:
            lock_order(order_id, actor=actor)
            raise OrderMergeNotFoundError(ref=str(merge_id))
        kept, gone = _locked(order_id, heads[told.gone_key], actor)
        told = Merge.objects.get(id=merge_id)
        if told.undone_at is not None:
            return view_of(kept)
        _require_as_merged(kept, gone, told)
        before = told_of(kept, lines_of([kept.key])[kept.key])
        _give_goods(kept, gone, told, now)
        move_payments(
            actor=SYSTEM, reference=encode("ord", kept.id), to=encode("ord", gone.id),
            payment_ids=told.payments, now=now,
        )  # fmt: skip
        _add(kept, gone, -1)
        note = f"{_name(gone)} ← {_name(kept)}"
        change = Change(uuid5(told.id, "undone"), b"undone", before)
        keep_change(kept, change, Step.UNMERGE, Mark(actor.id, now, note))
        gone.cancel_reason = ""
        save_step(gone, Step.UNMERGE, LiveState.CONFIRMED, Mark(actor.id, now, note))
        Merge.objects.filter(key=told.key).update(undone_at=now, undone_by=actor.id)
        return view_of(kept)


def _locked(order_id: UUID, gone_id: UUID, actor: Actor) -> tuple[Order, Order]:
    rows = {one: lock_order(one, actor=actor) for one in sorted({order_id, gone_id})}
    return rows[order_id], rows[gone_id]


def _is_known(merge: OrderMerge, kept: Order, gone: Order) -> bool:
    known = Merge.objects.filter(id=merge.id).first()
    if known is not None and (known.kept_key, known.gone_key) != (kept.key, gone.key):
        raise OrderReusedError(ref=str(merge.id))
    return known is not None


def _require(kept: Order, gone: Order) -> None:
    sides = sides_of([kept, gone])
    problem = why_not_merged(sides[kept.key], sides[gone.key])
    if problem is None and any(drops_of(gone.key)):
        problem = MergeProblem.ADDRESS
    if problem is not None:
        raise _refused(kept, gone, problem)


def _require_as_merged(kept: Order, gone: Order, told: Merge) -> None:
    side = sides_of([kept])[kept.key]
    is_waiting = set(side.parts) <= {PartState.WAITING, PartState.CANCELLED}
    checks = (
        (side.order.state is not LiveState.CONFIRMED or not is_waiting, MergeProblem.PICKED),
        (kept.edition != told.edition or bool(kept.due_minor), MergeProblem.CHANGED),
        (side.is_held_up, MergeProblem.HELD_UP),
        (side.is_moving, MergeProblem.MONEY_MOVES),
        (kept.total_minor != told.merged_minor, MergeProblem.CHANGED),
    )
    for is_so, problem in checks:
        if is_so:
            raise _refused(kept, gone, problem)


def _refused(kept: Order, gone: Order, problem: MergeProblem) -> OrderMergeError:
    return OrderMergeError(
        ref=encode("ord", kept.id), other=encode("ord", gone.id), problem=problem.value
    )


def _take_goods(
    kept: Order,
    gone: Order,
    mine: Sequence[LiveLine],
    theirs: Sequence[LiveLine],
    merge_id: UUID,
    now: datetime,
) -> dict[int, int]:
    """Hold the goods of both for the one that is kept; return the new number of each line."""
    first = highest_line(kept.key, mine) + 1
    taken = [
        replace(one, line_no=number, part_no=0, drop_no=0)
        for number, one in enumerate(theirs, first)
    ]
    open_parts = [one for one in parts_of(gone) if one.state in OPEN]
    holds = tuple(one.hold_id for one in open_parts)
    hold_edited(
        kept, parts_of(kept), mine, [*mine, *taken], edit_id=merge_id, now=now,
        beside=Beside(release=holds),
    )  # fmt: skip
    for part in open_parts:
        set_part(part, PartState.CANCELLED, now)
    if gone.sourcing_id is not None:
        with suppress(DecisionNotFoundError):  # its request may be too old to be known
            amend(
                request_id=gone.sourcing_id, amend_id=merge_id, added=(), cause="merged", now=now,
                changed=dict.fromkeys(holds),
            )  # fmt: skip
        gone.sourcing_id = None
        gone.save(update_fields=["sourcing_id"])
    return {old.line_no: new.line_no for old, new in zip(theirs, taken, strict=True)}


def _give_goods(kept: Order, gone: Order, told: Merge, now: datetime) -> None:
    """Hold the goods of a merged order for the two it was made of."""
    lines = lines_of([kept.key, gone.key])
    moved = {new: int(old) for old, new in told.lines.items()}
    back = [one for one in lines[kept.key] if one.line_no in moved]
    stay = [one for one in lines[kept.key] if one.line_no not in moved]
    name = uuid5(told.id, "undone")
    fresh = parts_by_place(uuid5(name, "parts"), [one.from_place_key for one in back])
    requests = tuple(
        HoldRequest(
            part.hold_id,
            encode("ord", gone.id),
            tuple(
                HoldLine(part.place_key, one.variant_key, one.quantity)
                for one in back
                if one.from_place_key == part.place_key
            ),
            None,
            channel=channel_of(gone.place_key),
            buyer=buyer_of(gone.subject_key),
        )
        for part in fresh
    )
    hold_edited(
        kept, parts_of(kept), lines[kept.key], stay, edit_id=name, now=now,
        beside=Beside(requests=requests),
    )  # fmt: skip
    start = max(one.no for one in parts_of(gone))
    number_at = {part.place_key: start + part.no for part in fresh}
    Part.objects.bulk_create(
        Part(order_key=gone.key, no=number_at[part.place_key], place_key=part.place_key,
             hold_id=part.hold_id, state=PartState.WAITING.value, changed_at=now)
        for part in fresh
    )  # fmt: skip
    places = {moved[one.line_no]: one.from_place_key for one in back}
    rows = list(Line.objects.filter(order_key=gone.key))
    for row in rows:
        row.from_place_key = places[row.line_no]
        row.part_no, row.drop_no = number_at[row.from_place_key], 0
    Line.objects.bulk_update(rows, ["from_place_key", "part_no", "drop_no"])


def _add(kept: Order, gone: Order, sign: int) -> None:
    kept.goods_minor += sign * gone.goods_minor
    kept.shipping_minor += sign * gone.shipping_minor
    kept.total_minor += sign * gone.total_minor
    kept.over_minor = max(kept.over_minor + sign * gone.over_minor, 0)


def _name(row: Order) -> str:
    return order_number(row.business_date, row.key)


def _print(merge: OrderMerge) -> bytes:
    told = (merge.order_id, merge.gone_id, merge.edition, merge.gone_edition)
    return hashlib.sha256(repr(told).encode()).digest()
