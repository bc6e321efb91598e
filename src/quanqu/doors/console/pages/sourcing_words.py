"""Words of sourcing: criteria, reasons, what becomes of what nobody can ship."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.cells import Tone
from quanqu.sell.sourcing.contracts import Criterion, Reason, Unfillable

__all__ = ["CAUSES", "CRITERIA", "REASONS", "UNFILLABLE"]

CRITERIA: Final[dict[Criterion, Promise]] = {
    Criterion.PARCELS: _("Parcels"),
    Criterion.DISTANCE: _("Distance"),
    Criterion.COST: _("Cost"),
    Criterion.CAPACITY: _("Capacity used"),
    Criterion.DEPTH: _("Stock taken"),
    Criterion.STOCK_OUT: _("Stock-outs"),
    Criterion.AGE: _("Freshness of stock"),
    Criterion.PROMISE: _("Hours to the door"),
    Criterion.PICKUP: _("Places without pickup"),
    Criterion.KIND: _("Kind of place"),
}
REASONS: Final[dict[Reason, tuple[Promise, Tone]]] = {
    Reason.UNIT: (_("not one of the places asked"), "hollow"),
    Reason.KIND: (_("another kind of place"), "hollow"),
    Reason.TAG: (_("tags do not fit"), "hollow"),
    Reason.COUNTRY: (_("another country"), "hollow"),
    Reason.CHANNEL: (_("does not serve this channel"), "hollow"),
    Reason.NO_SHIPPING: (_("does not ship"), "hollow"),
    Reason.NO_PICKUP: (_("offers no pickup"), "hollow"),
    Reason.CLOSED: (_("closed"), "hollow"),
    Reason.NO_CAPACITY: (_("no capacity left today"), "warn"),
    Reason.TOO_FAR: (_("too far"), "hollow"),
    Reason.NO_STOCK: (_("has none of it"), "hollow"),
    Reason.TOO_FEW: (_("has too few"), "warn"),
    Reason.WORSE: (_("worse"), "info"),
    Reason.SAME: (_("as good"), "good"),
}
UNFILLABLE: Final[dict[Unfillable, Promise]] = {
    Unfillable.BACKORDER: _("Waits for stock"),
    Unfillable.CANCEL_LINE: _("The lines are cancelled"),
    Unfillable.CANCEL_ORDER: _("The order is cancelled"),
    Unfillable.HOLD: _("Waits for a person"),
}
CAUSES: Final[dict[str, Promise]] = {
    "ordered": _("Ordered"),
    "wave": _("Planned in a wave"),
    "short_pick": _("Short pick"),
    "refused": _("Refused by the place"),
}
