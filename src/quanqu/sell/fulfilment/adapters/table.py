"""The carrier that is built in: prices from tables, labels and numbers of the house.

For a company's own vans and for couriers with whom prices are agreed on paper; such a courier may
tell of its parcels by signed notices.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from quanqu.kernel.later import Later
from quanqu.sell.fulfilment.adapters.notices import read_events
from quanqu.sell.fulfilment.adapters.numbers import tracking_number
from quanqu.sell.fulfilment.adapters.rates import PriceBook
from quanqu.sell.fulfilment.adapters.signatures import check_signature
from quanqu.sell.fulfilment.contracts import Offer, QuoteAsk
from quanqu.sell.fulfilment.ports import CarrierAccess, Consignment, Shipment, TrackingFact

__all__ = ["TableCarrier"]

_label: Final = Later("quanqu.sell.fulfilment.adapters.label")
_PREFIX: Final = re.compile(r"[A-Z]{2,4}")


class TableCarrier:
    """Prices, labels and numbers without anybody else's computer."""

    settings: frozenset[str] = frozenset({"prefix"})

    def check(self, settings: Mapping[str, str]) -> str:
        """Return what is wrong with an account's settings, in words."""
        if not _PREFIX.fullmatch(settings.get("prefix", "")):
            return "prefix is 2 to 4 capital letters that its tracking numbers begin with"
        return ""

    def quote(
        self, access: CarrierAccess, asked: Sequence[QuoteAsk], *, today: date
    ) -> list[list[Offer]]:
        """Price many parcels by the tables in force, cheapest first."""
        books = [PriceBook(access, tariff) for tariff in access.tariffs]
        return [
            sorted(
                (found for book in books if (found := book.offer(one, today=today)) is not None),
                key=lambda offer: (offer.price_minor, offer.latest_on, offer.service),
            )
            for one in asked
        ]

    def ship(self, access: CarrierAccess, consignment: Consignment) -> Shipment:
        """Number a parcel and draw its label."""
        number = tracking_number(access.settings["prefix"], consignment.serial)
        label = _label.draw_label(consignment, carrier_name=access.name, tracking_no=number)
        return Shipment(number, label)

    def cancel(self, access: CarrierAccess, tracking_no: str) -> None:
        """Nobody else knows of the parcel."""

    def read_notice(
        self, access: CarrierAccess, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> tuple[TrackingFact, ...]:
        """Check and read what a courier tells."""
        check_signature(access.secret, headers, body, now=now)
        return read_events(body)
