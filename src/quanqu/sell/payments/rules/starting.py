"""How a payment begins: with its answer where one can be given at once."""

from dataclasses import dataclass
from typing import Final

from quanqu.sell.payments.contracts import (
    CaptureMode,
    Channel,
    PaymentRequest,
    PaymentState,
    Tender,
    TenderKind,
)

__all__ = ["TEST_DECLINED", "Start", "start"]

TEST_DECLINED: Final = "declined"
"""The token with which the test tender refuses."""


@dataclass(frozen=True, slots=True)
class Start:
    """The first figures of a payment. Units: minor units."""

    state: PaymentState
    capture: CaptureMode
    authorised_minor: int = 0
    captured_minor: int = 0
    reason: str = ""


def start(request: PaymentRequest, tender: Tender) -> Start:
    """Return how a payment begins.

    A promise is captured when it is kept, whatever was asked.  A provider is asked afterwards.
    """
    capture = CaptureMode.LATER if tender.is_promise else request.capture
    if tender.channel is Channel.PROVIDER:
        return Start(PaymentState.CREATED, capture)
    if tender.kind is TenderKind.TEST and request.token == TEST_DECLINED:
        return Start(PaymentState.FAILED, capture, reason=TEST_DECLINED)
    if capture is CaptureMode.LATER:
        return Start(PaymentState.AUTHORISED, capture, request.amount_minor)
    return Start(PaymentState.CAPTURED, capture, request.amount_minor, request.amount_minor)
