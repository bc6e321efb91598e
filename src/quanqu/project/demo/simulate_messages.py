"""Simulated newsletters: one a month to recent buyers; keen buyers open more, some of the others
unsubscribe.

Simulated, and labelled so: who receives, opens and clicks follows from each person's real orders.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from quanqu.project.demo.behaviour import Behaviour

RECENT = pd.Timedelta(days=120)
ANSWERS_WITHIN = pd.Timedelta(days=7)
OPEN_BASE, OPEN_PER_ORDER, OPEN_MOST = 0.12, 0.03, 0.55
CLICK_BUYER, CLICK_OTHER = 0.6, 0.06
LEAVES = 0.12


def simulate_messages(behaviour: Behaviour, *, seed: int) -> Iterator[dict[str, Any]]:
    """Yield Segment calls: who signed up with their first order, then by campaign Email Delivered,
    Opened and Link Clicked, then who unsubscribed after their last one without opening any."""
    mails = list(_campaigns(behaviour, seed=seed))
    last = {mail["userId"]: mail for mail in mails if mail["event"] == "Email Delivered"}
    openers = {mail["userId"] for mail in mails if mail["event"] == "Email Opened"}
    first_at = behaviour.members.set_index("member")["first_at"]
    for member in last:
        yield _asked("identify", member, first_at[member], "sign-up", agrees=True)
    yield from mails
    bored = [member for member in last if member not in openers]
    leaves = np.random.default_rng([seed, 5]).random(len(bored)) < LEAVES
    for member in (one for one, goes in zip(bored, leaves, strict=True) if goes):
        at = pd.Timestamp(last[member]["timestamp"]).tz_localize(None) + pd.Timedelta(hours=1)
        yield _asked("track", member, at, "unsubscribed", agrees=False) | {
            "event": "Unsubscribed",
            "properties": dict(last[member]["properties"]),
        }


def _campaigns(behaviour: Behaviour, *, seed: int) -> Iterator[dict[str, Any]]:
    rng = np.random.default_rng([seed, 3])
    orders = behaviour.orders
    months = pd.date_range(orders["at"].min().normalize(), orders["at"].max(), freq="MS")
    for month in months[1:]:
        sent_at = month + pd.Timedelta(days=2, hours=9)
        before = orders[(orders["at"] < sent_at) & (orders["at"] >= sent_at - RECENT)]
        counts = before.groupby("member", sort=True).size()
        after = orders[(orders["at"] >= sent_at) & (orders["at"] < sent_at + ANSWERS_WITHIN)]
        bought = counts.index.isin(after["member"])
        chance = np.minimum(OPEN_BASE + OPEN_PER_ORDER * counts.to_numpy(), OPEN_MOST)
        opened = rng.random(len(counts)) < np.where(bought, np.maximum(chance, 0.5), chance)
        clicked = opened & (rng.random(len(counts)) < np.where(bought, CLICK_BUYER, CLICK_OTHER))
        delay_s = rng.exponential(5 * 3600, len(counts)).round()
        campaign = f"newsletter-{month:%Y-%m}"
        for at, member in enumerate(counts.index):
            yield _email("Email Delivered", campaign, member, sent_at)
            opened_at = sent_at + pd.Timedelta(seconds=60 + delay_s[at])
            if opened[at]:
                yield _email("Email Opened", campaign, member, opened_at)
            if clicked[at]:
                clicked_at = opened_at + pd.Timedelta(seconds=40)
                yield _email("Email Link Clicked", campaign, member, clicked_at)


def _asked(kind: str, member: str, at: pd.Timestamp, name: str, *, agrees: bool) -> dict[str, Any]:
    return {
        "type": kind,
        "messageId": f"demo-mail-{name}-{member}",
        "userId": member,
        "timestamp": f"{at.isoformat()}Z",
        "context": {
            "externalIds": [{"type": "member_id", "id": member}],
            "consent": {"categoryPreferences": {"Marketing": agrees}},
        },
    }


def _email(event: str, campaign: str, member: str, at: pd.Timestamp) -> dict[str, Any]:
    return {
        "type": "track",
        "event": event,
        "messageId": f"demo-mail-{event[6:].lower().replace(' ', '-')}-{campaign}-{member}",
        "userId": member,
        "timestamp": f"{at.isoformat()}Z",
        "context": {
            "campaign": {"name": campaign, "medium": "email", "source": "newsletter"},
            "externalIds": [{"type": "member_id", "id": member}],
        },
        "properties": {"campaign_id": campaign, "campaign_name": campaign},
    }
