"""What supply tells."""

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["GoodsReceived"]


@dataclass(frozen=True, slots=True)
class GoodsReceived:
    """Goods of a purchase order came to a place: whoever waits for them can go on."""

    name: ClassVar[str] = "supply.goods_received"

    receipt_id: str
    order_id: str
    place_key: int
    variant_keys: list[int]
