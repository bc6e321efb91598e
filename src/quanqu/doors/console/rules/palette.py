"""Chart colours: eight that colour-blind eyes can tell apart, the same for a channel everywhere."""

from typing import Final

__all__ = ["CHANNEL_SLOTS", "DARK", "LIGHT", "SLOTS", "channel_slot"]

LIGHT: Final = (
    "#2f5fe0",
    "#c2470f",
    "#0a7f6b",
    "#6a2c9c",
    "#b98200",
    "#2a93d5",
    "#4a4f60",
    "#dd5a9e",
)
DARK: Final = (
    "#5282ff",
    "#f1652c",
    "#21bf79",
    "#9b6bc5",
    "#f2cd5c",
    "#4fbafa",
    "#909cac",
    "#fcabb6",
)
SLOTS: Final = len(LIGHT)

# Channels that sell have a colour of their own; those that only carry messages or calls share one.
CHANNEL_SLOTS: Final = {
    "web": 0,
    "marketplace": 1,
    "store": 2,
    "app": 3,
    "mini_program": 4,
    "live": 5,
    "social": 7,
    "email": 6,
    "sms": 6,
    "push": 6,
    "chat": 6,
    "phone": 6,
    "voice": 6,
}


def channel_slot(channel: str) -> int:
    """Return the palette slot of a channel; anything unknown takes the neutral one."""
    return CHANNEL_SLOTS.get(channel, 6)
