"""Open returns: what is asked for, what the policy says, and the units it claims."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.time import local_date
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.returns.actions.writing import Mark, claim, lock_sale, save_step
from quanqu.sell.returns.contracts import (
    LARGEST_QUANTITY,
    MOST_LINES,
    Reason,
    ReturnAsk,
    ReturnDraft,
    ReturnLineError,
    ReturnPolicyError,
    ReturnQuantityError,
    ReturnReusedError,
    ReturnRow,
    ReturnState,
    ReturnStep,
    Sale,
    SaleLine,
    Verdict,
)
from quanqu.sell.returns.models import Return
from quanqu.sell.returns.models import ReturnLine as LineRow
from quanqu.sell.returns.queries.policies import policy_in_force
from quanqu.sell.returns.queries.returns import row_of
from quanqu.sell.returns.queries.rights import MANAGE, require_place
from quanqu.sell.returns.queries.sales import get_sale, payments_of
from quanqu.sell.returns.queries.signals import signals_of
from quanqu.sell.returns.rules.policy import judge

__all__ = ["open_return", "preview_return"]

_LONGEST = 500


def preview_return(*, actor: Actor, draft: ReturnDraft, now: datetime) -> Verdict:
    """Say what would come of a return: may it come back, what goes back. Nothing is changed.

    Raises: as `open_return`, but for what the policy refuses, which the verdict tells.
    """
    place = require_place(actor, MANAGE, draft.place_key)
    sale = _sale(actor, draft)
    return _judged(sale, _asked(sale, draft.lines), draft, _today(place, now), now)


def open_return(*, actor: Actor, draft: ReturnDraft, now: datetime) -> ReturnRow:
    """Open a return of units of an order at a place of the company that sold it.

    It is approved at once where the policy has no doubts; otherwise it waits for a second word.
    What the policy refuses is opened as an exception only, which waits as well.  Asked again under
    the same id, the first is answered.
    Locks: the order's row.
    Raises: NotAllowedError, ReturnPlaceError, SaleNotFoundError, SaleStateError, ReturnLineError,
    ReturnQuantityError, ReturnPolicyError, ReturnReusedError.
    """
    place = require_place(actor, MANAGE, draft.place_key)
    _sale(actor, draft)
    with transaction.atomic():
        sale_row, sale = lock_sale(draft.order_id)
        there = Return.objects.filter(id=draft.id).first()
        if there is not None:
            return _again(there, draft)
        asked = _asked(sale, draft.lines)
        today = _today(place, now)
        verdict = _judged(sale, asked, draft, today, now)
        if not verdict.is_allowed and not draft.is_exception:
            refused = [
                {"line": one.line_no, "reason": why.code, "value": why.value}
                for one in verdict.lines
                for why in one.problems
            ]
            raise ReturnPolicyError(
                count=sum(bool(one.problems) for one in verdict.lines), reasons=refused
            )
        claim(sale_row.key, {ask.line_no: ask.quantity for _, ask in asked})
        row = _write(sale_row.key, sale, draft, verdict, today, actor, now)
        _write_lines(row, asked, verdict)
        save_step(row, ReturnStep.REQUEST, ReturnState.REQUESTED, Mark(actor.id, now))
        if not row.doubts:
            save_step(row, ReturnStep.APPROVE, ReturnState.APPROVED, Mark(SYSTEM.id, now))
        return row_of(row, sum(ask.quantity for _, ask in asked))


def _sale(actor: Actor, draft: ReturnDraft) -> Sale:
    return get_sale(
        actor=actor, order_id=draft.order_id, place_key=draft.place_key, proof=draft.proof
    )


def _today(place: PlaceInfo, now: datetime) -> date:
    return local_date(now, place.details.time_zone or "UTC")


def _asked(sale: Sale, lines: Sequence[ReturnAsk]) -> list[tuple[SaleLine, ReturnAsk]]:
    """Return what is asked for beside the order's lines.

    Raises: ReturnLineError, ReturnQuantityError.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise ReturnLineError(line=0, problem=f"a return has 1 to {MOST_LINES} lines")
    known = {line.line_no: line for line in sale.lines}
    seen: set[int] = set()
    found = []
    for ask in lines:
        line = known.get(ask.line_no)
        if line is None:
            raise ReturnLineError(line=ask.line_no, problem="the order has no such goods")
        if ask.line_no in seen:
            raise ReturnLineError(line=ask.line_no, problem="it is named twice")
        if not 1 <= ask.quantity <= LARGEST_QUANTITY:
            raise ReturnLineError(
                line=ask.line_no, problem=f"the quantity is 1 to {LARGEST_QUANTITY}"
            )
        if len(ask.note) > _LONGEST:
            raise ReturnLineError(line=ask.line_no, problem="the note is too long")
        if ask.quantity > line.free:
            raise ReturnQuantityError(
                line=ask.line_no, asked=ask.quantity, free=line.free, bought=line.bought
            )
        seen.add(ask.line_no)
        found.append((line, ask))
    return found


def _judged(
    sale: Sale,
    asked: Sequence[tuple[SaleLine, ReturnAsk]],
    draft: ReturnDraft,
    today: date,
    now: datetime,
) -> Verdict:
    version = policy_in_force(sale.company_key)
    payments = payments_of(sale.order_id) if sale.is_live else []
    return judge(
        version.policy,
        sale,
        asked,
        today=today,
        by_parcel=draft.by_parcel,
        signals=signals_of(subject_key=sale.subject_key, payments=payments, now=now),
        number=version.number,
    )


def _write(
    sale_key: int,
    sale: Sale,
    draft: ReturnDraft,
    verdict: Verdict,
    today: date,
    actor: Actor,
    now: datetime,
) -> Return:
    doubts = [_told(one) for one in verdict.doubts]
    doubts += [_told(why) for one in verdict.lines for why in one.problems]
    return Return.objects.create(
        id=draft.id,
        sale_id=sale_key,
        order_id=sale.order_id,
        order_number=sale.number or encode("ord", sale.order_id),
        place_key=draft.place_key,
        sale_place_key=sale.place_key,
        company_key=sale.company_key,
        subject_key=sale.subject_key,
        state=ReturnState.REQUESTED.value,
        keeps_goods=verdict.keeps_goods,
        by_parcel=draft.by_parcel and not verdict.keeps_goods,
        has_receipt=draft.has_receipt,
        is_exception=not verdict.is_allowed,
        is_live=sale.is_live,
        currency=sale.currency,
        goods_minor=verdict.goods_minor,
        fee_minor=verdict.fee_minor,
        label_minor=verdict.label_minor,
        shipping_minor=verdict.shipping_minor,
        refund_minor=verdict.refund_minor,
        policy_number=verdict.policy_number,
        doubts=sorted(set(doubts)),
        note=draft.note[:_LONGEST],
        fingerprint=_fingerprint(draft),
        business_date=today,
        opened_at=now,
        opened_by=actor.id,
        changed_at=now,
    )


def _write_lines(
    row: Return, asked: Sequence[tuple[SaleLine, ReturnAsk]], verdict: Verdict
) -> None:
    LineRow.objects.bulk_create(
        LineRow(
            return_key=row.key,
            line_no=ask.line_no,
            variant_key=line.variant_key,
            sku=line.sku,
            name=line.name,
            quantity=ask.quantity,
            reason=ask.reason,
            note=ask.note,
            goods_minor=told.goods_minor,
            fee_minor=told.fee_minor,
        )
        for (line, ask), told in zip(asked, verdict.lines, strict=True)
    )


def _told(reason: Reason) -> str:
    return f"{reason.code} {reason.value}".strip()


def _again(row: Return, draft: ReturnDraft) -> ReturnRow:
    if bytes(row.fingerprint) != _fingerprint(draft):
        raise ReturnReusedError(ref=encode("ret", row.id))
    lines = LineRow.objects.filter(return_key=row.key).values_list("quantity", flat=True)
    return row_of(row, sum(lines))


def _fingerprint(draft: ReturnDraft) -> bytes:
    told = (
        draft.order_id, draft.place_key, draft.by_parcel,
        [(one.line_no, one.quantity, one.reason) for one in draft.lines],
    )  # fmt: skip
    return hashlib.sha256(repr(told).encode()).digest()
