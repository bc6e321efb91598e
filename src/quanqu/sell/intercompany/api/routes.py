"""The REST API of the books between companies: rules, movements, balances, statements."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status
from pydantic import Field

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    MoneyOut,
    PageOut,
    PageParams,
    call_name,
    cursor_page,
    idempotent,
    money_out,
    names_call,
)
from quanqu.kernel.ids import encode, new_id
from quanqu.kernel.money import Money
from quanqu.kernel.time import Period, format_time, utc_now
from quanqu.know.org.contracts import UnitInfo
from quanqu.know.org.facade import companies_by_key, get_unit
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.intercompany import facade
from quanqu.sell.intercompany.api.schemas import (
    CompanyBalanceOut,
    CompanyMovementOut,
    ConsolidationOut,
    GroupStockOut,
    Id,
    Month,
    MovementQuery,
    SettlementIn,
    StatementOut,
    TransferRuleIn,
    TransferRuleOut,
)
from quanqu.sell.intercompany.contracts import (
    CompanyFigures,
    ConvertedStock,
    MovementFilters,
    MovementView,
    SettlementDraft,
    StockFigures,
    TransferRule,
    TransferRuleView,
)

router = Router(tags=["between companies"])
Shown = dict[str, Any]
Names = Mapping[int, UnitInfo]
_MOST_NAMED = 500


@router.get("/intercompany/rules", response=list[TransferRuleOut], summary="List transfer rules")
def list_rules(request: HttpRequest) -> list[Shown]:
    """The rules of companies in view, the newest first."""
    found = facade.list_rules(actor=actor_of(request))
    names = companies_by_key()
    return [_rule(one, names) for one in found]


@router.post("/intercompany/rules", response=TransferRuleOut, summary="Write a transfer rule")
@idempotent
def save_rule(request: HttpRequest, body: TransferRuleIn) -> Shown:
    """Say how transfers of goods are priced from a day on; what waited for it gets its price."""
    actor = actor_of(request)
    rule = TransferRule(
        from_company_key=_company(actor, body.giver),
        to_company_key=_company(actor, body.taker),
        kind=body.kind,
        currency=body.currency,
        valid_from=body.valid_from,
        rate=body.rate,
        amounts={
            sku: Money.parse(amount, body.currency).minor for sku, amount in body.amounts.items()
        },
    )
    made = facade.save_rule(actor=actor, rule=rule, now=utc_now())
    return _rule(made, companies_by_key())


@router.get(
    "/intercompany/movements",
    response=PageOut[CompanyMovementOut],
    summary="List transfers between companies",
)
def list_movements(
    request: HttpRequest, query: Query[MovementQuery], page: Query[PageParams]
) -> Shown:
    """What went between companies one of which is in view, newest first."""
    actor = actor_of(request)
    filters = MovementFilters(
        company_keys=frozenset({_company(actor, query.company)}) if query.company else None,
        kinds=frozenset({query.kind} if query.kind else ()),
        is_unpriced=query.unpriced,
        first=query.first,
        last=query.last,
    )
    found = facade.list_movements(
        actor=actor, filters=filters, cursor=page.cursor, limit=page.limit
    )
    names = companies_by_key()
    return cursor_page(request, found, lambda row: _movement(row, names))


@router.get("/intercompany/balances", response=list[CompanyBalanceOut], summary="List balances")
def list_balances(request: HttpRequest) -> list[Shown]:
    """What companies in view have to get from others, or owe them."""
    names = companies_by_key()
    return [
        {
            "company": names[one.company_key].id,
            "other": names[one.other_key].id,
            "balance": _money(one.amount_minor, one.currency),
        }
        for one in facade.list_balances(actor=actor_of(request))
    ]


@router.post(
    "/intercompany/settlements",
    response={201: CompanyMovementOut},
    summary="Write a settlement",
)
@names_call
def record_settlement(request: HttpRequest, body: SettlementIn) -> Status[Shown]:
    """Write down money one company paid another. It remembers its Idempotency-Key itself."""
    actor = actor_of(request)
    draft = SettlementDraft(
        id=call_name(request, actor) or new_id(),
        payer_key=_company(actor, body.payer),
        payee_key=_company(actor, body.payee),
        amount_minor=Money.parse(body.amount, body.currency).minor,
        currency=body.currency,
        on=body.on,
        note=body.note,
    )
    made = facade.record_settlement(actor=actor, draft=draft, now=utc_now())
    return Status(201, _movement(made, companies_by_key()))


@router.get(
    "/intercompany/statements/{company_id}/{other_id}/{month}",
    response=list[StatementOut],
    summary="Get a month between two companies",
)
def get_statement(
    request: HttpRequest, company_id: Path[Id], other_id: Path[Id], month: Path[Month]
) -> list[Shown]:
    """A month between two companies as the first sees it, one statement for each currency."""
    actor, names = actor_of(request), companies_by_key()
    found = facade.get_statement(
        actor=actor,
        company_key=_company(actor, company_id),
        other_key=_known(names, other_id),
        month=date.fromisoformat(f"{month}-01"),
    )
    return [
        {
            "company": company_id,
            "other": other_id,
            "first": one.first,
            "last": one.last,
            "opening": _money(one.opening_minor, one.currency),
            "closing": _money(one.closing_minor, one.currency),
            "movements": [_movement(row, names) for row in one.movements],
        }
        for one in found
    ]


@router.get(
    "/intercompany/consolidation", response=ConsolidationOut, summary="Get the consolidated view"
)
def consolidate(
    request: HttpRequest,
    first: Query[Annotated[date, Field()]],
    last: Query[Annotated[date, Field()]],
) -> Shown:
    """Companies in view beside the group they make; what went between them is eliminated."""
    found = facade.consolidate(actor=actor_of(request), period=Period(first, last), now=utc_now())
    names = companies_by_key()
    return {
        "companies": [_figures(one, names) for one in found.companies],
        "group": [_figures(one, names) for one in found.group],
        "eliminated": [
            _money(minor, currency) for currency, minor in sorted(found.eliminated_minor.items())
        ],
        "unpriced": found.unpriced,
    }


@router.get(
    "/intercompany/stock", response=GroupStockOut, summary="Get the consolidated stock value"
)
def value_group_stock(request: HttpRequest) -> Shown:
    """Stock of companies in view at average cost, and their group's without profit between them."""
    found = facade.value_group_stock(actor=actor_of(request), today=utc_now().date())
    names = companies_by_key()
    named = found.uncosted[:_MOST_NAMED]
    labels = variant_labels(variant_keys={one.variant_key for one in named})
    return {
        "companies": [_stock(one, names) for one in found.companies],
        "group": [_stock(one, names) for one in found.group],
        "uncosted": [
            {
                "company": names[one.company_key].id,
                "item": labels[one.variant_key].variant_id,
                "sku": labels[one.variant_key].sku,
                "name": labels[one.variant_key].name,
                "units": one.units,
                "why": one.why,
            }
            for one in named
        ],
        "uncosted_count": len(found.uncosted),
        "uncosted_units": sum(one.units for one in found.uncosted),
        "damaged_units": found.damaged,
        "converted": _converted(found.converted),
    }


def _stock(one: StockFigures, names: Names) -> Shown:
    return {
        "company": names[one.company_key].id if one.company_key else None,
        "units": one.units,
        "value": _money(one.value_minor, one.currency),
        "profit": _money(one.profit_minor, one.currency),
    }


def _converted(one: ConvertedStock | None) -> Shown | None:
    if one is None:
        return None

    def money(minor: int | None) -> MoneyOut | None:
        return None if minor is None else _money(minor, one.currency)

    return {
        "currency": one.currency,
        "value": money(one.value_minor),
        "profit": money(one.profit_minor),
        "missing": list(one.missing),
    }


def _company(actor: Actor, company_id: str) -> int:
    return get_unit(actor=actor, unit_id=company_id).key


def _known(names: Names, company_id: str) -> int:
    """Return the key of a company that need not be in view; 0 where there is none."""
    return next((key for key, one in names.items() if one.id == company_id), 0)


def _rule(view: TransferRuleView, names: Names) -> Shown:
    rule = view.rule
    return {
        "giver": names[rule.from_company_key].id,
        "taker": names[rule.to_company_key].id,
        "kind": rule.kind,
        "currency": rule.currency,
        "valid_from": rule.valid_from,
        "rate": f"{rule.rate.normalize():f}",
        "items": len(rule.amounts),
        "version": view.version,
        "made_at": format_time(view.made_at),
    }


def _movement(row: MovementView, names: Names) -> Shown:
    return {
        "id": encode("ict", row.id),
        "kind": row.kind,
        "giver": names[row.from_company_key].id,
        "taker": names[row.to_company_key].id,
        "order": encode("ord", row.order_id) if row.order_id else None,
        "rma": encode("ret", row.return_id) if row.return_id else None,
        "line": row.line_no,
        "sku": row.sku,
        "quantity": row.quantity,
        "sales": _money(row.sales_minor, row.currency),
        "amount": None if row.amount_minor is None else _money(row.amount_minor, row.currency),
        "unpriced": row.unpriced,
        "rule": row.rule_version,
        "note": row.note,
        "on": row.on,
    }


def _figures(one: CompanyFigures, names: Names) -> Shown:
    return {
        "company": names[one.company_key].id if one.company_key else None,
        "sales": _money(one.sales_minor, one.currency),
        "refunds": _money(one.refunds_minor, one.currency),
        "given": _money(one.given_minor, one.currency),
        "taken": _money(one.taken_minor, one.currency),
    }


def _money(minor: int, currency: str) -> MoneyOut:
    return money_out(Money(minor, currency))
