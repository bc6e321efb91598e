"""Why a pair has its weight, as JSON: a reason per detail, heaviest first."""

import json

import numpy as np
from numpy.typing import NDArray

from quanqu.know.matching.contracts import MatchResult
from quanqu.know.matching.rules.weights import level_of, weights_of

__all__ = ["reasons_of"]


def reasons_of(found: MatchResult, kept: NDArray[np.bool_]) -> list[str]:
    """Return for each kept pair a JSON list of [detail, level, weight, rarity] in bits."""
    details = weights_of(found.model)
    columns = []
    for detail in details:
        weight = found.reasons[detail.detail][kept]
        rarity = found.reasons.get(f"{detail.detail}:rarity")
        added = np.zeros(len(weight)) if rarity is None else rarity[kept]
        codes = {value: level_of(detail, float(value)) for value in np.unique(weight)}
        columns.append(
            [
                [detail.detail, codes[value], round(float(value), 3), round(float(more), 3)]
                for value, more in zip(weight, added, strict=True)
            ]
        )
    return [
        json.dumps(sorted(reasons, key=lambda one: -abs(one[2] + one[3])))
        for reasons in zip(*columns, strict=True)
    ]
