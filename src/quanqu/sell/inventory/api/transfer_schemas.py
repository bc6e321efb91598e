"""What the API of transfers takes and shows."""

from typing import Annotated

from ninja import Schema
from pydantic import Field, model_validator

from quanqu.sell.inventory.api.schemas import Code, Id, ItemId, PlaceId, Quantity, Text
from quanqu.sell.inventory.contracts import TransferState

LineNo = Annotated[int, Field(strict=True, ge=1, le=1_000)]


class TransferQuery(Schema):
    """Narrow the list of transfers."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    place: Id | None = Field(None, description="From it or to it.")
    state: Annotated[list[TransferState], Field(default_factory=list, max_length=6)]


class TransferItemIn(Schema):
    """A quantity of an item, named by its id or by the SKU of the company."""

    item: ItemId | None = None
    sku: Code | None = None
    quantity: Quantity = Field(description="Sale units, at least 1.")

    @model_validator(mode="after")
    def _names_one(self) -> "TransferItemIn":
        if (self.item is None) == (self.sku is None):
            raise ValueError("give item or sku, one of them")
        return self


class TransferLinesIn(Schema):
    """The lines of a draft."""

    lines: list[TransferItemIn] = Field(max_length=1_000)


class TransferIn(TransferLinesIn):
    """Goods that are to go from one place to another of the same company."""

    origin: PlaceId
    target: PlaceId
    note: Text = ""


class ReceiptLineIn(Schema):
    """What arrived of a line."""

    line: LineNo
    good: Quantity = Field(0, description="In good order.")
    damaged: Quantity = Field(0, description="Broken.")
    surplus: Quantity = Field(0, description="Beyond what was sent.")


class ReceiptIn(Schema):
    """What arrived together."""

    lines: list[ReceiptLineIn] = Field(max_length=1_000)
    once: Text = Field("", description="A name of this receipt; told again, it changes nothing.")


class TransferLineOut(Schema):
    """A line of a transfer; `remaining` is still on the way."""

    line: int
    item: str
    sku: str
    name: str
    quantity: int
    received: int
    damaged: int
    lost: int
    surplus: int
    returned: int = Field(description="Found at the sender, and back in its stock.")
    remaining: int


class TransferOut(Schema):
    """A transfer as it stands."""

    id: str
    origin: str
    target: str
    state: TransferState
    note: str
    created_by: str
    created_at: str
    sent_at: str | None
    settled_at: str | None
    lines: list[TransferLineOut]
