"""Words and tones of quotes."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from quanqu.doors.console.kit.cells import Tone
from quanqu.sell.quotes.contracts import QuoteAct, QuoteState

__all__ = ["QUOTE_ACTS", "QUOTE_STATES"]

QUOTE_STATES: Final[dict[QuoteState, tuple[Promise, Tone, str]]] = {
    QuoteState.DRAFT: (pgettext_lazy("quote", "Draft"), "hollow", "pencil"),
    QuoteState.SENT: (pgettext_lazy("quote", "Sent"), "info", "mail"),
    QuoteState.ACCEPTED: (pgettext_lazy("quote", "Accepted"), "good", "check"),
    QuoteState.REJECTED: (pgettext_lazy("quote", "Rejected"), "hollow", "x"),
    QuoteState.EXPIRED: (pgettext_lazy("quote", "Expired"), "hollow", "clock"),
    QuoteState.ORDERED: (pgettext_lazy("quote", "Ordered"), "good", "receipt-text"),
}
QUOTE_ACTS: Final[dict[QuoteAct, tuple[Promise, str]]] = {
    QuoteAct.MAKE: (pgettext_lazy("quote", "Written"), "pencil"),
    QuoteAct.CHANGE: (pgettext_lazy("quote", "Changed"), "pencil"),
    QuoteAct.APPROVE: (pgettext_lazy("quote", "Approved"), "shield-check"),
    QuoteAct.SEND: (pgettext_lazy("quote", "Sent"), "mail"),
    QuoteAct.ACCEPT: (pgettext_lazy("quote", "Accepted"), "check"),
    QuoteAct.REJECT: (pgettext_lazy("quote", "Rejected"), "x"),
    QuoteAct.EXPIRE: (pgettext_lazy("quote", "Expired"), "clock"),
    QuoteAct.ORDER: (pgettext_lazy("quote", "Ordered"), "receipt-text"),
}
