"""Carriers and their prices, as an actor may see them."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

import msgspec
from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt_bytes
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import decode
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.fulfilment.contracts import (
    CarrierNotFoundError,
    CarrierView,
    Offer,
    QuoteAsk,
    TariffTable,
    TariffView,
)
from quanqu.sell.fulfilment.models import Carrier, Tariff
from quanqu.sell.fulfilment.ports import CarrierAccess
from quanqu.sell.fulfilment.registry import carrier_of

__all__ = [
    "SECRET",
    "VIEW",
    "access_of",
    "carrier_row",
    "carrier_view",
    "get_carrier",
    "list_carriers",
    "list_services",
    "list_tariffs",
    "quote_parcels",
    "tariff_view",
    "tariffs_in_force",
]

VIEW: Final = "fulfilment.view"
SECRET: Final = "fulfilment.carrier_secret"  # noqa: S105 - the name of a purpose
_NEWEST: Final = Sorting("newest", "key", read=read_number)


def list_carriers(*, actor: Actor, company_key: int | None = None) -> list[CarrierView]:
    """Return the carriers of the companies in scope, by company and code.

    Raises: NotAllowedError.
    """
    rows = _seen(actor).order_by("company_key", "code")
    if company_key is not None:
        rows = rows.filter(company_key=company_key)
    return [carrier_view(row) for row in rows]


def get_carrier(*, actor: Actor, carrier_id: str) -> CarrierView:
    """Return a carrier. Raises: NotAllowedError, CarrierNotFoundError, MalformedIdError."""
    return carrier_view(carrier_row(actor, carrier_id))


def list_tariffs(
    *, actor: Actor, carrier_id: str, cursor: str | None = None, limit: int = 50
) -> Page[TariffView]:
    """Return a page of the versions of a carrier's prices, the latest made first.

    Raises: NotAllowedError, CarrierNotFoundError, MalformedIdError.
    """
    row = carrier_row(actor, carrier_id)
    rows, following = _NEWEST.page(Tariff.objects.filter(carrier=row), cursor, limit)
    return Page(tuple(map(tariff_view, rows)), following)


def list_services(
    *, actor: Actor, company_key: int, today: date
) -> list[tuple[CarrierView, str, str]]:
    """Return the services of a company's active carriers whose prices count on a day: the carrier,
    code and name of each.  Raises: NotAllowedError.
    """
    rows = [one for one in list_carriers(actor=actor, company_key=company_key) if one.is_active]
    tariffs = tariffs_in_force([row.key for row in rows], today)
    return [(row, one.service, one.name) for row in rows for one in tariffs[row.key]]


def quote_parcels(
    *, actor: Actor, company_key: int, asked: Sequence[QuoteAsk], today: date
) -> list[list[Offer]]:
    """Return for each parcel what the carriers of a company ask for it, cheapest first.

    Two queries however many parcels.  Raises: NotAllowedError, CarrierNotFoundError.
    """
    scope = resolve_scope(actor=actor, permission=VIEW)
    if not (scope.everything or company_key in scope.companies):
        raise CarrierNotFoundError(ref=company_key)
    rows = list(Carrier.objects.filter(company_key=company_key, is_active=True))
    tariffs = tariffs_in_force([row.key for row in rows], today)
    answers: list[list[Offer]] = [[] for _ in asked]
    for row in rows:
        access = access_of(row, tariffs[row.key])
        offers = carrier_of(row.carrier).quote(access, asked, today=today)
        for answer, found in zip(answers, offers, strict=True):
            answer.extend(found)
    for answer in answers:
        answer.sort(key=lambda offer: (offer.price_minor, offer.latest_on, offer.carrier_name))
    return answers


def tariffs_in_force(
    carrier_keys: Collection[int], today: date
) -> dict[int, tuple[TariffView, ...]]:
    """Return the prices of each service that count on a day, by carrier."""
    found: dict[int, list[TariffView]] = {key: [] for key in carrier_keys}
    rows = (
        Tariff.objects.filter(carrier__in=list(carrier_keys), valid_from__lte=today)
        .order_by("carrier", "service", "-valid_from", "-version")
        .distinct("carrier", "service")
    )
    for row in rows:
        found[row.carrier_id].append(tariff_view(row))
    return {key: tuple(views) for key, views in found.items()}


def access_of(row: Carrier, tariffs: tuple[TariffView, ...] = ()) -> CarrierAccess:
    """Return a carrier as its adapter uses it."""
    secret = decrypt_bytes(bytes(row.secret_enc), purpose=SECRET) if row.secret_enc else b""
    return CarrierAccess(row.id, row.code, row.name, dict(row.settings), secret, tariffs)


def carrier_row(actor: Actor, carrier_id: str) -> Carrier:
    """Return a carrier in scope. Raises: NotAllowedError, CarrierNotFoundError."""
    row = _seen(actor).filter(id=decode("cac", carrier_id)).first()
    if row is None:
        raise CarrierNotFoundError(ref=carrier_id)
    return row


def carrier_view(row: Carrier) -> CarrierView:
    """Return a row as others see it."""
    return CarrierView(
        id=row.id,
        key=row.key,
        company_key=row.company_key,
        code=row.code,
        name=row.name,
        carrier=row.carrier,
        settings=dict(row.settings),
        is_active=row.is_active,
        has_secret=row.secret_enc is not None,
    )


def tariff_view(row: Tariff) -> TariffView:
    """Return a version of prices as others see it."""
    return TariffView(
        id=row.id,
        carrier_key=row.carrier_id,
        service=row.service,
        name=row.name,
        currency=row.currency,
        valid_from=row.valid_from,
        version=row.version,
        made_by=row.made_by,
        made_at=row.made_at,
        table=msgspec.convert(row.body, TariffTable),
    )


def _seen(actor: Actor) -> "QuerySet[Carrier]":
    scope = resolve_scope(actor=actor, permission=VIEW)
    rows = Carrier.objects.all()
    return rows if scope.everything else rows.filter(company_key__in=scope.companies)
