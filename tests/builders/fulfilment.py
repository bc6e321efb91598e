"""Carriers of a shop, its pick lists and parcels, and what they break."""

import base64
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.builders import checkout
from tests.builders.checkout import order
from tests.builders.goods import NOW, Shop

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.checkout.contracts import ContactDraft, Delivery, LiveOrder
from quanqu.sell.checkout.facade import record_live_orders
from quanqu.sell.checkout.queries.orders import contact_of
from quanqu.sell.fulfilment.adapters.signatures import sign
from quanqu.sell.fulfilment.contracts import (
    CarrierDraft,
    CarrierView,
    Measures,
    PackDraft,
    ParcelView,
    PickListView,
    TariffFile,
    TariffImport,
)
from quanqu.sell.fulfilment.facade import (
    claim_pick_list,
    import_tariff,
    label_parcel,
    make_pick_list,
    pack_parcel,
    pick_line,
    save_carrier,
)
from quanqu.sell.fulfilment.queries.laws import (
    gone_unlike_the_parcels,
    packed_beyond_the_part,
    picked_twice,
)

DOCUMENT = (Path(__file__).parents[2] / "docs" / "rules" / "fulfilment.md").read_text("utf-8")
PRICES = DOCUMENT.split("```csv\n")[1].split("```")[0]


def table(heading: str, *, nth: int = 0) -> list[list[str]]:
    """Return the rows of a table below a heading of the rules."""
    part = DOCUMENT.split(f"## {heading}\n")[1].split("\n## ")[0]
    tables: list[list[list[str]]] = []
    is_inside = False
    for line in part.splitlines():
        if line.startswith("|"):
            if not is_inside:
                tables.append([])
            tables[-1].append([cell.strip() for cell in line.strip().strip("|").split("|")])
        is_inside = line.startswith("|")
    return tables[nth][2:]


def make_carrier(company_key: int, code: str = "courier", prefix: str = "QC") -> CarrierView:
    """Give a company a carrier that is priced by table, without prices yet."""
    draft = CarrierDraft(company_key, code, f"{code.title()} Express", settings={"prefix": prefix})
    return save_carrier(actor=SYSTEM, draft=draft, now=NOW)


def price(
    carrier_id: str, *, csv: str = PRICES, service: str = "ground", since: date | None = None
) -> TariffImport:
    """Record the prices of a service."""
    file = TariffFile(service, "Ground", "CNY", since or NOW.date(), 5000, csv.encode())
    return import_tariff(actor=SYSTEM, carrier_id=carrier_id, file=file, now=NOW)


def address() -> ContactDraft:
    """Return who gets the goods, where the prices of the rules go."""
    return ContactDraft(
        name="王小明", phone="+8613800000000", street="淮海中路 1000 号", postcode="200031",
        city="上海", country="CN",
    )  # fmt: skip


def sell(shop: Shop, *lines: tuple[str, int], **more: Any) -> LiveOrder:
    """Place an order with an address, and have it recorded."""
    placed = order(shop, *lines, **{"contact": address(), **more})
    record_live_orders(now=NOW)
    return placed


def collect(shop: Shop, *lines: tuple[str, int], **more: Any) -> LiveOrder:
    """Place an order that is collected at the store."""
    told = {"delivery": Delivery.PICKUP, "pickup_place_key": shop.store.key, **more}
    return sell(shop, *lines, **told)


def pickup_code(placed: LiveOrder) -> str:
    """Return the code the buyer was given."""
    return contact_of(placed.key)["pickup_code"]


def pick(shop: Shop, *, now: datetime = NOW, place: PlaceInfo | None = None) -> PickListView:
    """Put all that waits on a list, and pick all of it."""
    made = make_pick_list(actor=SYSTEM, place_id=(place or shop.store).id, now=now)
    name = encode("pkl", made.id)
    claim_pick_list(actor=SYSTEM, list_id=name, now=now)
    for line in made.lines:
        made = pick_line(
            actor=SYSTEM, list_id=name, line_key=line.key, quantity=line.quantity, now=now
        )
    return made


def pack(placed: LiveOrder, lines: dict[int, int], *, part_no: int = 1, **more: Any) -> ParcelView:
    """Pack a parcel of a part."""
    told = {"id": uuid4(), "measures": Measures(800), **more}
    draft = PackDraft(order_id=placed.id, part_no=part_no, lines=lines, **told)
    return pack_parcel(actor=SYSTEM, draft=draft, now=NOW)


def label(parcel: ParcelView, carrier_id: str, service: str = "ground") -> ParcelView:
    """Have a parcel labelled."""
    return label_parcel(
        actor=SYSTEM, parcel_id=encode("pcl", parcel.id), carrier_id=carrier_id, service=service,
        now=NOW,
    )  # fmt: skip


def notice(secret: str, *events: dict[str, Any], now: datetime = NOW) -> dict[str, Any]:
    """Return what a carrier sends of parcels, signed."""
    body = json.dumps({"type": "tracking.updated", "data": {"events": list(events)}}).encode()
    stamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = sign(key, message_id="m1", timestamp=stamp, body=body)
    headers = {
        "webhook-id": "m1", "webhook-timestamp": stamp, "webhook-signature": signature,
    }  # fmt: skip
    return {"headers": headers, "body": body}


def event(parcel: ParcelView, name: str, status: str, at: datetime = NOW, **more: str) -> Any:
    """Return an event of a parcel as a carrier tells it."""
    return {
        "id": name,
        "tracking_number": parcel.tracking_no,
        "status": status,
        "occurred_at": at.isoformat(),
        **more,
    }


def breaches() -> list[str]:
    """Return what breaks a law of fulfilment, live orders, stock or payments."""
    return [
        *packed_beyond_the_part(),
        *gone_unlike_the_parcels(),
        *picked_twice(),
        *checkout.breaches(),
    ]
