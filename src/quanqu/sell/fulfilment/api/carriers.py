"""The REST API of carriers: who they are, what they ask, prices of parcels."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.money import Money
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import companies_by_key, get_unit
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.api import carrier_render as render
from quanqu.sell.fulfilment.api.carrier_schemas import (
    CarrierFields,
    CarrierIn,
    CarrierOut,
    QuoteIn,
    QuotesOut,
    SecretOut,
    TariffFileIn,
    TariffImportOut,
    TariffIn,
    TariffOut,
)
from quanqu.sell.fulfilment.api.types import Id
from quanqu.sell.fulfilment.contracts import (
    Area,
    CarrierDraft,
    Destination,
    Measures,
    QuoteAsk,
    Step,
    Surcharge,
    SurchargeKind,
    TariffDraft,
    TariffError,
    TariffFile,
    TariffTable,
    ZoneTerms,
)

router = Router()


@router.get("/carriers", response=list[CarrierOut], summary="List carriers")
def list_carriers(request: HttpRequest) -> list[dict[str, Any]]:
    """The carriers of the companies in scope."""
    found = facade.list_carriers(actor=actor_of(request))
    known = companies_by_key(keys={row.company_key for row in found})
    return [render.carrier(row, known[row.company_key].id) for row in found]


@router.post("/carriers", response={201: CarrierOut}, summary="Add a carrier")
@idempotent
def create_carrier(request: HttpRequest, body: CarrierIn) -> Status[dict[str, Any]]:
    """Add a carrier of a company, or change the one of that code."""
    actor = actor_of(request)
    draft = CarrierDraft(
        _company(actor, body.company), body.code, body.name, body.carrier, body.settings,
        body.is_active,
    )  # fmt: skip
    made = facade.save_carrier(actor=actor, draft=draft, now=utc_now())
    return Status(201, render.carrier(made, body.company))


@router.get("/carriers/{carrier_id}", response=CarrierOut, summary="Get a carrier")
def get_carrier(request: HttpRequest, carrier_id: Path[Id]) -> dict[str, Any]:
    """A carrier of a company."""
    found = facade.get_carrier(actor=actor_of(request), carrier_id=carrier_id)
    company = companies_by_key(keys=[found.company_key])[found.company_key]
    return render.carrier(found, company.id)


@router.put("/carriers/{carrier_id}", response=CarrierOut, summary="Change a carrier")
@idempotent
def change_carrier(
    request: HttpRequest, carrier_id: Path[Id], body: CarrierFields
) -> dict[str, Any]:
    """Replace what is told of a carrier; its code stays."""
    actor = actor_of(request)
    found = facade.get_carrier(actor=actor, carrier_id=carrier_id)
    draft = CarrierDraft(
        found.company_key, found.code, body.name, body.carrier, body.settings, body.is_active
    )
    changed = facade.save_carrier(actor=actor, draft=draft, now=utc_now())
    company = companies_by_key(keys=[found.company_key])[found.company_key]
    return render.carrier(changed, company.id)


@router.post(
    "/carriers/{carrier_id}/webhook-secret", response=SecretOut, summary="Renew the webhook secret"
)
@idempotent
def renew_secret(request: HttpRequest, carrier_id: Path[Id]) -> dict[str, str]:
    """A new key for a carrier to sign its notices with (Standard Webhooks); shown this once."""
    secret = facade.renew_carrier_secret(
        actor=actor_of(request), carrier_id=carrier_id, now=utc_now()
    )
    return {"secret": secret, "path": f"/hooks/carriers/{carrier_id}"}


@router.get("/carriers/{carrier_id}/tariffs", response=PageOut[TariffOut], summary="List tariffs")
def list_tariffs(
    request: HttpRequest, carrier_id: Path[Id], page: Query[PageParams]
) -> dict[str, Any]:
    """The versions of a carrier's prices, the latest made first."""
    found = facade.list_tariffs(
        actor=actor_of(request), carrier_id=carrier_id, cursor=page.cursor, limit=page.limit
    )
    return cursor_page(request, found, render.tariff)


@router.post("/carriers/{carrier_id}/tariffs", response={201: TariffOut}, summary="Record a tariff")
@idempotent
def save_tariff(
    request: HttpRequest, carrier_id: Path[Id], body: TariffIn
) -> Status[dict[str, Any]]:
    """The prices of a service from a day on, as a version of its own."""
    saved = facade.save_tariff(
        actor=actor_of(request), carrier_id=carrier_id, draft=_draft(body), now=utc_now()
    )
    return Status(201, render.tariff(saved))


@router.post(
    "/carriers/{carrier_id}/tariff-files", response=TariffImportOut, summary="Import a tariff"
)
@idempotent
def import_tariff(request: HttpRequest, carrier_id: Path[Id], body: TariffFileIn) -> dict[str, Any]:
    """The prices of a service as CSV: all rows are taken, or none and each fault is told."""
    file = TariffFile(
        body.service, body.name, body.currency, body.valid_from, body.divisor, body.csv.encode()
    )
    done = facade.import_tariff(
        actor=actor_of(request), carrier_id=carrier_id, file=file, now=utc_now()
    )
    return {
        "rows": done.rows,
        "rejected": [
            {"row": one.row, "reason": one.reason, "values": one.values} for one in done.rejected
        ],
        "version": done.tariff.version if done.tariff else None,
    }


@router.post("/carrier-quotes", response=QuotesOut, summary="Price parcels")
def quote(request: HttpRequest, body: QuoteIn) -> dict[str, Any]:
    """What the carriers of a company ask for parcels; nothing is changed."""
    actor = actor_of(request)
    asked = [
        QuoteAsk(
            Destination(one.country, one.postcode, one.region),
            Measures(one.weight_g, one.length_mm, one.width_mm, one.height_mm),
            one.is_cash_collected,
        )
        for one in body.parcels
    ]
    found = facade.quote_parcels(
        actor=actor,
        company_key=_company(actor, body.company),
        asked=asked,
        today=body.handed_over_on or utc_now().date(),
    )
    return {"offers": [[render.offer(one) for one in offers] for offers in found]}


def _company(actor: Actor, company_id: str) -> int:
    return get_unit(actor=actor, unit_id=company_id).key


def _draft(body: TariffIn) -> TariffDraft:
    def minor(text: str) -> int:
        return Money.parse(text, body.currency).minor

    surcharges = []
    for number, one in enumerate(body.surcharges, 1):
        is_rate = one.kind is SurchargeKind.RATE
        told = one.rate_points if is_rate else one.price and minor(one.price)
        if told is None or (one.price if is_rate else one.rate_points) is not None:
            problem = "rate_points for a rate, price for a flat one"
            raise TariffError(at=f"surcharge {number}", problem=problem)
        surcharges.append(Surcharge(one.code, one.kind, int(told), one.when, one.zone, one.over_g))
    return TariffDraft(
        service=body.service,
        name=body.name,
        currency=body.currency,
        valid_from=body.valid_from,
        table=TariffTable(
            divisor=body.divisor,
            areas=tuple(
                Area(one.zone, one.country, one.postcode, one.region) for one in body.areas
            ),
            steps=tuple(Step(one.zone, one.up_to_g, minor(one.price)) for one in body.steps),
            terms=tuple(
                ZoneTerms(one.zone, one.min_days, one.max_days, one.extra_g, minor(one.extra_price))
                for one in body.terms
            ),
            surcharges=tuple(surcharges),
        ),
    )
