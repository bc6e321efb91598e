"""The computed tags of the demo: a rule and three statistics over its data."""

from datetime import datetime
from typing import Any, Final

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import publish_dirty
from quanqu.know.customers.contracts import TagKind
from quanqu.know.tags.contracts import Every, TagDraft
from quanqu.know.tags.facade import list_tags, refresh_due, save_tag

_ORDER: Final = "Order Completed"
TAGS: Final[dict[str, tuple[TagKind, str, dict[str, Any]]]] = {
    "bought lately": (
        TagKind.RULE,
        "Bought in the last 90 days.",
        {
            "version": 2,
            "match": {"kind": "event", "event": _ORDER, "window": {"last_days": 90}},
        },
    ),
    "favourite product": (
        TagKind.STATISTIC,
        "What was looked at most often in the app.",
        {"measure": "most_frequent", "event": "Product Viewed", "of": "properties.name"},
    ),
    "last channel": (
        TagKind.STATISTIC,
        "Where the last order was placed.",
        {"measure": "last", "event": _ORDER, "of": "channel"},
    ),
    "spent": (
        TagKind.STATISTIC,
        "The sum of all orders, in pounds.",
        {
            "measure": "sum",
            "event": _ORDER,
            "of": "revenue_minor",
            "where": [{"field": "currency", "op": "eq", "value": "GBP"}],
        },
    ),
}


def ensure_tags(*, now: datetime) -> None:
    """Make the tags that are not there yet, work them out and publish them."""
    there = {
        row.name
        for is_archived in (False, True)
        for row in list_tags(actor=SYSTEM, is_archived=is_archived)
    }
    for name, (kind, description, definition) in TAGS.items():
        if name not in there:
            draft = TagDraft(kind, description, "Demo", definition, Every.DAY)
            save_tag(actor=SYSTEM, name=name, draft=draft, now=now)
    refresh_due(now=now)
    publish_dirty(now=now)
