"""Read tracking notices: JSON with a list of events, each with an id of its own."""

import re
from typing import Annotated, Final, Literal

import msgspec

from quanqu.kernel.time import TimeFormatError, parse_time
from quanqu.sell.fulfilment.contracts import ParcelState, TrackingContentError
from quanqu.sell.fulfilment.ports import TrackingFact

__all__ = ["read_events"]

_MOST: Final = 1_000
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_Text = Annotated[str, msgspec.Meta(max_length=300)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class _Event(msgspec.Struct):
    id: _Name
    tracking_number: _Name
    status: Literal["in_transit", "out_for_delivery", "delivered", "failed", "returned"]
    occurred_at: str
    location: _Text = ""
    detail: _Text = ""
    signed_by: _Text = ""
    photo_sha256: str = ""


class _Data(msgspec.Struct):
    events: Annotated[list[_Event], msgspec.Meta(max_length=_MOST)]


class _Notice(msgspec.Struct):
    data: _Data
    type: Literal["tracking.updated"] = "tracking.updated"


def read_events(body: bytes) -> tuple[TrackingFact, ...]:
    """Return what a notice tells of parcels. Raises: TrackingContentError."""
    try:
        told = msgspec.json.decode(body, type=_Notice).data.events
        facts = tuple(_fact(one) for one in told)
    except (msgspec.DecodeError, TimeFormatError, UnicodeDecodeError) as error:
        raise TrackingContentError(problem=str(error)[:200].rstrip(".")) from None
    return facts


def _fact(told: _Event) -> TrackingFact:
    texts = (told.id, told.tracking_number, told.location, told.detail, told.signed_by)
    if any("\0" in text for text in texts):
        raise TrackingContentError(problem="a text has a sign that texts do not have")
    if told.photo_sha256 and not _DIGEST.fullmatch(told.photo_sha256):
        raise TrackingContentError(problem="photo_sha256 is 64 hexadecimal digits")
    return TrackingFact(
        event_id=told.id,
        tracking_no=told.tracking_number,
        state=ParcelState(told.status),
        at=parse_time(told.occurred_at),
        location=told.location,
        detail=told.detail,
        signed_by=told.signed_by,
        photo_sha256=told.photo_sha256,
    )
