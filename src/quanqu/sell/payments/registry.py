"""Which tenders there are: those of this room, and those that higher rooms declare."""

from typing import Final

from quanqu.sell.payments.contracts import Channel, InHouse, Tender, TenderKind, TenderUnknownError

__all__ = ["get_tender", "in_house", "list_tenders", "register_tender", "tender_of"]

_OWN: Final = (
    Tender("cash", TenderKind.CASH),
    Tender(
        "invoice", TenderKind.INVOICE, is_promise=True, can_capture_part=True,
        can_capture_again=True, can_void=True,
    ),
    Tender(
        "cash_on_delivery", TenderKind.CASH_ON_DELIVERY, is_promise=True, can_capture_part=True,
        can_capture_again=True, can_void=True,
    ),
    Tender(
        "card", TenderKind.CARD, Channel.PROVIDER, "stripe", can_authorise=True,
        can_capture_part=True, may_capture_again=True, can_void=True,
    ),
    Tender("alipay", TenderKind.WALLET, Channel.PROVIDER, "alipay"),
    Tender("wechat_pay", TenderKind.WALLET, Channel.PROVIDER, "wechat"),
    Tender(
        "test", TenderKind.TEST, provider="test", can_authorise=True, can_capture_part=True,
        can_capture_again=True, can_void=True,
    ),
)  # fmt: skip
_TENDERS: Final[dict[str, Tender]] = {one.code: one for one in _OWN}
_IN_HOUSE: Final[dict[str, InHouse]] = {}


def register_tender(*, tender: Tender, house: InHouse | None = None) -> None:
    """Declare a way to pay, from a room's `apps.ready`; the same again changes nothing.

    `house`: the room that keeps the money, for a tender of the channel in_house.
    Raises: ValueError for a code that is taken, or a channel without the one who answers.
    """
    if _TENDERS.get(tender.code, tender) != tender:
        raise ValueError(f"the tender {tender.code} is declared already")
    if (tender.channel is Channel.IN_HOUSE) != (house is not None):
        raise ValueError(f"the tender {tender.code}: in_house and only it has a room that answers")
    _TENDERS[tender.code] = tender
    if house is not None:
        _IN_HOUSE[tender.code] = house


def list_tenders() -> tuple[Tender, ...]:
    """Return every declared way to pay, by code."""
    return tuple(_TENDERS[code] for code in sorted(_TENDERS))


def tender_of(code: str) -> Tender:
    """Return a tender by its code. Raises: TenderUnknownError."""
    found = _TENDERS.get(code)
    if found is None:
        raise TenderUnknownError(tender=code, known=", ".join(sorted(_TENDERS)))
    return found


def get_tender(*, code: str) -> Tender:
    """Return a way to pay by its code. Raises: TenderUnknownError."""
    return tender_of(code)


def in_house(code: str) -> InHouse:
    """Return the room that keeps the money of a tender."""
    return _IN_HOUSE[code]
