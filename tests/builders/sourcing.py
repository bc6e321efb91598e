"""A company with places and goods, and orders that are sourced from them."""

from datetime import UTC, datetime
from uuid import uuid4

from tests.builders.org import make_company, make_place
from tests.builders.stock import CUP, TEA, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.geo import Point
from quanqu.know.org.contracts import PlaceType
from quanqu.sell.sourcing.contracts import OrderLine, PlaceOffer, Question
from quanqu.sell.sourcing.facade import (
    activate_profile,
    allocate,
    move,
    save_profile,
    set_offers,
)
from quanqu.sell.sourcing.queries.places import forget_places

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
HERE = Point(31.23, 121.47)
NEAR, MIDDLE, FAR = (31.2, 121.5), (31.3, 120.6), (30.3, 120.2)


class Chain:
    """A depot far away, two shops nearer; `stock` puts goods there."""

    def __init__(self, code="chain"):
        self.company = make_company(code)
        self.near = self.place("near", PlaceType.STORE, NEAR)
        self.middle = self.place("middle", PlaceType.STORE, MIDDLE)
        self.depot = self.place("depot", PlaceType.WAREHOUSE, FAR)
        forget_places()

    def place(self, code, kind, at):
        latitude, longitude = at
        return make_place(
            code,
            company=self.company,
            place_type=kind,
            country="CN",
            postcode="2000" + str(len(code)),
            latitude=latitude,
            longitude=longitude,
        ).key

    def stock(self, **quantities):
        """Receive goods: `near=(tea, cup)`."""
        for name, (tea, cup) in quantities.items():
            for item, units in ((TEA, tea), (CUP, cup)):
                if units:
                    receive(units, place=getattr(self, name), item=item, now=NOW)

    @staticmethod
    def lines(*items):
        return tuple(OrderLine(item, 1) for item in items)

    def order(self, tea=1, cup=0, **more):
        lines = tuple(
            OrderLine(item, units, value_minor=1000 * units, weight_g=100 * units)
            for item, units in ((TEA, tea), (CUP, cup))
            if units
        )
        asked = {"company_key": self.company.key, "lines": lines, "at": HERE} | more
        return Question(**asked)

    def allocate(self, question=None, *, request_id=None, owner="ord", actor=SYSTEM, **more):
        return allocate(
            actor=actor,
            request_id=request_id or uuid4(),
            owner=owner,
            question=question or self.order(),
            expires_at=more.pop("expires_at", None),
            now=more.pop("now", NOW),
        )

    def move(self, decision, *items, question=None, move_id=None, closed=(), cause="short_pick"):
        return move(
            actor=SYSTEM,
            request_id=decision.request_id,
            move_id=move_id or uuid4(),
            question=question or self.order(),
            items=items,
            closed=closed,
            cause=cause,
            expires_at=None,
            now=NOW,
        )

    def profile(self, body, *, channel="", activate=True):
        saved = save_profile(
            actor=SYSTEM, company_key=self.company.key, channel=channel, body=body, now=NOW
        )
        return activate_profile(actor=SYSTEM, version_id=saved.id, now=NOW) if activate else saved

    def offer(self, place, **fields):
        told = {"is_shipping": True, "is_pickup": True} | fields
        set_offers(actor=SYSTEM, offers={place: PlaceOffer(**told)}, now=NOW)


def body(*criteria, **strategy):
    """Return a profile of one strategy: criteria as `distance` or `distance/10`."""
    told = []
    for one in criteria or ("parcels", "distance"):
        by, _, band = one.partition("/")
        told.append({"by": by, "band": int(band or 1)})
    top = {name: strategy.pop(name) for name in ("parcel_minor", "kg_km_minor") if name in strategy}
    return {"strategies": {"only": {"criteria": told} | strategy}, "default": "only"} | top


def shipped(decision):
    """Return which place ships which items."""
    return {
        parcel.place_key: {line.variant_key: line.quantity for line in parcel.lines}
        for parcel in decision.parcels
    }
