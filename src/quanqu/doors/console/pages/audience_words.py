"""Audiences in the reader's words: events, channels and countries by name; ready beginnings."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from quanqu.doors.console.kit.countries import country_codes, country_name
from quanqu.doors.console.kit.words import channel_titles
from quanqu.doors.console.pages.customer_words import IDENTIFIER_TITLES
from quanqu.doors.console.pages.event_words import event_title, titled_events
from quanqu.doors.console.shell.frame import Frame
from quanqu.know.audiences.contracts import AudienceRow, Definition
from quanqu.know.audiences.facade import describe_audience

__all__ = ["language_of", "names_for", "sentence_of", "starters"]

_BUY, _VIEW, _CART = "Order Completed", "Product Viewed", "Product Added"
_OPEN = "Email Opened"


def language_of(frame: Frame) -> str:
    """Return the language of sentences: `en` or `zh-hans`."""
    return "zh-hans" if frame.language.startswith("zh") else "en"


def names_for(frame: Frame) -> dict[str, str]:
    """Return how values are said: `event:Order Completed`, `channel:web`, `country:GB`."""
    return {
        **{f"event:{name}": event_title(name, "track") for name in titled_events()},
        **{f"channel:{code}": title for code, title in channel_titles().items()},
        **{f"country:{code}": country_name(code, frame.language) for code in country_codes()},
        **{f"identifier_types:{code}": str(title) for code, title in IDENTIFIER_TITLES.items()},
    }


def sentence_of(row: AudienceRow | Definition, frame: Frame) -> str:
    """Return the rules in words, in the reader's language."""
    definition = row.definition if isinstance(row, AudienceRow) else row
    return describe_audience(
        definition=definition, language=language_of(frame), names=names_for(frame)
    )


def starters(found: Collection[str], currency: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return beginnings whose events are in the data: title, what for, definition."""
    beginnings = [
        (
            _("Bought again"),
            _("Two orders or more in a year: those who come back."),
            [_BUY],
            _event(_BUY, 365, value=2),
        ),
        (
            _("Lapsed"),
            _("Ordered within a year, but not within 90 days: win them back."),
            [_BUY],
            {"kind": "and", "nodes": [_event(_BUY, 365), _not(_event(_BUY, 90))]},
        ),
        (
            _("Looked, did not buy"),
            _("Viewed products within 30 days without an order."),
            [_VIEW, _BUY],
            {"kind": "and", "nodes": [_event(_VIEW, 30), _not(_event(_BUY, 30))]},
        ),
        (
            _("Left the cart"),
            _("Put something into the cart within 7 days without an order."),
            [_CART, _BUY],
            {"kind": "and", "nodes": [_event(_CART, 7), _not(_event(_BUY, 7))]},
        ),
        (
            _("Spent most"),
            _("Orders for 1,000 or more within a year."),
            [_BUY] if currency else ["-"],
            _spent(currency),
        ),
        (
            _("Reads but does not buy"),
            _("Opened e-mails within 90 days without an order."),
            [_OPEN, _BUY],
            {"kind": "and", "nodes": [_event(_OPEN, 90), _not(_event(_BUY, 90))]},
        ),
    ]
    return [
        (title, text, {"version": 1, "match": match})
        for title, text, needed, match in beginnings
        if set(needed) <= set(found)
    ]


def _event(name: str, days: int, *, value: int = 1) -> dict[str, Any]:
    window = {"last_days": days}
    return {"kind": "event", "event": name, "op": "gte", "value": value, "window": window}


def _not(node: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "not", "node": node}


def _spent(currency: str) -> dict[str, Any]:
    return {
        **_event(_BUY, 365, value=100_000),
        "measure": "sum",
        "of": "revenue_minor",
        "where": [{"field": "currency", "op": "eq", "value": currency}],
    }
