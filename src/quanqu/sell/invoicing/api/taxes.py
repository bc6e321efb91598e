"""The REST API of how companies are taxed: rules, items, the seller, a quote."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.money import Money
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import get_unit
from quanqu.sell.invoicing import facade
from quanqu.sell.invoicing.api import render
from quanqu.sell.invoicing.api.schemas import (
    Id,
    SellerIn,
    SellerOut,
    TakenOut,
    TaxFileIn,
    TaxItemIn,
    TaxItemsIn,
    TaxQuoteIn,
    TaxQuoteOut,
    TaxRuleOut,
    TaxRulesIn,
)
from quanqu.sell.invoicing.contracts import (
    ItemTax,
    RulesTaken,
    Seller,
    TaxCompanyError,
    TaxRule,
)

router = Router()
Shown = dict[str, Any]


@router.get(
    "/companies/{company_id}/tax-rules", response=list[TaxRuleOut], summary="List tax rules"
)
def list_rules(request: HttpRequest, company_id: Path[Id]) -> list[Shown]:
    """Every rule of a company, by region and category, the newest first."""
    actor, now = actor_of(request), utc_now()
    key = _company(actor, company_id)
    found = facade.list_tax_rules(actor=actor, company_key=key, on=now.date())
    return [render.rule(one) for one in found]


@router.post("/companies/{company_id}/tax-rules", response=TakenOut, summary="Write tax rules down")
@idempotent
def save_rules(request: HttpRequest, company_id: Path[Id], body: TaxRulesIn) -> Shown:
    """Write rules down that hold from a day on; none is ever changed."""
    actor = actor_of(request)
    taken = facade.save_tax_rules(
        actor=actor,
        company_key=_company(actor, company_id),
        rules=[TaxRule(**one.dict()) for one in body.rules],
        now=utc_now(),
    )
    return _taken(taken)


@router.post(
    "/companies/{company_id}/tax-rules/file", response=TakenOut, summary="Take tax rules in"
)
@idempotent
def import_rules(request: HttpRequest, company_id: Path[Id], body: TaxFileIn) -> Shown:
    """Take in a CSV file of rules: every row, or none with the reason of each that cannot be."""
    actor = actor_of(request)
    taken = facade.import_tax_rules(
        actor=actor,
        company_key=_company(actor, company_id),
        content=body.csv.encode(),
        now=utc_now(),
    )
    return _taken(taken)


@router.get(
    "/companies/{company_id}/tax-items", response=PageOut[TaxItemIn], summary="List taxed items"
)
def list_items(
    request: HttpRequest, company_id: Path[Id], page: Query[PageParams]
) -> dict[str, Any]:
    """How items are taxed and called, where something was said of them."""
    actor = actor_of(request)
    found = facade.list_items(
        actor=actor,
        company_key=_company(actor, company_id),
        cursor=page.cursor,
        limit=page.limit,
    )
    return cursor_page(request, found, _item)


@router.put(
    "/companies/{company_id}/tax-items", response=TakenOut, summary="Say how items are taxed"
)
@idempotent
def save_items(request: HttpRequest, company_id: Path[Id], body: TaxItemsIn) -> Shown:
    """Say how items are taxed and called on invoices from now on."""
    actor = actor_of(request)
    items = [
        ItemTax(one.sku, one.category, one.tax_class, one.name, one.unit) for one in body.items
    ]
    taken = facade.save_items(
        actor=actor, company_key=_company(actor, company_id), items=items, now=utc_now()
    )
    return _taken(taken)


@router.post(
    "/companies/{company_id}/tax-items/file", response=TakenOut, summary="Take taxed items in"
)
@idempotent
def import_items(request: HttpRequest, company_id: Path[Id], body: TaxFileIn) -> Shown:
    """Take in a CSV file of items: every row, or none with the reason of each that cannot be."""
    actor = actor_of(request)
    taken = facade.import_items(
        actor=actor,
        company_key=_company(actor, company_id),
        content=body.csv.encode(),
        now=utc_now(),
    )
    return _taken(taken)


@router.get("/companies/{company_id}/seller", response=SellerOut, summary="Get the seller")
def get_seller(request: HttpRequest, company_id: Path[Id]) -> Shown:
    """How a company writes invoices; 404 where nobody said it yet."""
    actor = actor_of(request)
    found = facade.find_seller(actor=actor, company_key=_company(actor, company_id))
    if found is None:
        raise TaxCompanyError(ref=company_id)
    return render.seller(found, company_id)


@router.put("/companies/{company_id}/seller", response=SellerOut, summary="Save the seller")
@idempotent
def save_seller(request: HttpRequest, company_id: Path[Id], body: SellerIn) -> Shown:
    """Say how a company writes invoices from now on; those written keep what they say."""
    actor = actor_of(request)
    made = facade.save_seller(
        actor=actor,
        company_key=_company(actor, company_id),
        seller=Seller(**body.dict()),
        now=utc_now(),
    )
    return render.seller(made, company_id)


@router.post("/tax-quotes", response=TaxQuoteOut, summary="Ask what tax amounts bear")
def quote(request: HttpRequest, body: TaxQuoteIn) -> Shown:
    """What tax amounts of categories bear on a day; nothing is written down."""
    actor, now = actor_of(request), utc_now()
    total = facade.quote_tax(
        actor=actor,
        company_key=_company(actor, body.company),
        region=body.region,
        lines=[(one.category, Money.parse(one.amount, body.currency).minor) for one in body.lines],
        rounding=body.rounding,
        on=body.on or now.date(),
    )
    return render.quote(total, body.currency)


def _company(actor: Actor, company_id: str) -> int:
    return get_unit(actor=actor, unit_id=company_id).key


def _taken(taken: RulesTaken) -> Shown:
    return {"added": taken.added, "known": taken.known}


def _item(one: ItemTax) -> Shown:
    return {
        "sku": one.sku,
        "category": one.category,
        "tax_class": one.class_code,
        "name": one.name,
        "unit": one.unit,
    }
