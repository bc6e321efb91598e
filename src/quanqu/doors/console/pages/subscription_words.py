"""Words and tones of subscriptions."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.cells import Tone
from quanqu.sell.subscriptions.contracts import (
    Act,
    DeliveryState,
    Every,
    OnShort,
    PlanRow,
    PlanState,
)

__all__ = ["ACTS", "DELIVERY_STATES", "ON_SHORT", "PLAN_STATES", "UNITS", "interval"]

PLAN_STATES: Final[dict[PlanState, tuple[Promise, Tone, str]]] = {
    PlanState.ACTIVE: (_("Running"), "good", ""),
    PlanState.PAUSED: (_("Paused"), "warn", "hourglass"),
    PlanState.ENDED: (_("Ended"), "hollow", "x"),
}
DELIVERY_STATES: Final[dict[DeliveryState, tuple[Promise, Tone, str]]] = {
    DeliveryState.PLACING: (_("Being ordered"), "info", ""),
    DeliveryState.PLACED: (_("Ordered"), "good", "check"),
    DeliveryState.WAITING: (_("Tried again"), "warn", "hourglass"),
    DeliveryState.SKIPPED: (_("Left out"), "hollow", "x"),
    DeliveryState.REFUSED: (_("Refused"), "bad", "x"),
}
ON_SHORT: Final[dict[OnShort, Promise]] = {
    OnShort.WAIT: _("Wait for them, for a week"),
    OnShort.SKIP_ITEM: _("Deliver without them"),
    OnShort.SKIP_DELIVERY: _("Leave the delivery out"),
}
ACTS: Final[dict[Act, tuple[Promise, str]]] = {
    Act.BEGIN: (_("Begun"), "plus"),
    Act.CHANGE: (_("Changed"), "pencil"),
    Act.SKIP: (_("Delivery left out"), "x"),
    Act.PAUSE: (_("Paused"), "lock"),
    Act.RESUME: (_("Goes on"), "undo-2"),
    Act.END: (_("Ended"), "x"),
    Act.PLACE: (_("Ordered"), "shopping-cart"),
    Act.WAIT: (_("Goods are missing: it waits"), "hourglass"),
    Act.LEAVE_OUT: (_("Goods are missing: left out"), "x"),
    Act.PAY_REFUSED: (_("The payment was refused"), "credit-card"),
}
UNITS: Final[dict[Every, Promise]] = {Every.WEEK: _("weeks"), Every.MONTH: _("months")}


def interval(row: PlanRow) -> str:
    """Return how often something comes."""
    if row.every == 1:
        return gettext("every week") if row.unit is Every.WEEK else gettext("every month")
    told = (
        ngettext("every %(n)d week", "every %(n)d weeks", row.every)
        if row.unit is Every.WEEK
        else ngettext("every %(n)d month", "every %(n)d months", row.every)
    )
    return told % {"n": row.every}
