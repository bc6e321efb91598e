"""A tender whose provider answers later: its answers are written as those of any provider are."""

from datetime import datetime
from typing import Final
from uuid import uuid5

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import LiveOrder
from quanqu.sell.payments.actions.booking import (
    Booked,
    keep,
    lock_payment,
    standing_of,
    write_entries,
)
from quanqu.sell.payments.contracts import Channel, EntryKind, Tender, TenderKind
from quanqu.sell.payments.facade import get_payments
from quanqu.sell.payments.rules.standing import Problem, book

SLOW: Final = Tender(
    "slow", TenderKind.WALLET, channel=Channel.PROVIDER, provider="test", can_void=True
)


def answer(order: LiveOrder, *, now: datetime, only: str = "") -> None:
    """The money of an order came."""
    name = encode("ord", order.id)
    with transaction.atomic():
        for view in get_payments(actor=SYSTEM, references=[name])[name]:
            if only not in ("", view.tender):
                continue
            row = lock_payment(SYSTEM, "payments.manage", view.id)
            standing, entries = standing_of(row), []
            for kind in (EntryKind.AUTHORISATION, EntryKind.CAPTURE):
                found = book(standing, kind, row.amount_minor)
                assert not isinstance(found, Problem)
                standing = found
                name_of_it = uuid5(row.id, kind.value)
                entries.append(Booked(kind, row.amount_minor, name_of_it, "provider"))
            keep(row, standing, now=now)
            write_entries(row, entries, now=now)
