"""What stock does by itself: holds end when their time is over, levels follow their rules."""

from datetime import datetime

from quanqu.infra.jobs.facade import periodic
from quanqu.sell.inventory.facade import expire_holds, follow_all_rules, forget_buyers

__all__ = ["end_holds", "forget_who_bought", "keep_to_rules"]


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
