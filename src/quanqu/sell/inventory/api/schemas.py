"""What the API of stock takes and shows."""

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import AwareDatetime, Field, model_validator

from quanqu.know.org.contracts import ChannelCode
from quanqu.sell.inventory.contracts import HoldState, MovementKind, StockState

_LARGEST = 10**15
LONGEST_HOLD_S = 30 * 86_400

Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
PlaceId = Annotated[str, Field(max_length=40, pattern=r"^plc_[0-9a-z]{26}$")]
ItemId = Annotated[str, Field(max_length=40, pattern=r"^var_[0-9a-z]{26}$")]
Quantity = Annotated[int, Field(strict=True, ge=-_LARGEST, le=_LARGEST, examples=[2])]
Seconds = Annotated[int, Field(strict=True, ge=1, le=LONGEST_HOLD_S)]


Channel = Annotated[ChannelCode | None, Field(None, description="Through which goods are sold.")]


class ItemAt(Schema):
    """An item at a place: the item by its id, or by the SKU of the place's company."""

    place: PlaceId
    item: ItemId | None = None
    sku: Code | None = None

    @model_validator(mode="after")
    def _names_one(self) -> "ItemAt":
        if (self.item is None) == (self.sku is None):
            raise ValueError("give item or sku, one of them")
        return self


class LevelQuery(Schema):
    """Narrow the list of levels."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    place: Id | None = None
    item: Id | None = Field(None, description="A variant's id.")
    sku: Code | None = Field(None, description="The item of any company in scope with this SKU.")
    is_out: bool | None = Field(None, description="Whether nothing can be promised.")


class LevelOut(Schema):
    """What is there of an item at a place. `available` can be promised now."""

    place: str
    item: str
    sku: str
    name: str
    on_hand: int
    held: int
    allocated: int
    safety: int
    safety_target: int
    backorder_limit: int
    fenced: int = Field(description="Kept for channels, and promised to nobody yet.")
    available: int
    damaged: int
    quality_hold: int
    in_transit: int
    incoming: int


class LedgerQuery(Schema):
    """Whose ledger."""

    place: Id
    item: Id = Field(description="A variant's id.")


class LedgerStateQuery(Schema):
    """Narrow a ledger."""

    state: StockState | None = Field(None, description="Only movements of this state.")


class LedgerRowOut(Schema):
    """A movement, and the balance of its state after it."""

    key: int
    kind: MovementKind
    state: StockState
    quantity: int
    balance: int
    at: str
    recorded_at: str
    source: str
    actor: str
    reason: str
    ref: str


class LedgerSumOut(Schema):
    """What the movements of a kind come to; the sums of a state are its balance."""

    state: StockState
    kind: MovementKind
    count: int
    quantity: int


class MovementIn(ItemAt):
    """A change of one state of an item at a place."""

    kind: MovementKind
    state: StockState = StockState.ON_HAND
    quantity: Quantity = Field(description="Sale units, signed, not zero.")
    lot: Text = Field("", description="Of a tracked item, its lot or serial.")
    best_before: date | None = Field(None, description="Of a lot told for the first time.")


class MovementsIn(Schema):
    """Movements that happened together, at places of one company: all are posted, or none."""

    source: Code = Field(description="The system that reports them.", examples=["warehouse"])
    movements: list[MovementIn] = Field(max_length=2_000)
    at: AwareDatetime | None = Field(None, description="When it happened; now if not given.")
    reason: Text = ""
    ref: Text = Field("", description="What it is about, such as a delivery's number.")
    once: Text = Field(
        "", description="A name of what happened; a source reports the same name once."
    )


class PostedOut(Schema):
    """The posting; `is_repeat` when it was made before and nothing has changed now."""

    posting: str
    is_repeat: bool


class HoldLineIn(ItemAt):
    """A quantity of an item at a place."""

    quantity: Quantity = Field(description="Sale units, at least 1.")


class HoldIn(Schema):
    """Goods to hold for an owner: all lines, or none."""

    owner: Code = Field(description="What they are held for, such as a cart's id.")
    lines: list[HoldLineIn] = Field(max_length=2_000)
    duration_s: Seconds | None = Field(
        900, description="When the hold ends by itself; null: it does not, it is an allocation."
    )
    channel: Channel
    buyer: Text = Field(
        "", description="Who buys, by an id of yours; counted for items with a limit alone."
    )


class HoldLineOut(Schema):
    """A line of a hold."""

    place: str
    item: str
    quantity: int


class HoldOut(Schema):
    """A hold as it stands."""

    id: str
    owner: str
    channel: ChannelCode | None
    state: HoldState
    lines: list[HoldLineOut]
    kits: Annotated[
        list[HoldLineOut],
        Field(default_factory=list, description="Kits held in one, by their parts in the lines."),
    ]
    held_at: str
    expires_at: str | None
    settled_at: str | None
    ships_from: date | None = Field(None, description="From when it may leave, if a day was set.")


class ExtensionIn(Schema):
    """How long the hold lasts from now; it never ends earlier than it would."""

    duration_s: Seconds


class ConsumptionIn(Schema):
    """What took the goods."""

    ref: Text = Field("", description="Such as a shipment's number; the hold's id if not given.")


class PolicyIn(Schema):
    """The safety stock, the backorder limit or both of items at places; null leaves one as is."""

    items: list[ItemAt] = Field(min_length=1, max_length=500)
    safety_target: Quantity | None = None
    backorder_limit: Quantity | None = None
