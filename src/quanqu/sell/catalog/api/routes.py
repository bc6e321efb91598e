"""The REST API of products, their vocabulary and the consistency audit."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    PageOut,
    PageParams,
    cursor_page,
    idempotent,
    with_examples,
)
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import UnitKind, UnitNotFoundError
from quanqu.know.org.facade import get_place, get_unit, places_by_key, resolve_scope
from quanqu.sell.catalog import facade
from quanqu.sell.catalog.api import render
from quanqu.sell.catalog.api.schemas import (
    AttributeIn,
    AttributeOut,
    AuditPolicyBody,
    AuditRunOut,
    CategoryOut,
    FindingDecisionIn,
    FindingOut,
    FindingQuery,
    FindingSortQuery,
    FindingTallyOut,
    Id,
    ProductCountOut,
    ProductDetailOut,
    ProductOut,
    ProductQuery,
    ProductSortQuery,
)
from quanqu.sell.catalog.contracts import (
    AttributeInfo,
    AuditPolicy,
    FindingFilters,
    ProductFilters,
)

router = Router(tags=["products"])

Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00/]+$")]


@router.get("/products", response=PageOut[ProductOut], summary="List products")
def list_products(
    request: HttpRequest,
    query: Query[ProductQuery],
    order: Query[ProductSortQuery],
    page: Query[PageParams],
) -> dict[str, Any]:
    """The products in scope, newest first unless `sort` says otherwise."""
    actor = actor_of(request)
    found = facade.list_products(
        actor=actor,
        filters=_filters(actor, query),
        cursor=page.cursor,
        limit=page.limit,
        sort=order.sort,
    )
    ids = render.companies()
    return cursor_page(request, found, lambda row: render.product(row, ids))


@router.get("/products/count", response=ProductCountOut, summary="Count products")
def count_products(request: HttpRequest, query: Query[ProductQuery]) -> dict[str, int]:
    """How many products the filters leave."""
    actor = actor_of(request)
    return {"count": facade.count_products(actor=actor, filters=_filters(actor, query))}


@router.get("/products/categories", response=list[CategoryOut], summary="List categories")
def list_categories(request: HttpRequest) -> list[Any]:
    """The categories in scope, by path."""
    return list(facade.list_categories(actor=actor_of(request)))


@router.get("/products/brands", response=list[str], summary="List brands")
def list_brands(request: HttpRequest) -> list[str]:
    """The brands of the products in scope."""
    return list(facade.list_brands(actor=actor_of(request)))


@router.get("/products/findings", response=PageOut[FindingOut], summary="List findings")
def list_findings(
    request: HttpRequest,
    query: Query[FindingQuery],
    order: Query[FindingSortQuery],
    page: Query[PageParams],
) -> dict[str, Any]:
    """What differs between channels, and bad barcodes; newest first unless `sort` says so."""
    actor = actor_of(request)
    filters = FindingFilters(
        kind=query.kind,
        severity=query.severity,
        state=query.state,
        product_id=query.product,
        text=query.search,
        company_keys=_companies(actor, query.unit),
    )
    found = facade.list_findings(
        actor=actor, filters=filters, cursor=page.cursor, limit=page.limit, sort=order.sort
    )
    keys = {value.place_key for row in found.items for value in row.values if value.place_key}
    places = {key: place.id for key, place in places_by_key(keys=keys).items()}
    return cursor_page(request, found, lambda row: render.finding(row, places))


@router.get("/products/findings/tally", response=list[FindingTallyOut], summary="Count findings")
def tally_findings(request: HttpRequest) -> list[Any]:
    """How many findings there are by kind, severity and state."""
    return list(facade.tally_findings(actor=actor_of(request)))


@router.post(
    "/products/findings/decisions",
    response=ProductCountOut,
    summary="Decide findings",
    openapi_extra=with_examples(
        {
            "accept": (
                "The marketplace may cost more",
                {
                    "findings": ["fnd_01hz0000000000000000000000"],
                    "state": "accepted",
                    "note": "Fees of the marketplace",
                },
            )
        }
    ),
)
@idempotent
def decide_findings(request: HttpRequest, body: FindingDecisionIn) -> dict[str, int]:
    """Accept, resolve or open findings again, and count those that changed."""
    count = facade.decide_findings(
        actor=actor_of(request),
        finding_ids=body.findings,
        state=body.state,
        note=body.note,
        now=utc_now(),
    )
    return {"count": count}


@router.get("/products/{product_id}", response=ProductDetailOut, summary="Get a product")
def get_product(request: HttpRequest, product_id: Path[Id]) -> dict[str, Any]:
    """A product with its variants, attributes, media and listings."""
    return render.product_detail(facade.get_product(actor=actor_of(request), product_id=product_id))


@router.get(
    "/companies/{company_id}/attributes", response=list[AttributeOut], summary="List attributes"
)
def list_attributes(request: HttpRequest, company_id: Path[Id]) -> list[Any]:
    """The attribute definitions of a company's products."""
    actor = actor_of(request)
    company_key = _company(actor, company_id)
    return list(facade.list_attributes(actor=actor, company_key=company_key))


@router.put(
    "/companies/{company_id}/attributes/{code}",
    response=AttributeOut,
    summary="Declare an attribute",
)
@idempotent
def define_attribute(
    request: HttpRequest, company_id: Path[Id], code: Path[Code], body: AttributeIn
) -> Any:
    """Declare the name, type, unit and choices of an attribute."""
    actor = actor_of(request)
    definition = AttributeInfo(
        code=code,
        name=body.name,
        type=body.type,
        unit=body.unit,
        choices=tuple(body.choices),
        is_declared=True,
    )
    return facade.define_attribute(
        actor=actor,
        company_key=_company(actor, company_id),
        definition=definition,
        now=utc_now(),
    )


@router.get(
    "/companies/{company_id}/audit-policy", response=AuditPolicyBody, summary="Get the tolerances"
)
def get_policy(request: HttpRequest, company_id: Path[Id]) -> Any:
    """The tolerances of a company's consistency audit."""
    actor = actor_of(request)
    return facade.get_policy(actor=actor, company_key=_company(actor, company_id))


@router.put(
    "/companies/{company_id}/audit-policy", response=AuditPolicyBody, summary="Set the tolerances"
)
@idempotent
def set_policy(request: HttpRequest, company_id: Path[Id], body: AuditPolicyBody) -> Any:
    """Set the tolerances of a company's consistency audit; the next run uses them."""
    actor = actor_of(request)
    policy = AuditPolicy(body.price_tolerance_rate, body.text_similarity_rate)
    return facade.set_policy(
        actor=actor, company_key=_company(actor, company_id), policy=policy, now=utc_now()
    )


@router.post("/companies/{company_id}/audits", response=AuditRunOut, summary="Run the audit")
@idempotent
def audit_listings(request: HttpRequest, company_id: Path[Id]) -> Any:
    """Compare the listings of a company now."""
    actor = actor_of(request)
    return facade.audit_listings(
        actor=actor, company_key=_company(actor, company_id), now=utc_now()
    )


def _filters(actor: Actor, query: ProductQuery) -> ProductFilters:
    place = get_place(actor=actor, place_id=query.listed_at) if query.listed_at else None
    return ProductFilters(
        text=query.search,
        category=query.category,
        brand=query.brand,
        status=query.status,
        company_keys=_companies(actor, query.unit),
        place_keys=frozenset({place.key}) if place else None,
    )


def _companies(actor: Actor, unit_id: str | None) -> frozenset[int] | None:
    if not unit_id:
        return None
    scope = resolve_scope(actor=actor, permission="catalog.view", unit_id=unit_id)
    return None if scope.everything else scope.companies


def _company(actor: Actor, company_id: str) -> int:
    unit = get_unit(actor=actor, unit_id=company_id)
    if unit.kind is not UnitKind.COMPANY:
        raise UnitNotFoundError(ref=company_id)
    return unit.key
