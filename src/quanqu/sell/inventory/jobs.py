"""What stock does by itself: holds end when their time is over, levels follow their rules."""

from datetime import datetime

from quanqu.infra.jobs.facade import periodic
from quanqu.sell.inventory.facade import (
    drop_old_changes,
    end_tickets,
    expire_holds,
    follow_all_rules,
    follow_feeds,
    forget_buyers,
    forget_tickets,
    send_feeds,
    serve_queues,
    withdraw_ended,
)

__all__ = [
    "call_channels",
    "end_holds",
    "forget_changes",
    "forget_who_bought",
    "forget_who_waited",
    "keep_to_rules",
    "serve_who_waits",
    "take_out_of_sale",
    "tell_channels",
]


@periodic(name="inventory.expire_holds", cron="*/2 * * * * *")
def end_holds(*, now: datetime) -> int:
    """End what is over; what is left over when there is much follows two seconds later."""
    return expire_holds(now=now)


@periodic(name="inventory.follow_rules", cron="17 * * * *")
def keep_to_rules(*, now: datetime) -> int:
    """Let levels follow the rules where a change was broken off, or an item changed category."""
    return follow_all_rules()


@periodic(name="inventory.forget_buyers", cron="41 * * * *")
def forget_who_bought(*, now: datetime) -> int:
    """Take out of holds who bought, once no limit counts it any more."""
    return forget_buyers(now=now)


@periodic(name="inventory.withdraw_ended", cron="7 * * * *")
def take_out_of_sale(*, now: datetime) -> int:
    """Put on quality hold what has too few days left to be sold."""
    return withdraw_ended(now=now)


@periodic(name="inventory.follow_feeds", cron="*/5 * * * * *")
def tell_channels(*, now: datetime) -> int:
    """Note what changed for channels."""
    return follow_feeds(now=now)


@periodic(name="inventory.send_feeds", cron="*/5 * * * * *")
def call_channels(*, now: datetime) -> int:
    """Send changes where they are to be sent; a slow receiver holds up no comparison."""
    return send_feeds(now=now)


@periodic(name="inventory.drop_feed_changes", cron="53 3 * * *")
def forget_changes(*, now: datetime) -> int:
    """Forget changes of feeds after a week."""
    return drop_old_changes(now=now)


@periodic(name="inventory.serve_queues", cron="*/2 * * * * *")
def serve_who_waits(*, now: datetime) -> int:
    """End places in line that are over, then give what came free to who waits."""
    end_tickets(now=now)
    return serve_queues(now=now)


@periodic(name="inventory.forget_tickets", cron="29 4 * * *")
def forget_who_waited(*, now: datetime) -> int:
    """Forget places in line that nobody waits in for three months."""
    return forget_tickets(now=now)
