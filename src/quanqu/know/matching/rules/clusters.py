"""From scored pairs to people: groups that agree on average, never a chain of weak bridges.

Joining all that a path links glues strangers together through one bad pair.  Two groups are joined
when the mean probability over all pairs between them exceeds a threshold (average linkage, Sokal
and Michener 1958), the surest first; pairs that were not compared count as zero.
"""

import heapq
from collections import defaultdict
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["cluster_pairs", "connected_components", "expected_f1", "pairs_within"]

_NOT_WORTH: Final = 1e-3

Rows = NDArray[np.int64]
Rates = NDArray[np.float64]


def connected_components(size: int, left: Rows, right: Rows) -> Rows:
    """Return for each of `size` rows the smallest row it is joined to by any path.

    Shapes: left, right (pairs,), rows numbered from 0.  Method: minimum labels with pointer jumping
    (Shiloach and Vishkin 1982).
    """
    labels = np.arange(size, dtype=np.int64)
    while True:
        before = labels.copy()
        least = np.minimum(before[left], before[right])
        for ends in (left, right):
            np.minimum.at(labels, before[ends], least)
            np.minimum.at(labels, ends, least)
        while not np.array_equal(jumped := labels[labels], labels):
            labels = jumped
        if np.array_equal(labels, before):
            return labels


def cluster_pairs(size: int, left: Rows, right: Rows, rate: Rates, threshold: float) -> Rows:
    """Return for each row the smallest row of its group.

    Shapes: left, right, rate (pairs,), each pair once.  Units: rate, threshold are probabilities.
    """
    worth = rate >= _NOT_WORTH
    left, right, rate = left[worth], right[worth], rate[worth]
    sure = rate > threshold
    component = connected_components(size, left[sure], right[sure])
    members = np.bincount(component, minlength=size)
    inside = (component[left] == component[right]) & (members[component[left]] > 2)
    groups = component.copy()
    larger = np.flatnonzero(members[component] > 2)
    groups[larger] = larger
    _agglomerate(groups, left[inside], right[inside], rate[inside], threshold)
    return groups


def _agglomerate(groups: Rows, left: Rows, right: Rows, rate: Rates, threshold: float) -> None:
    """Join the surest two groups again and again; write the smallest row of each in `groups`."""
    between: dict[int, dict[int, float]] = defaultdict(dict)
    queue = []
    for one, other, value in zip(left.tolist(), right.tolist(), rate.tolist(), strict=True):
        between[one][other] = between[other][one] = value
        if value > threshold:
            queue.append((-value, min(one, other), max(one, other), 0, 0))
    heapq.heapify(queue)
    members = {row: [row] for row in between}
    version = dict.fromkeys(between, 0)
    while queue:
        _, one, other, first, second = heapq.heappop(queue)
        if version.get(one) != first or version.get(other) != second:
            continue
        if len(between[one]) < len(between[other]):
            one, other = other, one
        _absorb(one, other, between, members)
        del version[other]
        version[one] += 1
        for third, total in between[one].items():
            mean = total / (len(members[one]) * len(members[third]))
            if mean > threshold:
                low, high = min(one, third), max(one, third)
                heapq.heappush(queue, (-mean, low, high, version[low], version[high]))
    for rows in members.values():
        groups[rows] = min(rows)


def _absorb(
    one: int, other: int, between: dict[int, dict[int, float]], members: dict[int, list[int]]
) -> None:
    mine = between[one]
    mine.pop(other)
    for third, total in between.pop(other).items():
        if third == one:
            continue
        mine[third] = between[third][one] = mine.get(third, 0.0) + total
        del between[third][other]
    members[one] += members.pop(other)


def pairs_within(groups: Rows, largest: int) -> tuple[Rows, Rows]:
    """Return every pair of rows that share a group of at most `largest` rows, left below right."""
    order = np.argsort(groups, kind="stable")
    sizes = np.bincount(groups, minlength=len(groups))[groups[order]]
    start = np.searchsorted(groups[order], groups[order], side="left")
    after = start + sizes - np.arange(len(order)) - 1  # rows of the same group behind this one
    after[(sizes > largest) | (sizes < 2)] = 0
    left = np.repeat(np.arange(len(order)), after)
    step = np.arange(len(left)) - np.repeat(np.cumsum(after) - after, after) + 1
    one, other = order[left], order[left + step]
    return np.minimum(one, other), np.maximum(one, other)


def expected_f1(groups: Rows, left: Rows, right: Rows, rate: Rates) -> float:
    """Return the F1 that the model itself expects of a grouping: 2·ΣTP / (linked + all matches).

    Shapes: as `cluster_pairs`.  Counts pairs after closure.
    """
    sizes = np.bincount(groups)
    linked = float((sizes * (sizes - 1) // 2).sum())
    inside = float(rate[groups[left] == groups[right]].sum())
    return 2 * inside / max(linked + float(rate.sum()), 1e-9)
