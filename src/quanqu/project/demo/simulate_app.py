"""A simulated app: people look before they really buy, and some only look.

Simulated, and labelled so: sessions lie before real web orders of the same person and show the
products of that order.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from quanqu.project.demo.behaviour import Behaviour

USER_SHARE = 0.5
SEEN_SHARE = 0.5
ADDED_SHARE = 0.6
LONGEST_SESSION = 6
AGREES = {"Analytics": 0.8, "Personalization": 0.65, "Advertising": 0.4}


def simulate_app(behaviour: Behaviour, *, seed: int) -> Iterator[dict[str, Any]]:
    """Yield Segment calls: identify once a person, with what they agreed to, then by time product
    views and additions."""
    rng = np.random.default_rng([seed, 2])
    members = behaviour.members
    users = members[rng.random(len(members)) < USER_SHARE]
    asked = np.random.default_rng([seed, 4]).random((len(users), len(AGREES)))
    agreed = asked < np.array(list(AGREES.values()))
    person: Any
    for person, answers in zip(users.itertuples(), agreed.tolist(), strict=True):
        consents = dict(zip(AGREES, answers, strict=True))
        yield _identify(person.member, person.first_at, consents)
    seen = _seen(behaviour, set(users["member"]), rng)
    row: Any
    for row in seen.itertuples():
        yield _product_event("Product Viewed", row, row.at)
        if row.added:
            yield _product_event("Product Added", row, row.at + pd.Timedelta(seconds=20))


def _seen(behaviour: Behaviour, users: set[str], rng: np.random.Generator) -> pd.DataFrame:
    lines = behaviour.lines[behaviour.lines["member"].isin(users)].reset_index(drop=True)
    lines = lines[rng.random(len(lines)) < SEEN_SHARE].copy()
    lines["step"] = lines.groupby("invoice").cumcount()
    lines = lines[lines["step"] < LONGEST_SESSION].copy()
    invoices = lines["invoice"].drop_duplicates()
    lead = dict(zip(invoices, rng.exponential(20.0, len(invoices)), strict=True))
    hours = lines["invoice"].map(lead)
    lines["at"] = (
        lines["at"]
        - pd.to_timedelta((hours * 3600).round(), unit="s")
        + pd.to_timedelta(lines["step"] * 45, unit="s")
    )
    lines["added"] = rng.random(len(lines)) < ADDED_SHARE
    return lines.sort_values(["at", "invoice", "step"], ignore_index=True)


def _identify(member: str, at: pd.Timestamp, consents: dict[str, bool]) -> dict[str, Any]:
    return {
        "type": "identify",
        "messageId": f"demo-app-identify-{member}",
        "userId": member,
        "timestamp": f"{at.isoformat()}Z",
        "context": {
            "externalIds": [
                {"type": "member_id", "id": member},
                {"type": "loyalty_card", "id": f"QC{member}"},
            ],
            "consent": {"categoryPreferences": consents},
        },
    }


def _product_event(event: str, row: Any, at: pd.Timestamp) -> dict[str, Any]:
    return {
        "type": "track",
        "event": event,
        "messageId": f"demo-app-{event[8:].lower()}-{row.invoice}-{row.Index}",
        "userId": row.member,
        "timestamp": f"{at.isoformat()}Z",
        "properties": {
            "product_id": row.sku,
            "sku": row.sku,
            "name": row.name,
            "price": row.price_e4 / 10_000,
            "currency": "GBP",
        },
    }
