"""Options that several lists filter by: channels, places, companies."""

from quanqu.doors.console.kit.filters import Option
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.rules.palette import channel_slot
from quanqu.doors.console.shell.frame import Frame

__all__ = [
    "channel_options",
    "company_keys",
    "company_options",
    "place_keys",
    "place_options",
]


def channel_options(frame: Frame) -> list[Option]:
    """Return the channels of the places in scope, with their colours."""
    present = {place.channel for place in frame.visible_places if place.channel}
    return [
        Option(code, title, slot=channel_slot(code))
        for code, title in channel_titles().items()
        if code in present
    ]


def place_options(frame: Frame) -> list[Option]:
    """Return the places in scope by their outside id."""
    return [Option(place.id, place.name, place.company_name) for place in frame.visible_places]


def company_options(frame: Frame) -> list[Option]:
    """Return the companies in scope by their outside id."""
    return [
        Option(identity, name)
        for identity, name in sorted(
            {(place.company_id, place.company_name) for place in frame.visible_places},
            key=lambda pair: pair[1],
        )
    ]


def place_keys(frame: Frame, ids: tuple[str, ...]) -> tuple[int, ...] | None:
    """Return the keys of places by outside id; None when none is asked for."""
    if not ids:
        return None
    return tuple(place.key for place in frame.visible_places if place.id in ids)


def company_keys(frame: Frame, ids: tuple[str, ...]) -> frozenset[int] | None:
    """Return the keys of companies by outside id; None when none is asked for."""
    if not ids:
        return None
    return frozenset(place.company_key for place in frame.visible_places if place.company_id in ids)
