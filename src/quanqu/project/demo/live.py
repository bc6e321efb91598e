"""Orders under way for the demo: baskets of the last recorded week, ordered again by phone.

The record ends with orders that were finished long ago; to show how an order is promised, paid,
picked and sent, baskets of its last week are placed once more at a simulated order desk, on its
last day, against the stock the demo worked out.  Sourcing decides where they ship from.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import pandas as pd

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import QuanquError
from quanqu.know.org.contracts import PlaceInfo
from quanqu.project.demo.behaviour import GOODS_CODE
from quanqu.sell.catalog import facade as catalog
from quanqu.sell.checkout import facade as checkout
from quanqu.sell.checkout.contracts import (
    Delivery,
    LineDraft,
    OrderDraft,
    PartState,
    Step,
    TenderDraft,
)
from quanqu.sell.payments import facade as payments
from quanqu.sell.payments.contracts import AccountDraft
from quanqu.sell.sourcing import facade as sourcing
from quanqu.sell.sourcing.contracts import PlaceOffer

VERSION: Final = b"live-1"
MOST_ORDERS: Final = 36
_MOST_LINES: Final = 10
_DAYS: Final = 7
_EVERY_PICKUP: Final = 6
_BEYOND: Final = {
    Step.PICK: {PartState.PICKING, PartState.READY, PartState.GONE},
    Step.MAKE_READY: {PartState.READY, PartState.GONE},
    Step.SHIP: {PartState.GONE},
}
"""Where a part stands that took a step already."""
_WAYS: Final = (
    (),
    (),
    (Step.PICK,),
    (Step.PICK, Step.MAKE_READY),
    (Step.PICK, Step.SHIP),
    (Step.PICK, Step.SHIP, Step.DELIVER),
)
"""How far the orders are, one after the other."""

Report = Callable[[str, int, int], None]
Basket = tuple[str, tuple[tuple[str, int, int], ...]]


def baskets_of(path: Path) -> Iterator[Basket]:
    """Yield the small baskets of the last recorded week, the newest first: name, and (sku, units,
    price in minor units)."""
    raw = pd.read_parquet(path)
    goods = raw[
        ~raw["Invoice"].str.startswith(("C", "A"))
        & (raw["Quantity"] > 0)
        & (raw["Price"] > 0)
        & raw["StockCode"].str.fullmatch(GOODS_CODE)
    ]
    days = goods["InvoiceDate"].dt.normalize()
    last = goods[days > days.max() - pd.Timedelta(days=_DAYS)]
    for invoice, rows in sorted(last.groupby("Invoice"), reverse=True):
        lines = tuple(
            (str(sku).upper(), int(units), round(float(price) * 100))
            for sku, units, price in zip(
                rows["StockCode"], rows["Quantity"], rows["Price"], strict=True
            )
        )
        if len(lines) <= _MOST_LINES and len({sku for sku, *_ in lines}) == len(lines):
            yield str(invoice), lines


def load_live(
    *, desk: PlaceInfo, shop: PlaceInfo, store: PlaceInfo, path: Path, now: datetime, report: Report
) -> int:
    """Place the orders and move them on; placed once, however often it is called.

    The shop and the store ship.  Baskets of which too little is left are passed over.  Returns how
    many orders there are.
    """
    payments.save_account(
        actor=SYSTEM,
        draft=AccountDraft(
            company_key=desk.company_key, code="demo", provider="test", settings={}, secrets={},
            is_test=True,
        ),
        now=now,
    )  # fmt: skip
    offers = {
        shop.key: PlaceOffer(is_shipping=True, is_pickup=False),
        store.key: PlaceOffer(is_shipping=True, is_pickup=True),
    }
    sourcing.set_offers(actor=SYSTEM, offers=offers, now=now)
    count = 0
    evening = _evening(path)
    for number, (name, lines) in enumerate(baskets_of(path)):
        if count == MOST_ORDERS:
            break
        at = evening + timedelta(minutes=number)
        if _place(desk, store, name, lines, at):
            count += 1
            report(f"{desk.code}: orders", count, MOST_ORDERS)
    checkout.record_live_orders(now=now)
    return count


def _place(
    desk: PlaceInfo, store: PlaceInfo, name: str, lines: tuple[tuple[str, int, int], ...],
    at: datetime,
) -> bool:  # fmt: skip
    """Place one order, every sixth to be collected at the store where that has the goods."""
    known = catalog.variants_by_sku(skus={(desk.company_key, sku) for sku, *_ in lines})
    if len(known) < len(lines):
        return False
    order_id = uuid5(NAMESPACE_URL, f"quanqu-demo/live/{name}")
    ways = [Delivery.PICKUP, Delivery.SHIP] if int(name) % _EVERY_PICKUP == 0 else [Delivery.SHIP]
    for delivery in ways:
        source = store.key if delivery is Delivery.PICKUP else None
        draft = OrderDraft(
            id=order_id,
            place_key=desk.key,
            currency=desk.currency,
            lines=tuple(
                LineDraft(known[desk.company_key, sku].key, units, source, price)
                for sku, units, price in lines
            ),
            tenders=(TenderDraft("test"),),
            delivery=delivery,
            pickup_place_key=source,
        )
        try:
            placed = checkout.place_order(actor=SYSTEM, draft=draft, now=at)
        except QuanquError:
            continue  # too little is left of something
        _move_on(placed.id, int(name) % len(_WAYS), delivery, at)
        return True
    return False


def _move_on(order_id: UUID, way: int, delivery: Delivery, at: datetime) -> None:
    steps = _WAYS[way] if delivery is Delivery.SHIP else (Step.PICK, Step.MAKE_READY)
    found = checkout.get_live_order(actor=SYSTEM, order_id=order_id)
    taken = {one.step for one in found.steps}
    for number, step in enumerate(steps, 1):
        moment = at + timedelta(minutes=10 * number)
        for part in found.parts if step is not Step.DELIVER else ():
            if part.state not in _BEYOND[step]:
                checkout.advance_part(
                    actor=SYSTEM, order_id=order_id, part_no=part.no, step=step, now=moment
                )
        if step is Step.DELIVER and step not in taken:
            checkout.move_order(actor=SYSTEM, order_id=order_id, step=step, now=moment)


def _evening(path: Path) -> datetime:
    last = pd.read_parquet(path, columns=["InvoiceDate"])["InvoiceDate"].max()
    day: datetime = last.to_pydatetime()
    return day.replace(hour=17, minute=0, second=0, microsecond=0, tzinfo=_ZONE)


_ZONE: Final = ZoneInfo("Europe/London")
