"""The REST API of payments."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent, money_out
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.money import CurrencyMismatchError, Money
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import companies_by_key, get_place, get_unit, places_by_key
from quanqu.sell.payments import facade
from quanqu.sell.payments.api import render
from quanqu.sell.payments.api.schemas.payments import (
    AccountCheckOut,
    AccountIn,
    AccountOut,
    CaptureIn,
    Id,
    MoneyIn,
    OffersQuery,
    PaymentDetailOut,
    PaymentOut,
    PaymentQuery,
    PlanQuery,
    RefundIn,
    RefundPartOut,
    TenderOfferOut,
    TenderOut,
)
from quanqu.sell.payments.contracts import (
    AccountCheck,
    AccountDraft,
    PaymentFilters,
    PaymentView,
    Tender,
    TenderOffer,
)

router = Router(tags=["payments"])


@router.get("/payments", response=PageOut[PaymentOut], summary="List payments")
def list_payments(
    request: HttpRequest, query: Query[PaymentQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The payments in scope, newest first."""
    found = facade.list_payments(
        actor=actor_of(request),
        filters=PaymentFilters(
            query.unit,
            query.state,
            query.tender,
            query.reference,
            text=query.search,
            has_problem=query.trouble,
            since=query.since,
            until=query.until,
        ),
        cursor=page.cursor,
        limit=page.limit,
    )
    places = places_by_key(keys={row.place_key for row in found.items})
    return cursor_page(request, found, lambda row: render.payment(row, places))


@router.get("/payments/tenders", response=list[TenderOut], summary="List tenders")
def list_tenders(request: HttpRequest) -> list[Tender]:
    """The ways to pay, the same in every channel, and what each can do."""
    actor_of(request).require("payments.view")
    return list(facade.list_tenders())


@router.get("/payments/offers", response=list[TenderOfferOut], summary="List offers to pay")
def list_offers(request: HttpRequest, query: Query[OffersQuery]) -> list[TenderOffer]:
    """The ways to pay at a place, with the public keys and wallets that a front end offers."""
    actor = actor_of(request)
    actor.require("payments.view")
    place = get_place(actor=actor, place_id=query.place)
    return facade.list_offers(actor=actor, place_key=place.key, company_key=place.company_key)


@router.get("/payments/refund-plan", response=list[RefundPartOut], summary="Plan a refund")
def plan_refund(request: HttpRequest, query: Query[PlanQuery]) -> list[dict[str, Any]]:
    """How a refund is split over the payments it came from; nothing is changed."""
    actor, money = actor_of(request), Money.parse(query.amount, query.currency)
    found = facade.get_payments(actor=actor, references=[query.reference])[query.reference]
    for one in found:
        if one.currency != money.currency:
            raise CurrencyMismatchError(left=money.currency, right=one.currency)
    parts = facade.refund_plan(actor=actor, reference=query.reference, amount_minor=money.minor)
    return [
        {
            "payment": encode("pay", part.payment_id),
            "tender": part.tender,
            "amount": money_out(Money(part.amount_minor, query.currency)),
        }
        for part in parts
    ]


@router.get("/payments/{payment_id}", response=PaymentDetailOut, summary="Get a payment")
def get_payment(request: HttpRequest, payment_id: Path[Id]) -> dict[str, Any]:
    """A payment with its ledger."""
    actor, wanted = actor_of(request), decode("pay", payment_id)
    row = facade.get_payment(actor=actor, payment_id=wanted)
    entries = facade.list_entries(actor=actor, payment_id=wanted)
    return _shown(row) | {"entries": render.entries(entries)}


@router.post("/payments/{payment_id}/captures", response=PaymentOut, summary="Take money")
@idempotent
def capture(request: HttpRequest, payment_id: Path[Id], body: CaptureIn) -> dict[str, Any]:
    """Take promised money, all that is left or a part of it; the last part gives the rest up."""
    amount, currency = _money(body.amount)
    row = facade.capture_payment(
        actor=actor_of(request),
        payment_id=decode("pay", payment_id),
        request_id=new_id(),
        amount_minor=amount,
        currency=currency,
        is_last=body.is_last,
        now=utc_now(),
    )
    return _shown(row)


@router.post("/payments/{payment_id}/voiding", response=PaymentOut, summary="Give a promise up")
@idempotent
def void(request: HttpRequest, payment_id: Path[Id]) -> dict[str, Any]:
    """Give up all that is promised and not taken."""
    row = facade.void_payment(
        actor=actor_of(request),
        payment_id=decode("pay", payment_id),
        request_id=new_id(),
        now=utc_now(),
    )
    return _shown(row)


@router.post("/payments/{payment_id}/refunds", response=PaymentOut, summary="Give money back")
@idempotent
def refund(request: HttpRequest, payment_id: Path[Id], body: RefundIn) -> dict[str, Any]:
    """Give money back, all that can be or a part of it."""
    amount, currency = _money(body.amount)
    row = facade.refund_payment(
        actor=actor_of(request),
        payment_id=decode("pay", payment_id),
        request_id=new_id(),
        amount_minor=amount,
        currency=currency,
        reason=body.reason,
        now=utc_now(),
    )
    return _shown(row)


@router.get("/payment-accounts", response=list[AccountOut], summary="List payment accounts")
def list_accounts(request: HttpRequest) -> list[dict[str, Any]]:
    """The accounts of companies in scope with providers; of secrets only the names."""
    rows = facade.list_accounts(actor=actor_of(request))
    companies = companies_by_key(keys={row.company_key for row in rows})
    return [render.account(row, companies) for row in rows]


@router.put("/payment-accounts", response=AccountOut, summary="Save a payment account")
@idempotent
def save_account(request: HttpRequest, body: AccountIn) -> dict[str, Any]:
    """Make an account of a company with a provider, or change the one of that code."""
    actor = actor_of(request)
    company = get_unit(actor=actor, unit_id=body.company)
    draft = AccountDraft(
        company.key, body.code, body.provider, body.settings, body.secrets, body.is_test,
        body.is_enabled,
    )  # fmt: skip
    row = facade.save_account(actor=actor, draft=draft, now=utc_now())
    return render.account(row, {company.key: company})


@router.post(
    "/payment-accounts/{account_id}/checks", response=AccountCheckOut, summary="Try an account"
)
def check_account(request: HttpRequest, account_id: Path[Id]) -> AccountCheck:
    """Make a harmless call to the provider with the account's keys; nothing is changed."""
    return facade.check_account_keys(
        actor=actor_of(request), account_id=decode("pac", account_id), now=utc_now()
    )


def _shown(row: PaymentView) -> dict[str, Any]:
    return render.payment(row, places_by_key(keys=[row.place_key]))


def _money(given: MoneyIn | None) -> tuple[int | None, str]:
    if given is None:
        return None, ""
    return Money.parse(given.amount, given.currency).minor, given.currency
