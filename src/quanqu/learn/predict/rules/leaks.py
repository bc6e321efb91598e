"""Which features an audience's own rules speak of: what is learned from them is the rules."""

from typing import Final

from quanqu.know.audiences.contracts import (
    And,
    AudienceRule,
    EventRule,
    Node,
    Not,
    Or,
    ProfileRule,
    SequenceRule,
)
from quanqu.learn.predict.contracts import ORDER, REFUND

_OF_ORDERS: Final = frozenset(
    {
        "has_ordered", "recency_days", "orders", "order_days", "orders_90", "gap_days",
        "money_rank", "basket_rank", "discounted", "channel",
    }
)  # fmt: skip
_OF_REFUNDS: Final = frozenset({"refunds", "channel"})
_OF_EVENTS: Final = frozenset({"active_days", "active_days_30", "channel", "category"})
_OF_FIELDS: Final = {"country": frozenset({"country"}), "first_seen_at": frozenset({"tenure_days"})}


def shared_features(match: Node) -> frozenset[str]:
    """Return the features made of the same events and fields as the rules; of audiences that the
    rules speak of everything is held to be shared."""
    if isinstance(match, And | Or):
        return frozenset().union(*(shared_features(node) for node in match.nodes))
    if isinstance(match, Not):
        return shared_features(match.node)
    if isinstance(match, ProfileRule):
        return _OF_FIELDS.get(match.field, frozenset())
    if isinstance(match, EventRule):
        return _of_event(match.event)
    if isinstance(match, SequenceRule):
        return frozenset().union(*(_of_event(step.event) for step in match.steps))
    if isinstance(match, AudienceRule):
        return _OF_ORDERS | _OF_REFUNDS | _OF_EVENTS | frozenset({"country", "tenure_days"})
    return frozenset()


def _of_event(name: str) -> frozenset[str]:
    return {ORDER: _OF_ORDERS, REFUND: _OF_REFUNDS}.get(name, _OF_EVENTS)
