"""Which places may ship an order, and by what filter each of the others fell."""

from collections.abc import Iterable

import numpy as np

from quanqu.sell.sourcing.contracts import Filters, Method, Question, Reason
from quanqu.sell.sourcing.rules.nodes import Floats, Nodes
from quanqu.sell.sourcing.rules.reasons import Reasons
from quanqu.sell.sourcing.rules.scores import Bools

__all__ = ["sift"]


def sift(nodes: Nodes, km: Floats, question: Question, filters: Filters, reasons: Reasons) -> Bools:
    """Return which places pass, and say of each other the first filter it falls by."""
    passes = np.ones(len(nodes.each), np.bool_)
    for reason, good in _tests(nodes, km, question, filters):
        reasons.say(passes & ~good, reason)
        passes &= good
    return passes


def _tests(
    nodes: Nodes, km: Floats, question: Question, filters: Filters
) -> list[tuple[Reason, Bools]]:
    """Return the filters that are set, in the order in which they are told."""
    each = nodes.each
    is_pickup = question.method is Method.PICKUP
    found = [_way(nodes, question)]
    for key in (question.pickup_place_key, question.only_place_key):
        if key is not None:
            found.append((Reason.UNIT, nodes.keys == key))
    if filters.units:
        found.append((Reason.UNIT, _told(one.code in filters.units for one in each)))
    if filters.kinds:
        found.append((Reason.KIND, _told(one.kind in filters.kinds for one in each)))
    if filters.tags:
        found.append((Reason.TAG, _told(bool(one.tags & {*filters.tags}) for one in each)))
    if filters.without_tags:
        unwanted = {*filters.without_tags}
        found.append((Reason.TAG, _told(not one.tags & unwanted for one in each)))
    if filters.countries:
        found.append((Reason.COUNTRY, _told(one.country in filters.countries for one in each)))
    channel = question.channel
    found.append(
        (Reason.CHANNEL, _told(not one.channels or channel in one.channels for one in each))
    )
    goes = _told((one.ready_at if is_pickup else one.leaves_at) is not None for one in each)
    found.append((Reason.CLOSED, goes & (nodes.tell("is_open") | (not filters.is_open))))
    if filters.has_capacity:
        found.append((Reason.NO_CAPACITY, _told(one.left_today > 0 for one in each)))
    if filters.max_km is not None:
        found.append((Reason.TOO_FAR, km <= filters.max_km))
    return found


def _way(nodes: Nodes, question: Question) -> tuple[Reason, Bools]:
    if question.method is Method.PICKUP:
        return Reason.NO_PICKUP, nodes.tell("is_pickup")
    return Reason.NO_SHIPPING, nodes.tell("is_shipping")


def _told(answers: Iterable[bool]) -> Bools:
    return np.fromiter(answers, np.bool_)
