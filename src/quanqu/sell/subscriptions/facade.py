"""What sell.subscriptions offers."""

from quanqu.sell.subscriptions.actions.delivering import deliver_due, pause_unpaid
from quanqu.sell.subscriptions.actions.keeping import (
    begin_subscription,
    change_subscription,
    end_subscription,
    pause_subscription,
    resume_subscription,
    skip_delivery,
)
from quanqu.sell.subscriptions.queries import get_subscription, list_subscriptions

__all__ = [
    "begin_subscription",
    "change_subscription",
    "deliver_due",
    "end_subscription",
    "get_subscription",
    "list_subscriptions",
    "pause_subscription",
    "pause_unpaid",
    "resume_subscription",
    "skip_delivery",
]
