"""Give goods back to a supplier, and note what it credits."""

from datetime import datetime

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.contracts import HoldLine, HoldRequest, PlaceClosedError, Posting
from quanqu.sell.inventory.facade import hold_stock, post_movements, release_hold
from quanqu.sell.supply.actions.allowed import MANAGE, require_place
from quanqu.sell.supply.contracts import (
    CreditError,
    ReturnDraft,
    ReturnFrom,
    ReturnNotFoundError,
    ReturnReferenceError,
    ReturnShortError,
    SupplierNotFoundError,
    SupplierReturn,
)
from quanqu.sell.supply.models import Supplier, SupplierCredit, SupplierReturnLine
from quanqu.sell.supply.models import SupplierReturn as ReturnRow
from quanqu.sell.supply.queries.returns import return_infos
from quanqu.sell.supply.queries.scoping import supplier_row
from quanqu.sell.supply.queries.suppliers import current_costs
from quanqu.sell.supply.rules.returning import (
    check_credit,
    check_return,
    return_costs,
    return_movements,
)

__all__ = ["record_credit", "return_goods"]


def return_goods(
    *, actor: Actor, supplier_id: str, place_key: int, draft: ReturnDraft, now: datetime
) -> SupplierReturn:
    """Take goods of a place out of stock, back to a supplier, for an expected credit.

    From on hand only what is free goes back: promises to buyers and safety stock stay.  The same
    reference with the same lines again is the return that is there.
    Locks: the supplier, then levels.
    Raises: NotAllowedError (also without stock.manage at the place), SupplyPlaceError,
    SupplierNotFoundError, ReturnLineError, ReturnReferenceError, ReturnShortError;
    StockShortfallError for damaged or held goods that are not there.
    """
    check_return(draft)
    place = require_place(actor, MANAGE, place_key)
    found = supplier_row(actor, supplier_id)
    if found.company_key != place.company_key:
        raise SupplierNotFoundError(ref=supplier_id)
    with transaction.atomic():
        supplier = Supplier.objects.select_for_update().get(key=found.key)
        there = supplier.returns.filter(
            place_key=place_key, reference=draft.reference.strip()
        ).first()
        if there is not None:
            return _again(there, draft)
        keys = [line.variant_key for line in draft.lines]
        units = return_costs(draft, current_costs(supplier, keys, now.date()))
        if draft.taken_from is ReturnFrom.ON_HAND:
            _keep_promises(actor, draft, place_key, now)
        row = _write(actor, supplier, place_key, draft, units, now)
        posting = Posting(
            return_movements(draft, place_key),
            now,
            "supply",
            reason=draft.reason.strip(),
            ref=encode("srt", row.id),
            once=encode("srt", row.id),
        )
        post_movements(actor=actor, posting=posting, now=now)
    return return_infos([row])[0]


def record_credit(
    *, actor: Actor, return_id: str, amount_minor: int, reference: str, now: datetime
) -> SupplierReturn:
    """Note what a supplier credited for a return; the same reference and amount again changes
    nothing.

    Units: minor units of the supplier's currency.
    Raises: ReturnNotFoundError, NotAllowedError; CreditError beyond what is still expected.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    with transaction.atomic():
        locked = ReturnRow.objects.select_for_update(of=("self",)).select_related("supplier")
        row = locked.filter(id=decode("srt", return_id)).first()
        if row is None or not (scope.everything or row.place_key in scope.places):
            raise ReturnNotFoundError(ref=return_id)
        there = row.credits.filter(reference=reference.strip()).first()
        if there is not None:
            if there.amount_minor != amount_minor:
                raise CreditError(reason="the reference belongs to another credit")
            return return_infos([row])[0]
        check_credit(
            amount_minor=amount_minor,
            reference=reference,
            expected_minor=row.expected_minor - row.credited_minor,
        )
        SupplierCredit.objects.create(
            document=row,
            amount_minor=amount_minor,
            reference=reference.strip(),
            recorded_at=now,
            actor_name=actor.name,
        )
        row.credited_minor += amount_minor
        row.save(update_fields=["credited_minor"])
        record(
            actor=actor,
            action="supply.record_credit",
            subject=return_id,
            after={"amount_minor": amount_minor},
            now=now,
        )
    return return_infos([row])[0]


def _keep_promises(actor: Actor, draft: ReturnDraft, place_key: int, now: datetime) -> None:
    """Lock the goods and refuse where what is free does not suffice."""
    lines = tuple(HoldLine(place_key, line.variant_key, line.quantity) for line in draft.lines)
    request = HoldRequest(new_id(), "supplier return", lines, None)
    told = hold_stock(actor=actor, request=request, now=now)
    if told.is_granted:
        release_hold(actor=actor, request_id=request.request_id, now=now)
        return
    if told.closed:
        raise PlaceClosedError(place=places_by_key(keys={place_key})[place_key].id)
    short = {one.line.variant_key: one.available for one in told.short}
    for number, line in enumerate(draft.lines, 1):
        if line.variant_key in short:
            raise ReturnShortError(
                line=number, available=short[line.variant_key], quantity=line.quantity
            )


def _again(row: ReturnRow, draft: ReturnDraft) -> SupplierReturn:
    (there,) = return_infos([row])
    told = {line.variant_key: line.quantity for line in draft.lines}
    is_same = told == {line.variant_key: line.quantity for line in there.lines}
    if not is_same or there.taken_from is not draft.taken_from:
        raise ReturnReferenceError(ref=draft.reference)
    return there


def _write(
    actor: Actor,
    supplier: Supplier,
    place_key: int,
    draft: ReturnDraft,
    units: list[int],
    now: datetime,
) -> ReturnRow:
    row = ReturnRow.objects.create(
        supplier=supplier,
        company_key=supplier.company_key,
        place_key=place_key,
        reference=draft.reference.strip(),
        reason=draft.reason.strip(),
        taken_from=draft.taken_from.value,
        returned_at=now,
        actor_name=actor.name,
        expected_minor=sum(
            unit * line.quantity for unit, line in zip(units, draft.lines, strict=True)
        ),
    )
    SupplierReturnLine.objects.bulk_create(
        SupplierReturnLine(
            document=row,
            line_no=number,
            variant_key=line.variant_key,
            quantity=line.quantity,
            unit_cost_minor=unit,
        )
        for number, (unit, line) in enumerate(zip(units, draft.lines, strict=True), 1)
    )
    return row
