"""What is asked of returns."""

from dataclasses import dataclass
from uuid import UUID

from quanqu.sell.returns.contracts.words import Grade

__all__ = ["ExchangeDraft", "ExchangeLine", "Graded", "ReturnAsk", "ReturnDraft"]


@dataclass(frozen=True, slots=True)
class ReturnAsk:
    """Units of a line of the order that are to come back, and why."""

    line_no: int
    quantity: int
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReturnDraft:
    """A return to open at a place.

    `id`: the return's; asked again under it, the first answer counts.  `proof`: the total an order
    of another place shows, in minor units.  `by_parcel`: the goods come by post.  `has_receipt`:
    the buyer showed one.  `is_exception`: ask for a person's word where the policy refuses.
    """

    id: UUID
    order_id: UUID
    place_key: int
    lines: tuple[ReturnAsk, ...]
    proof: int | None = None
    by_parcel: bool = False
    has_receipt: bool = True
    is_exception: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Graded:
    """What an inspection finds of a line, in units by grade."""

    line_no: int
    units: dict[Grade, int]


@dataclass(frozen=True, slots=True)
class ExchangeLine:
    """An item taken instead, from the return's place. Units: minor units; None: what it asks."""

    variant_key: int
    quantity: int
    unit_price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class ExchangeDraft:
    """What is taken instead; how a dearer one is paid, how the rest of a cheaper one goes back.

    `back_tender`: one of MANUAL_TENDERS, needed where the order was not placed here.
    """

    lines: tuple[ExchangeLine, ...]
    tender: str = ""
    token: str = ""
    back_tender: str = ""
