"""Steps, messages and lines of an order to a supplier, written by everything done to it."""

from datetime import datetime

from quanqu.sell.dropship.contracts import DropStep
from quanqu.sell.dropship.models import Message, Order, StepTaken, Terms

__all__ = ["note", "tell_supplier"]


def note(row: Order, step: DropStep, *, by: str, now: datetime, detail: str = "") -> None:
    """Add a step to the story of an order to a supplier."""
    StepTaken.objects.create(order_key=row.key, at=now, actor=by, step=step.value, detail=detail)


def tell_supplier(row: Order, kind: str, now: datetime) -> None:
    """Put a message to the supplier of a locked order on its way, if it is called at all; of a
    version, each kind once."""
    if not Terms.objects.filter(place_key=row.place_key).exclude(url="").exists():
        return
    Message.objects.get_or_create(
        order_key=row.key,
        version=row.version,
        kind=kind,
        defaults={"place_key": row.place_key, "made_at": now},
    )
