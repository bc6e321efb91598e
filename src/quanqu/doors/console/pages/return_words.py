"""Words of returns: states, steps, reasons, grades, what a policy says and how money goes back."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.cells import Cell, Tone, chip, day_cell
from quanqu.kernel.money import Money
from quanqu.sell.returns.contracts import (
    EntryKind,
    Fault,
    Grade,
    Policy,
    ReasonRule,
    ReturnState,
    ReturnStep,
    ShippingRule,
    Signal,
    SplitRule,
)

__all__ = [
    "ENTRIES",
    "FAULTS",
    "GRADES",
    "SHIPPING",
    "SIGNALS",
    "SPLITS",
    "STATES",
    "STEPS",
    "TENDERS",
    "doubt_words",
    "reason_title",
    "reason_titles",
    "state_chip",
    "tender_title",
]

STATES: Final[dict[ReturnState, tuple[Promise, Tone, str]]] = {
    ReturnState.REQUESTED: (_("Waits for approval"), "warn", "hourglass"),
    ReturnState.APPROVED: (_("Approved"), "info", "check"),
    ReturnState.AWAITING_GOODS: (_("Goods on their way"), "info", "package"),
    ReturnState.RECEIVED: (_("Received"), "accent", "download"),
    ReturnState.INSPECTED: (_("Inspected"), "accent", "eye"),
    ReturnState.SETTLED: (_("Settled"), "good", "circle-check"),
    ReturnState.REFUSED: (_("Refused"), "bad", "ban"),
    ReturnState.CANCELLED: (_("Cancelled"), "hollow", "x"),
}
STEPS: Final[dict[ReturnStep, tuple[Promise, str]]] = {
    ReturnStep.REQUEST: (_("Opened"), "plus"),
    ReturnStep.APPROVE: (_("Approved"), "check"),
    ReturnStep.REFUSE: (_("Refused"), "ban"),
    ReturnStep.AWAIT: (_("Goods on their way"), "package"),
    ReturnStep.RECEIVE: (_("Goods received"), "download"),
    ReturnStep.INSPECT: (_("Goods inspected"), "eye"),
    ReturnStep.SETTLE: (_("Settled"), "circle-check"),
    ReturnStep.CANCEL: (_("Cancelled"), "x"),
}
GRADES: Final[dict[Grade, tuple[Promise, Promise]]] = {
    Grade.A: (_("As new"), _("goes back on sale")),
    Grade.B: (_("Damaged"), _("goes to damaged stock")),
    Grade.C: (_("Worthless"), _("is written off")),
    Grade.QUALITY_HOLD: (_("To be checked"), _("is put on quality hold")),
    Grade.REJECTED: (_("Not accepted"), _("stays with the buyer, no refund")),
}
_REASONS: Final[dict[str, Promise]] = {
    "changed_mind": _("Changed their mind"),
    "wrong_size": _("Wrong size"),
    "not_as_described": _("Not as described"),
    "defective": _("Defective"),
    "wrong_item": _("Wrong item sent"),
    "damaged": _("Arrived damaged"),
    "missing": _("Never arrived"),
    "late": _("Arrived too late"),
}
FAULTS: Final[dict[Fault, Promise]] = {
    Fault.BUYER: _("The buyer's own choice"),
    Fault.SELLER: _("The seller's fault"),
    Fault.CARRIER: _("The carrier's fault"),
}
SIGNALS: Final[dict[Signal, Promise]] = {
    Signal.RETURN_RATE: _("More than half of this buyer's orders came back"),
    Signal.MANY_RETURNS: _("Five or more returns within 90 days"),
    Signal.NO_RECEIPT: _("Three or more returns without a receipt within 180 days"),
    Signal.SHARED_CARD: _("Three or more buyers were refunded to the same card"),
}
TENDERS: Final[dict[str, Promise]] = {
    "cash": _("Cash from the till"),
    "bank_transfer": _("Bank transfer"),
    "store_terminal": _("Card, at the store's terminal"),
    "channel": _("The channel gives it back itself"),
}
_MORE_TENDERS: Final[dict[str, Promise]] = {
    "cash": _("Cash"),
    "card": _("Card"),
    "invoice": _("Invoice"),
    "cash_on_delivery": _("Cash on delivery"),
    "return_credit": _("Credit of a return"),
    "test": _("Test payment"),
    "alipay": _("Alipay"),
    "wechat_pay": _("WeChat Pay"),
}
ENTRIES: Final[dict[EntryKind, Promise]] = {
    EntryKind.GOODS: _("Goods"),
    EntryKind.REFUND: _("Refund"),
    EntryKind.CREDIT: _("Kept as credit"),
    EntryKind.CREDIT_USED: _("Credit used for an order"),
    EntryKind.CREDIT_BACK: _("Credit given back by an order"),
    EntryKind.CREDIT_PAID: _("Credit paid out"),
}
SHIPPING: Final[dict[ShippingRule, Promise]] = {
    ShippingRule.NEVER: _("Shipping is not given back"),
    ShippingRule.WHOLE: _("All of it, with the last unit of the order"),
    ShippingRule.SHARE: _("The share of what comes back"),
}
SPLITS: Final[dict[SplitRule, Promise]] = {
    SplitRule.IN_ORDER: _("One tender after the other"),
    SplitRule.PROPORTIONAL: _("In proportion to what each paid"),
}


def state_chip(state: ReturnState) -> Cell:
    """Return a state as a chip."""
    title, tone, icon = STATES[state]
    return chip(str(title), tone, icon)


def reason_title(rule: ReasonRule) -> str:
    """Return what a reason is called: its own name in the reader's language, or the usual one."""
    own = rule.name_zh if (get_language() or "").startswith("zh") else rule.name_en
    return own or rule.name_en or str(_REASONS.get(rule.code, rule.code))


def reason_titles(policy: Policy) -> dict[str, str]:
    """Return what the reasons of a policy are called, by code, and the usual ones."""
    return {code: str(title) for code, title in _REASONS.items()} | {
        rule.code: reason_title(rule) for rule in policy.reasons
    }


def tender_title(code: str) -> str:
    """Return what a tender is called."""
    return str(_MORE_TENDERS.get(code) or TENDERS.get(code) or code)


def doubt_words(told: Sequence[str], currency: str, reasons: dict[str, str]) -> list[str]:
    """Return why a return needs a second word, as sentences; each is a code and its figure."""
    return [_doubt(*one.partition(" ")[::2], currency, reasons) for one in told]


def _doubt(code: str, value: str, currency: str, reasons: dict[str, str]) -> str:
    if code == "window":
        day = day_cell(date.fromisoformat(value), get_language() or "en").text
        return str(_("It could come back until %(day)s.")) % {"day": day}
    if code == "final_sale":
        return str(_("%(category)s is sold for good.")) % {"category": value}
    if code == "photo":
        return str(_("“%(reason)s” needs a photo.")) % {"reason": reasons.get(value, value)}
    if code == "value" and value.isdecimal():
        amount = Money(int(value), currency).amount
        told = {"amount": amount, "currency": currency}
        return str(_("The refund is above %(amount)s %(currency)s.")) % told
    if code == "currency":
        return str(_("The policy counts in %(currency)s.")) % {"currency": value}
    if code == "signal" and value in set(Signal):
        return f"{SIGNALS[Signal(value)]}."
    return f"{code} {value}".strip()
