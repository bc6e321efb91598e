"""Words and tones of carts."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.doors.console.kit.cells import Tone
from quanqu.sell.carts.contracts import CartKind, CartState

__all__ = ["CART_KINDS", "CART_STATES"]

CART_STATES: Final[dict[CartState, tuple[Promise, Tone, str]]] = {
    CartState.OPEN: (pgettext_lazy("cart", "Open"), "info", ""),
    CartState.PLACING: (_("Being ordered"), "info", "hourglass"),
    CartState.PLACED: (_("Ordered"), "good", "check"),
    CartState.MERGED: (_("Merged"), "hollow", "git-merge"),
    CartState.EXPIRED: (_("Expired"), "hollow", "clock"),
}
CART_KINDS: Final[dict[CartKind, Promise]] = {
    CartKind.SHOPPER: _("Shopper"),
    CartKind.DESK: _("Store desk"),
}
