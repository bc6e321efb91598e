"""Check what is asked before anything else looks at it."""

import re
from typing import Final

from quanqu.sell.payments.contracts import (
    LARGEST_MINOR,
    CaptureMode,
    CardNumberError,
    PaymentAmountError,
    PaymentFieldError,
    PaymentRequest,
    Tender,
    TenderCannotError,
)

__all__ = ["check_amount", "check_request", "is_card_number"]

_LONGEST: Final = {
    "reference": 200, "token": 255, "shown_code": 64, "payer": 128, "description": 120,
    "return_url": 1000, "account": 60,
}  # fmt: skip
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_GAPS: Final = re.compile(r"[ -]")
_DIGITS: Final = re.compile(r"[0-9]{13,19}")


def check_request(request: PaymentRequest, tender: Tender) -> None:
    """Refuse a request that cannot be.

    Raises: PaymentAmountError, PaymentFieldError, CardNumberError, TenderCannotError.
    """
    check_amount(request.amount_minor)
    if not request.reference:
        raise PaymentFieldError(field="reference", problem="is missing")
    if not _CURRENCY.fullmatch(request.currency):
        raise PaymentFieldError(field="currency", problem="is not an ISO 4217 code")
    for name, longest in _LONGEST.items():
        text = getattr(request, name)
        if len(text) > longest:
            raise PaymentFieldError(field=name, problem=f"is longer than {longest} characters")
        if not text.isprintable():
            raise PaymentFieldError(field=name, problem="has characters that cannot be shown")
    if is_card_number(request.token):
        raise CardNumberError
    if request.capture is CaptureMode.LATER and not (tender.can_authorise or tender.is_promise):
        raise TenderCannotError(tender=tender.code, wanted="authorised first and captured later")


def check_amount(amount_minor: int) -> None:
    """Refuse an amount that cannot be paid. Raises: PaymentAmountError."""
    if not 1 <= amount_minor <= LARGEST_MINOR:
        raise PaymentAmountError(largest=LARGEST_MINOR, amount=amount_minor)


def is_card_number(text: str) -> bool:
    """Tell whether a text is the number of a card: 13 to 19 digits with Luhn's check digit.

    Source: ISO/IEC 7812-1, annex B.
    """
    digits = _GAPS.sub("", text)
    if not _DIGITS.fullmatch(digits):
        return False
    numbers = [int(one) for one in reversed(digits)]
    total = sum(numbers[::2]) + sum(2 * one - (9 if one > 4 else 0) for one in numbers[1::2])
    return total % 10 == 0
