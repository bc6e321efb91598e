"""Suppliers, their costs and lead times, and a company's rules of buying."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent, money_out
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import companies_by_key, get_unit
from quanqu.sell.catalog.facade import variant_keys
from quanqu.sell.supply import facade
from quanqu.sell.supply.api import render
from quanqu.sell.supply.api.schemas import (
    AddedOut,
    CatalogueIn,
    CatalogueOut,
    ContactFields,
    CostOut,
    CostsIn,
    Id,
    LeadTimeOut,
    LeadTimeQuery,
    RulesFields,
    RulesOut,
    SupplierFields,
    SupplierIn,
    SupplierOut,
    SupplierQuery,
)
from quanqu.sell.supply.contracts import (
    BuyingRules,
    ItemCostDraft,
    SupplierContact,
    SupplierDraft,
    SupplierFieldError,
    SupplierFilters,
)

router = Router()


@router.get("/suppliers", response=PageOut[SupplierOut], summary="List suppliers")
def list_suppliers(
    request: HttpRequest, query: Query[SupplierQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The suppliers of the companies in scope, by name; contacts masked."""
    actor = actor_of(request)
    companies = None if query.company is None else frozenset({_company(actor, query.company)})
    filters = SupplierFilters(query.search, companies, query.is_active)
    found = facade.list_suppliers(
        actor=actor, filters=filters, cursor=page.cursor, limit=page.limit
    )
    known = companies_by_key(keys={row.company_key for row in found.items})
    return cursor_page(request, found, lambda row: render.supplier(row, known))


@router.post("/suppliers", response={201: SupplierOut}, summary="Add a supplier")
@idempotent
def create_supplier(request: HttpRequest, body: SupplierIn) -> Status[dict[str, Any]]:
    """Add a supplier of a company; whom to talk to rests encrypted."""
    actor = actor_of(request)
    made = facade.create_supplier(
        actor=actor, company_key=_company(actor, body.company), draft=_draft(body), now=utc_now()
    )
    return Status(201, render.one_supplier(made))


@router.get("/suppliers/{supplier_id}", response=SupplierOut, summary="Get a supplier")
def get_supplier(request: HttpRequest, supplier_id: Path[Id]) -> dict[str, Any]:
    """A supplier, its contact masked."""
    found = facade.get_supplier(actor=actor_of(request), supplier_id=supplier_id)
    return render.one_supplier(found)


@router.put("/suppliers/{supplier_id}", response=SupplierOut, summary="Change a supplier")
@idempotent
def change_supplier(
    request: HttpRequest, supplier_id: Path[Id], body: SupplierFields
) -> dict[str, Any]:
    """Replace what is told of a supplier; without `contact` that stays as it is."""
    changed = facade.change_supplier(
        actor=actor_of(request), supplier_id=supplier_id, draft=_draft(body), now=utc_now()
    )
    return render.one_supplier(changed)


@router.post(
    "/suppliers/{supplier_id}/reveal", response=ContactFields, summary="Reveal the contact"
)
def reveal_contact(request: HttpRequest, supplier_id: Path[Id]) -> dict[str, str]:
    """Whom to talk to in clear; the audit trail keeps who asked."""
    told = facade.reveal_contact(actor=actor_of(request), supplier_id=supplier_id, now=utc_now())
    return render.contact(told)


@router.get("/suppliers/{supplier_id}/costs", response=list[CostOut], summary="List costs")
def list_costs(request: HttpRequest, supplier_id: Path[Id]) -> list[dict[str, Any]]:
    """What items cost at a supplier and did cost, by item, the latest first."""
    found = facade.list_costs(
        actor=actor_of(request), supplier_id=supplier_id, today=utc_now().date()
    )
    return render.costs(found)


@router.post("/suppliers/{supplier_id}/costs", response={201: AddedOut}, summary="Record costs")
@idempotent
def record_costs(
    request: HttpRequest, supplier_id: Path[Id], body: CostsIn
) -> Status[dict[str, int]]:
    """Record what items cost from a day on; what was valid before stays as it was."""
    actor, now = actor_of(request), utc_now()
    supplier = facade.get_supplier(actor=actor, supplier_id=supplier_id)
    known = _items(supplier.company_key, [one.sku for one in body.costs])
    drafts = [
        ItemCostDraft(
            variant_key=known[one.sku],
            cost_minor=Money.parse(one.cost, supplier.currency).minor,
            valid_from=one.valid_from or now.date(),
            valid_to=one.valid_to,
            supplier_code=one.supplier_code,
            pack_size=one.pack_size,
            minimum_quantity=one.minimum_quantity,
        )
        for one in body.costs
    ]
    added = facade.record_costs(actor=actor, supplier_id=supplier_id, drafts=drafts, now=now)
    return Status(201, {"added": added})


@router.post(
    "/suppliers/{supplier_id}/catalogue", response=CatalogueOut, summary="Import a catalogue"
)
@idempotent
def import_catalogue(
    request: HttpRequest, supplier_id: Path[Id], body: CatalogueIn
) -> dict[str, Any]:
    """Record the costs of a CSV; rows that cannot be taken are told with the reason."""
    found = facade.import_catalogue(
        actor=actor_of(request),
        supplier_id=supplier_id,
        content=body.csv.encode(errors="replace"),
        now=utc_now(),
    )
    return render.catalogue(found)


@router.get("/suppliers/{supplier_id}/lead-times", response=list[LeadTimeOut], summary="Lead times")
def supplier_lead_times(
    request: HttpRequest, supplier_id: Path[Id], query: Query[LeadTimeQuery]
) -> list[dict[str, Any]]:
    """How fast and fully a supplier delivers: as a whole first, then each item."""
    found = facade.supplier_lead_times(
        actor=actor_of(request), supplier_id=supplier_id, since=query.since
    )
    return render.lead_times(found)


@router.get("/lead-times", response=list[LeadTimeOut], summary="Lead times of all suppliers")
def list_lead_times(request: HttpRequest, query: Query[LeadTimeQuery]) -> list[dict[str, Any]]:
    """How fast and fully the suppliers in scope deliver to the places in scope."""
    return render.lead_times(facade.list_lead_times(actor=actor_of(request), since=query.since))


@router.get(
    "/companies/{company_id}/buying-rules", response=RulesOut, summary="Get the rules of buying"
)
def get_rules(request: HttpRequest, company_id: Path[Id]) -> dict[str, Any]:
    """How a company buys: the limit of one person, and how much more may come."""
    actor = actor_of(request)
    found = facade.get_buying_rules(actor=actor, company_key=_company(actor, company_id))
    return _rules(company_id, found)


@router.put(
    "/companies/{company_id}/buying-rules", response=RulesOut, summary="Set the rules of buying"
)
@idempotent
def set_rules(request: HttpRequest, company_id: Path[Id], body: RulesFields) -> dict[str, Any]:
    """Set the limit above which a second person approves, and how much more may come."""
    actor = actor_of(request)
    limit = body.approval_limit
    rules = BuyingRules(
        _company(actor, company_id),
        body.currency,
        None if limit is None else Money.parse(limit, body.currency).minor,
        body.over_rate,
    )
    return _rules(company_id, facade.set_buying_rules(actor=actor, rules=rules, now=utc_now()))


def _rules(company_id: str, rules: BuyingRules) -> dict[str, Any]:
    limit = rules.approval_limit_minor
    return {
        "company": company_id,
        "approval_limit": None if limit is None else money_out(Money(limit, rules.currency)),
        "over_rate": f"{rules.over_rate.normalize():f}",
    }


def _draft(body: SupplierFields) -> SupplierDraft:
    told = body.contact
    return SupplierDraft(
        code=body.code,
        name=body.name,
        currency=body.currency,
        lead_time_days=body.lead_time_days,
        minimum_minor=Money.parse(body.minimum_order, body.currency).minor,
        contact=SupplierContact(is_masked=True)
        if told is None
        else SupplierContact(told.name, told.email, told.phone, told.address),
        is_active=body.is_active,
    )


def _company(actor: Actor, company_id: str) -> int:
    decode("cmp", company_id)
    return get_unit(actor=actor, unit_id=company_id).key


def _items(company_key: int, skus: list[str]) -> dict[str, int]:
    found = variant_keys(company_key=company_key, skus=skus)
    known = dict(zip(found["sku"].to_pylist(), found["variant_key"].to_pylist(), strict=True))
    for sku in skus:
        if known.get(sku) is None:
            raise SupplierFieldError(field="sku", reason=f"the company sells no item {sku!r}")
    return known
