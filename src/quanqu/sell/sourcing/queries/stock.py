"""What is there for the lines of a question at the places of a company, as arrays."""

from collections.abc import Collection
from datetime import datetime

import numpy as np

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.facade import available_at, stock_ages
from quanqu.sell.sourcing.contracts import OrderLine
from quanqu.sell.sourcing.rules.nodes import Nodes
from quanqu.sell.sourcing.rules.weighing import Stock

__all__ = ["stock_for"]


def stock_for(
    actor: Actor,
    lines: tuple[OrderLine, ...],
    nodes: Nodes,
    now: datetime,
    *,
    without: Collection[tuple[int, int]] = (),
    with_age: bool = False,
    channel: str = "",
) -> Stock:
    """Read what can be promised through a channel; of `without` (place, item) it is nothing."""
    items = np.array([line.variant_key for line in lines], np.int64)
    keys = nodes.keys.tolist()
    found = available_at(actor=actor, variant_keys=items.tolist(), place_keys=keys, channel=channel)
    available = np.zeros((items.size, nodes.keys.size), np.int64)
    line = np.searchsorted(items, found.variant_keys)  # lines come in the order of their items
    place = np.searchsorted(nodes.keys, found.place_keys)
    available[line, place] = found.units
    for key, item in without:
        available[items == item, nodes.keys == key] = 0
    ages = np.zeros_like(available)
    if with_age:
        old = stock_ages(actor=actor, variant_keys=items.tolist(), place_keys=keys, now=now)
        line = np.searchsorted(items, old.variant_keys)
        ages[line, np.searchsorted(nodes.keys, old.place_keys)] = old.days
    return Stock(available, ages)
