"""Write quotes and move them from state to state."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.outbox.facade import emit, emit_many
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.kernel.time import local_date
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import offers_at
from quanqu.sell.quotes.contracts import (
    LARGEST_PRICE_MINOR,
    QuoteAct,
    QuoteApprovalError,
    QuoteConflictError,
    QuoteDraft,
    QuoteFieldError,
    QuoteItemError,
    QuoteNotFoundError,
    QuoteReusedError,
    QuoteRow,
    QuotesMoved,
    QuoteState,
)
from quanqu.sell.quotes.models import Line, Quote, Rule, Step
from quanqu.sell.quotes.queries.quotes import quote_limit, row_of
from quanqu.sell.quotes.rules.quotes import check_draft, follow

__all__ = [
    "change_quote",
    "expire_quotes",
    "lock_quote",
    "make_quote",
    "move_quote",
    "save_step",
    "set_quote_limit",
]

MANAGE: Final = "orders.manage"
_AT_ONCE: Final = 500


def make_quote(*, actor: Actor, draft: QuoteDraft, now: datetime) -> QuoteRow:
    """Write the draft of a quote. Asked again under the same id, the first is answered.

    Emits: QuotesMoved.  Raises: NotAllowedError, QuoteNotFoundError for a place outside of the
    actor's, QuoteFieldError, QuoteItemError, QuoteReusedError.
    """
    place = _place(actor, draft.place_key)
    if known := Quote.objects.filter(id=draft.id).first():
        return _same(known, draft)
    goods = _checked(draft, place, now)
    row = Quote(
        id=draft.id,
        place_key=place.key,
        company_key=place.company_key,
        state=QuoteState.DRAFT.value,
        edition=1,
        buyer=draft.buyer.strip(),
        subject_key=draft.subject_key,
        currency=draft.currency,
        goods_minor=goods,
        shipping_minor=draft.shipping_minor,
        valid_until=draft.valid_until,
        note=draft.note,
        approved_edition=0,
        made_by=actor.id,
        made_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _write_lines(row, draft)
            save_step(row, QuoteAct.MAKE, QuoteState.DRAFT, actor.id, now)
    except IntegrityError:  # the same at the same time: the first has committed by now
        return _same(Quote.objects.get(id=draft.id), draft)
    return row_of(row, quote_limit(company_key=row.company_key))


def change_quote(
    *, actor: Actor, quote_id: UUID, edition: int, draft: QuoteDraft, now: datetime
) -> QuoteRow:
    """Write a quote anew: it is a draft again, to be approved and sent anew.

    `edition`: the one the writer saw.  Locks: the quote.  Emits: QuotesMoved.
    Raises: NotAllowedError, QuoteNotFoundError, QuoteConflictError, QuoteStateError,
    QuoteFieldError, QuoteItemError.
    """
    with transaction.atomic():
        row = lock_quote(quote_id, actor)
        if row.edition != edition:
            raise QuoteConflictError(
                ref=encode("quo", row.id), edition=row.edition, expected=edition
            )
        state = follow(QuoteState(row.state), QuoteAct.CHANGE, ref=encode("quo", row.id))
        told = replace(draft, id=row.id, place_key=row.place_key, currency=row.currency)
        row.goods_minor = _checked(told, _place(actor, row.place_key), now)
        row.shipping_minor, row.valid_until = draft.shipping_minor, draft.valid_until
        row.buyer, row.note = draft.buyer.strip(), draft.note
        row.edition += 1
        row.save()
        _write_lines(row, told)
        save_step(row, QuoteAct.CHANGE, state, actor.id, now)
        return row_of(row, quote_limit(company_key=row.company_key))


def move_quote(
    *, actor: Actor, quote_id: UUID, act: QuoteAct, now: datetime, detail: str = ""
) -> QuoteRow:
    """Approve, send, accept or reject a quote.  The same again changes nothing.

    Above the limit of its company somebody else than who wrote it approves it before it is sent.
    Locks: the quote.  Emits: QuotesMoved.
    Raises: NotAllowedError, QuoteNotFoundError, QuoteStateError, QuoteApprovalError;
    QuoteFieldError for a quote whose last day is over.
    """
    if act not in (QuoteAct.APPROVE, QuoteAct.SEND, QuoteAct.ACCEPT, QuoteAct.REJECT):
        raise ValueError(f"{act} is no step to take by itself")
    with transaction.atomic():
        row = lock_quote(quote_id, actor)
        limit = quote_limit(company_key=row.company_key)
        if _is_done(row, act):
            return row_of(row, limit)
        ref = encode("quo", row.id)
        state = follow(QuoteState(row.state), act, ref=ref)
        if act in (QuoteAct.SEND, QuoteAct.ACCEPT) and row.valid_until < _today(row, now):
            raise QuoteFieldError(field="valid_until", problem="its last day is over")
        if act is QuoteAct.APPROVE and actor.id == _writer(row):
            raise QuoteApprovalError(ref=ref, limit=_limit_text(limit))
        if act is QuoteAct.SEND and row_of(row, limit).needs_approval:
            raise QuoteApprovalError(ref=ref, limit=_limit_text(limit))
        if act is QuoteAct.APPROVE:
            row.approved_edition = row.edition
            row.save(update_fields=["approved_edition"])
        save_step(row, act, state, actor.id, now, detail)
        return row_of(row, limit)


def expire_quotes(*, now: datetime) -> int:
    """End the quotes whose last day is over at their place, and return how many.

    Locks: each quote.  Emits: QuotesMoved.
    """
    open_ = Quote.objects.filter(
        state__in=[QuoteState.SENT.value, QuoteState.ACCEPTED.value], valid_until__lte=now.date()
    )
    with transaction.atomic():
        rows = list(open_.select_for_update(skip_locked=True).order_by("key")[:_AT_ONCE])
        zones = _zones({row.place_key for row in rows})
        over = [row for row in rows if row.valid_until < local_date(now, zones[row.place_key])]
        for row in over:
            row.state = QuoteState.EXPIRED.value
        Quote.objects.bulk_update(over, ["state"])
        Step.objects.bulk_create(
            Step(quote_key=row.key, at=now, actor=SYSTEM.id, act=QuoteAct.EXPIRE.value)
            for row in over
        )
        moved = [(encode("quo", row.id), row.state) for row in over]
        emit_many([QuotesMoved(moved)] if moved else [], now=now)
    return len(over)


@transaction.atomic
def set_quote_limit(
    *, actor: Actor, company_key: int, limit_minor: int | None, currency: str, now: datetime
) -> None:
    """Say up to which total one person of a company sends quotes alone; None: any.

    By whoever manages orders over all places of the company.  Raises: NotAllowedError,
    QuoteNotFoundError, QuoteFieldError.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    if not scope.everything and company_key not in scope.companies:
        raise QuoteNotFoundError(ref=f"company {company_key}")
    if limit_minor is None:
        Rule.objects.filter(company_key=company_key).delete()
    elif not 0 <= limit_minor <= LARGEST_PRICE_MINOR * 1_000:
        raise QuoteFieldError(field="limit", problem="it is negative or too large")
    else:
        told = {"limit_minor": limit_minor, "currency": currency}
        Rule.objects.update_or_create(company_key=company_key, defaults=told)
    record(
        actor=actor, action="quotes.limit_set", subject=f"company {company_key}", now=now,
        after={"limit_minor": limit_minor, "currency": currency},
    )  # fmt: skip


def lock_quote(quote_id: UUID, actor: Actor) -> Quote:
    """Lock a quote, as far as the actor may manage orders at its place.

    Raises: NotAllowedError, QuoteNotFoundError.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    row = Quote.objects.select_for_update().filter(id=quote_id).first()
    if row is None or not (scope.everything or row.place_key in scope.places):
        raise QuoteNotFoundError(ref=encode("quo", quote_id))
    return row


def save_step(
    row: Quote, act: QuoteAct, state: QuoteState, by: str, now: datetime, detail: str = ""
) -> None:
    """Write where a locked quote stands now, and how it came there.  Emits: QuotesMoved."""
    row.state = state.value
    row.save(update_fields=["state", "order_id"])
    Step.objects.create(quote_key=row.key, at=now, actor=by, act=act.value, detail=detail)
    emit(QuotesMoved([(encode("quo", row.id), state.value)]), now=now)


def _place(actor: Actor, place_key: int) -> PlaceInfo:
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    place = places_by_key(keys=[place_key]).get(place_key)
    if place is None or not (scope.everything or place_key in scope.places):
        raise QuoteNotFoundError(ref=f"place {place_key}")
    return place


def _same(known: Quote, draft: QuoteDraft) -> QuoteRow:
    if (known.place_key, known.currency) != (draft.place_key, draft.currency):
        raise QuoteReusedError(ref=encode("quo", draft.id))
    return row_of(known, quote_limit(company_key=known.company_key))


def _checked(draft: QuoteDraft, place: PlaceInfo, now: datetime) -> int:
    goods = check_draft(draft, today=local_date(now, place.details.time_zone or "UTC"))
    items = {one.variant_key for one in draft.lines}
    known = offers_at(place_key=place.key, company_key=place.company_key, variant_keys=items)
    if unknown := sorted(items - known.keys()):
        raise QuoteItemError(ref=unknown[0])
    return goods


def _write_lines(row: Quote, draft: QuoteDraft) -> None:
    Line.objects.filter(quote_key=row.key).delete()
    Line.objects.bulk_create(
        Line(
            quote_key=row.key,
            line_no=number,
            variant_key=one.variant_key,
            quantity=one.quantity,
            unit_price_minor=one.unit_price_minor,
        )
        for number, one in enumerate(draft.lines, 1)
    )


def _is_done(row: Quote, act: QuoteAct) -> bool:
    """Tell whether an act was the last that was done."""
    last = Step.objects.filter(quote_key=row.key).order_by("-key").first()
    return last is not None and last.act == act.value


def _writer(row: Quote) -> str:
    """Return who wrote the edition as it is."""
    written = [QuoteAct.MAKE.value, QuoteAct.CHANGE.value]
    last = Step.objects.filter(quote_key=row.key, act__in=written).order_by("-key").first()
    return last.actor if last else row.made_by


def _limit_text(limit: tuple[int, str] | None) -> str:
    return f"{Money(*limit).amount} {limit[1]}" if limit else "0"


def _today(row: Quote, now: datetime) -> date:
    return local_date(now, _zones({row.place_key})[row.place_key])


def _zones(place_keys: set[int]) -> dict[int, str]:
    return {
        key: one.details.time_zone or "UTC" for key, one in places_by_key(keys=place_keys).items()
    }
