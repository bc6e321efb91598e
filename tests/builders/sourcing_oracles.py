"""The best plan by other means: every set of places looked at, and mixed-integer programs."""

from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack


def by_looking_at_all(has, parts, most_parcels):
    """Return the best score of all sets, None where no set has every line."""
    criteria, best = range(len(parts.of_place)), None
    for count in range(1, most_parcels + 1):
        for places in combinations(range(has.shape[1]), count):
            score = [sum(int(parts.of_place[c, p]) for p in places) for c in criteria]
            for line in range(has.shape[0]):
                offers = [
                    tuple(int(parts.of_line[c, line, p]) for c in criteria)
                    for p in places
                    if has[line, p]
                ]
                if not offers:
                    break
                score = [one + more for one, more in zip(score, min(offers), strict=True)]
            else:
                best = min(best or tuple(score), tuple(score))
    return best


def by_programs(has, parts, most_parcels):
    """Return the best score by one program of HiGHS a criterion, the former held at their best."""
    lines, places = has.shape
    at_line, at_place = np.nonzero(has)
    count = places + at_line.size
    ships = places + np.arange(at_line.size)
    ones = np.ones(at_line.size)
    once = csr_array((ones, (at_line, ships)), (lines, count))
    row = np.arange(at_line.size)
    opened = csr_array(
        (
            np.concatenate((ones, -ones)),
            (np.concatenate((row, row)), np.concatenate((ships, at_place))),
        ),
        (at_line.size, count),
    )
    chosen = csr_array((np.ones(places), (np.zeros(places, int), np.arange(places))), (1, count))
    rules = [
        LinearConstraint(once, 1, 1),
        LinearConstraint(opened, -np.inf, 0),
        LinearConstraint(chosen, 0, most_parcels),
    ]
    score = []
    for of_place, of_line in zip(parts.of_place, parts.of_line, strict=True):
        costs = np.concatenate((of_place, of_line[at_line, at_place])).astype(float)
        found = milp(
            costs,
            constraints=rules,
            integrality=np.ones(count),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0},
        )
        if found.x is None:
            return None
        score.append(round(found.fun))
        rules.append(
            LinearConstraint(vstack([csr_array(costs[None, :])]), -np.inf, score[-1] + 0.5)
        )
    return tuple(score)
