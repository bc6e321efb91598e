"""The transfer in numbers of docs/rules/transfers.md, run."""

from pathlib import Path
from uuid import uuid4

import pytest
from tests.builders.goods import NOW, Shop, make_shop, stock
from tests.builders.stock import breaches, hold, level

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import QuanquError
from quanqu.sell.inventory.contracts import (
    ReceiptLine,
    TransferDraft,
    TransferItem,
    TransferView,
)
from quanqu.sell.inventory.facade import (
    cancel_transfer,
    change_transfer,
    close_transfer,
    create_transfer,
    receive_transfer,
    send_transfer,
)
from quanqu.sell.inventory.queries.laws import transit_unlike_the_transfers

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "transfers.md"


class Day:
    """The verbs of the table."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.tea = shop, shop.items["tea"]
        self.transfer: TransferView | None = None

    def stock(self, units: str) -> None:
        stock(self.shop.store, self.tea, int(units))

    def hold(self, units: str) -> None:
        assert hold((self.shop.store.key, self.tea.key, int(units))).is_granted

    def draft(self, units: str) -> None:
        items = (TransferItem(self.tea.key, int(units)),)
        draft = TransferDraft(self.shop.store.key, self.shop.depot.key, items)
        self.transfer = create_transfer(actor=SYSTEM, draft=draft, now=NOW)

    def change(self, units: str) -> None:
        items = [TransferItem(self.tea.key, int(units))]
        self.transfer = change_transfer(actor=SYSTEM, transfer_id=self.id, items=items)

    def send(self) -> None:
        self.transfer = send_transfer(actor=SYSTEM, transfer_id=self.id, now=NOW)

    def arrive(self, units: str) -> None:
        self.receive(ReceiptLine(1, good=int(units)))

    def broken(self, units: str) -> None:
        self.receive(ReceiptLine(1, damaged=int(units)))

    def surplus(self, units: str) -> None:
        self.receive(ReceiptLine(1, surplus=int(units)))

    def close(self) -> None:
        self.transfer = close_transfer(actor=SYSTEM, transfer_id=self.id, now=NOW)

    def cancel(self) -> None:
        self.transfer = cancel_transfer(actor=SYSTEM, transfer_id=self.id, now=NOW)

    def receive(self, line: ReceiptLine) -> None:
        self.transfer = receive_transfer(
            actor=SYSTEM, transfer_id=self.id, arrived=[line], once=str(uuid4()), now=NOW
        )

    @property
    def id(self):
        assert self.transfer is not None
        return self.transfer.id


@pytest.mark.django_db
def test_the_transfer_goes_as_it_is_told():
    shop = make_shop()
    day = Day(shop)
    rows = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in DOCUMENT.read_text("utf-8").splitlines()
        if line.startswith("| ") and line[2].isdigit()
    ]
    for _step, what, *expected in rows:
        verb, *words = what.removesuffix(" refused").split()
        if what.endswith(" refused"):
            with pytest.raises(QuanquError):
                getattr(day, verb)(*words)
        else:
            getattr(day, verb)(*words)
        there = level(place=shop.store.key, item=day.tea.key)
        here = level(place=shop.depot.key, item=day.tea.key)
        found = [there["on_hand"], here["in_transit"], here["on_hand"], here["damaged"]]
        assert [*map(str, found), day.transfer.state if day.transfer else "–"] == expected, what
        assert not breaches()
        assert not transit_unlike_the_transfers()
    assert len(rows) == 13
    assert day.transfer.lines[0].lost == 2
