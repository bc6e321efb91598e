"""What the API takes and shows of changes of placed orders."""

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.checkout.api.schemas import (
    Amount,
    ContactIn,
    GiftIn,
    LineIn,
    LineNo,
    PlaceId,
    TenderIn,
    Text,
)
from quanqu.sell.checkout.contracts import MOST_LINES, MOST_TENDERS

_LARGEST = 10**15


class LineEditIn(Schema):
    """A line with other units, from elsewhere, or both; 0 units take it away."""

    line: LineNo
    quantity: Annotated[int, Field(strict=True, ge=0, le=_LARGEST)] | None = None
    from_place: PlaceId | None = None


class ContactEditIn(Schema):
    """Words of the contact to change; an empty one is taken away, a missing one stays."""

    name: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    street: Text | None = None
    postcode: Text | None = None
    city: Text | None = None
    region: Text | None = None
    country: Text | None = None


class SplitIn(Schema):
    """Units of a line that become a line of their own: from another place, to another address (the
    whole of it), on another day, or all of these."""

    line: LineNo
    quantity: Annotated[int, Field(strict=True, ge=1, le=_LARGEST)]
    from_place: PlaceId | None = None
    contact: ContactIn | None = None
    wanted_on: date | None = Field(None, description="The day they are to leave.")


class JoinIn(Schema):
    """A line whose units become units of another one again."""

    line: LineNo
    into: LineNo


class EditIn(Schema):
    """Changes of a placed order, all or none."""

    edition: Annotated[int, Field(strict=True, ge=1, le=_LARGEST)]
    add: Annotated[list[LineIn], Field(max_length=MOST_LINES)] = []
    lines: Annotated[list[LineEditIn], Field(max_length=MOST_LINES)] = []
    splits: Annotated[list[SplitIn], Field(max_length=MOST_LINES)] = []
    joins: Annotated[list[JoinIn], Field(max_length=MOST_LINES)] = []
    contact: ContactEditIn | None = None
    gift: GiftIn | None = None
    shipping: Amount | None = None
    tenders: Annotated[list[TenderIn], Field(max_length=MOST_TENDERS)] = Field(
        [], description="How a higher total is paid; without them the difference stays due."
    )
    reason: Text = ""


class DueIn(Schema):
    """How what is due is paid."""

    tenders: Annotated[list[TenderIn], Field(min_length=1, max_length=MOST_TENDERS)]


class EditedLineOut(Schema):
    """A line as it was or is."""

    line: int
    sku: str
    name: str
    quantity: int
    unit_price: MoneyOut
    from_place: str


class EditedOut(Schema):
    """An order as it was or is."""

    lines: list[EditedLineOut]
    shipping: MoneyOut
    total: MoneyOut


class EditOut(Schema):
    """A change of a placed order; words of the contact are named and not shown."""

    id: str
    edition: int
    at: str
    actor: str
    reason: str
    fields: list[str]
    before: EditedOut
    after: EditedOut


class EditsOut(Schema):
    """The changes of an order, the first first."""

    items: list[EditOut]
