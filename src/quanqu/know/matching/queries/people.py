"""Find the people in any table: learn a model from it, score, and group.

Nothing here knows a data set or sees a truth: the model, the prior and the threshold come from the
rows alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

import numpy as np
import pyarrow as pa

from quanqu.know.matching.contracts import (
    MatchResult,
    ScoredPairs,
    TooLittleToLearnError,
    UnknownRolesError,
)
from quanqu.know.matching.rules.blocking import choose_blocks, choose_training_keys, pair_budget
from quanqu.know.matching.rules.clusters import cluster_pairs, expected_f1, pairs_within
from quanqu.know.matching.rules.comparisons import comparisons_for
from quanqu.know.matching.rules.prepare import prepare_details
from quanqu.know.matching.rules.prior import estimate_prior, probabilities
from quanqu.know.matching.rules.roles import guess_roles, refuse_roles
from quanqu.know.matching.rules.smoothing import smoothed

__all__ = ["match_people"]

_LOOSE: Final = 0.1  # groups within which every pair is compared, also those that share no block
_LARGEST_LOOSE: Final = 300
_REVIEW: Final = 0.01
_STEPS: Final = 5


def match_people(
    *,
    table: pa.Table,
    roles: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    shift_bits: float = 0.0,
    with_reasons: bool = False,
) -> MatchResult:
    """Group the rows of a table by person.

    Shapes: any table with a row per record; `roles` maps columns to parts (given_name, surname,
    full_name, date_of_birth, email …) and is guessed from the columns' names when not given.
    `shift_bits` moves the odds of every pair, as answers taught; `with_reasons` says of each pair
    what every detail adds.
    Raises: UnknownRolesError, TooLittleToLearnError.  Source: docs/rules/matching.md.
    """
    chosen = _checked_roles(table, roles)
    details = prepare_details(table, chosen, _pinyin())
    if details.num_rows < 2 or details.num_columns < 3:
        raise TooLittleToLearnError(rows=details.num_rows)
    blocks = choose_blocks(details, pair_budget(details.num_rows))
    comparisons = comparisons_for(details.column_names)
    progress(1, _STEPS)
    with _model(details, comparisons, blocks) as model:
        model.train(choose_training_keys(details))
        model.load(_whole(model.saved(), details.num_rows))
        progress(2, _STEPS)
        scored = model.score_blocks()
        progress(3, _STEPS)
        scored = _joined(scored, _missing_pairs(model, scored, details.num_rows))
        progress(4, _STEPS)
        found = _grouped(scored, details.num_rows, chosen, model.saved(), shift_bits)
        if with_reasons and found.pairs.num_rows:
            ends = (found.pairs[end].to_numpy() for end in ("left", "right"))
            found = replace(found, reasons=model.reasons(*ends))
    progress(5, _STEPS)
    return found


def _checked_roles(table: pa.Table, roles: Mapping[str, str] | None) -> dict[str, str]:
    columns = table.column_names
    if roles is None:
        chosen = guess_roles(columns)
    elif reason := refuse_roles(roles, columns):
        raise UnknownRolesError(reason=reason)
    else:
        chosen = dict(roles)
    if len(chosen) < 2:
        raise UnknownRolesError(reason="fewer than two columns say who somebody is")
    return chosen


def _pinyin() -> Callable[[str], str]:
    # the libraries are loaded by a run, not by the program
    return import_module("quanqu.know.matching.adapters.pinyin").to_pinyin


def _model(*parts: Any) -> Any:
    return import_module("quanqu.know.matching.adapters.splink_model").SplinkModel(*parts)


def _whole(model: dict[str, Any], rows: int) -> dict[str, Any]:
    most: int = import_module("quanqu.know.matching.adapters.splink_model").U_PAIRS
    return smoothed(model, rows=rows, sampled=min(most, _every_pair(rows)))


def _missing_pairs(model: Any, scored: ScoredPairs, rows: int) -> ScoredPairs:
    """Compare what shares no block but is linked through others."""
    rate = probabilities(scored.weight, estimate_prior(scored.weight, _every_pair(rows)))
    loose = cluster_pairs(rows, scored.left, scored.right, rate, _LOOSE)
    left, right = pairs_within(loose, _LARGEST_LOOSE)
    known = scored.left * rows + scored.right
    new = ~np.isin(left * rows + right, known)
    if not new.any():
        return ScoredPairs(left[:0], right[:0], scored.weight[:0])
    return model.score_pairs(left[new], right[new])


def _joined(one: ScoredPairs, other: ScoredPairs) -> ScoredPairs:
    left = np.concatenate([one.left, other.left])
    right = np.concatenate([one.right, other.right])
    order = np.lexsort((right, left))
    weight = np.concatenate([one.weight, other.weight])
    return ScoredPairs(left[order], right[order], weight[order])


def _grouped(
    scored: ScoredPairs, rows: int, roles: dict[str, str], saved: dict[str, Any], shift_bits: float
) -> MatchResult:
    """Group at the threshold that the model expects to be best: half of the F1 it can reach."""
    prior = estimate_prior(scored.weight, _every_pair(rows))
    rate = probabilities(scored.weight + shift_bits, prior)
    threshold = 0.5
    for _ in range(2):
        groups = cluster_pairs(rows, scored.left, scored.right, rate, threshold)
        threshold = expected_f1(groups, scored.left, scored.right, rate) / 2
    linked = groups[scored.left] == groups[scored.right]
    sizes = np.bincount(groups)
    inside = float((sizes * (sizes - 1) // 2).sum())
    kept = linked | (rate >= _REVIEW)
    pairs = pa.table(
        {
            "left": scored.left[kept],
            "right": scored.right[kept],
            "weight": scored.weight[kept],
            "probability": rate[kept],
            "is_linked": linked[kept],
        }
    )
    hits = float(rate[linked].sum())
    return MatchResult(
        groups=groups,
        pairs=pairs,
        roles=roles,
        model=saved,
        odds_bits=scored.weight[kept] + np.log2(prior / (1 - prior)),
        threshold=threshold,
        prior=prior,
        expected_precision=hits / max(inside, 1.0) if inside else 1.0,
        expected_recall=hits / max(float(rate.sum()), 1e-9),
    )


def _every_pair(rows: int) -> int:
    return rows * (rows - 1) // 2
