"""What sell.slots offers."""

from quanqu.sell.slots.actions import (
    close_day,
    end_slot,
    open_day,
    release_slot,
    reserve_slots,
    retake_slot,
    save_slot,
)
from quanqu.sell.slots.queries import get_week, offered_slots, slots_of

__all__ = [
    "close_day",
    "end_slot",
    "get_week",
    "offered_slots",
    "open_day",
    "release_slot",
    "reserve_slots",
    "retake_slot",
    "save_slot",
    "slots_of",
]
