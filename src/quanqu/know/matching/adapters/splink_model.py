"""The model of Fellegi and Sunter (1969), estimated and applied by Splink on DuckDB in the process.

This is the only module that imports Splink; a run loads it, the program does not.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.exceptions import EMTrainingException

from quanqu.know.matching.contracts import (
    Block,
    Comparison,
    ScoredPairs,
    TooLittleToLearnError,
)

__all__ = ["U_PAIRS", "SplinkModel"]

_SEED: Final = 7
U_PAIRS: Final = 1_000_000
_EM_PAIRS: Final = 500_000
_LEAST_WEIGHT: Final = (
    -14.0
)  # bits; a pair below is one in 16 000, and there is no use in keeping it
_MEMORY: Final = "2GB"
_ROUNDS: Final = 30


class SplinkModel:
    """One table, one model over it; closed at the end because the engine holds memory."""

    def __init__(
        self, details: pa.Table, comparisons: Sequence[Comparison], blocks: Sequence[Block]
    ) -> None:
        """Hand the table to the engine with a column per blocking key.

        Shapes: details as of `prepare_details`; each block has a code per row.
        """
        logging.getLogger("splink").setLevel(logging.ERROR)
        self._rows = details.num_rows
        table = details
        for number, block in enumerate(blocks):
            codes = pa.array(block.codes, mask=block.codes < 0)
            table = table.append_column(f"block_{number}", codes)
        self._engine = DuckDBAPI()
        self._engine.duckdb_con.execute(f"SET memory_limit = '{_MEMORY}'")
        self._engine.duckdb_con.execute("SET preserve_insertion_order = false")
        self._engine.duckdb_con.execute("SET enable_progress_bar = false")
        self._people = self._engine.register(table)
        self._rules: list[Any] = [
            f"l.block_{number} = r.block_{number}" for number in range(len(blocks))
        ]
        self._comparisons = comparisons
        self._linker = self._open({"comparisons": [_splink(one) for one in comparisons]})

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Give the engine's memory back."""
        self._engine.duckdb_con.close()

    def train(self, keys: Sequence[tuple[str, ...]]) -> None:
        """Estimate u from random pairs and m by expectation-maximisation within each key.

        Source: Winkler (2000) for u from random pairs; Dempster, Laird and Rubin (1977) for EM.
        Raises: TooLittleToLearnError when no key gives a training.
        """
        training = self._linker.training
        training.estimate_u_using_random_sampling(
            max_pairs=U_PAIRS, seed=_SEED, num_chunks=1, min_count_per_level=None
        )
        trained = 0
        for key in keys:
            try:
                training.estimate_parameters_using_expectation_maximisation(
                    block_on(*key),
                    estimate_without_term_frequencies=True,
                    max_pairs=_EM_PAIRS,
                    record_sample_proportion=1.0,
                )
            except (EMTrainingException, ValueError):
                # the key has no pairs that differ in anything else, or a level's m sinks to zero
                continue
            trained += 1
        if not trained:
            raise TooLittleToLearnError(rows=self._rows)

    def load(self, model: Mapping[str, Any]) -> None:
        """Take a model saved before in the place of training."""
        self._linker = self._open(model)

    def saved(self) -> dict[str, Any]:
        """Return the model as JSON: for every detail the levels with m and u."""
        return {"comparisons": self._linker.misc.save_model_to_json()["comparisons"]}

    def score_blocks(self) -> ScoredPairs:
        """Compare every pair that shares a block; weights are bits without the prior."""
        return self._scored(self._linker.inference.predict(threshold_match_weight=_LEAST_WEIGHT))

    def score_pairs(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> ScoredPairs:
        """Compare the pairs given."""
        self._give(self._linker, left, right)
        return self._scored(self._linker.inference.predict(threshold_match_weight=_LEAST_WEIGHT))

    def reasons(
        self, left: NDArray[np.int64], right: NDArray[np.int64]
    ) -> dict[str, NDArray[np.float64]]:
        """Return for the pairs given, in their order, the weight of every detail in bits.

        Shapes: detail → (pairs,), and `<detail>:rarity` beside: what the value's rarity adds.
        """
        linker = self._open(self.saved(), keep=True)
        self._give(linker, left, right)
        found = linker.inference.predict().as_pyarrow_table()
        order = np.lexsort((found["row_r"].to_numpy(), found["row_l"].to_numpy()))
        place = np.empty(len(left), np.int64)
        place[np.lexsort((np.maximum(left, right), np.minimum(left, right)))] = order
        weights: dict[str, NDArray[np.float64]] = {}
        for comparison in self._comparisons:
            name = comparison.detail
            weights[name] = found[f"mw_{name}"].to_numpy()[place]
            if f"mw_tf_adj_{name}" in found.column_names:
                weights[f"{name}:rarity"] = found[f"mw_tf_adj_{name}"].to_numpy()[place]
        return weights

    def _open(self, model: Mapping[str, Any], *, keep: bool = False) -> Linker:
        settings = SettingsCreator(
            link_type="dedupe_only",
            comparisons=list(model["comparisons"]),
            blocking_rules_to_generate_predictions=[*self._rules],
            probability_two_random_records_match=min(1 / max(self._rows, 2), 0.5),
            unique_id_column_name="row",
            retain_matching_columns=False,
            retain_intermediate_calculation_columns=keep,
            max_iterations=_ROUNDS,
        )
        return Linker(self._people, settings, log_level=None, validate_settings=False)

    def _give(self, linker: Linker, left: NDArray[np.int64], right: NDArray[np.int64]) -> None:
        pairs = pa.table(
            {
                "match_key": pa.array(["0"] * len(left)),
                "join_key_l": np.minimum(left, right),
                "join_key_r": np.maximum(left, right),
            }
        )
        linker.table_management.register_blocked_pairs_for_predict(self._engine.register(pairs))

    def _scored(self, predicted: Any) -> ScoredPairs:
        prior = np.log2(1 / max(self._rows - 1, 1)) if self._rows > 2 else 0.0
        found = predicted.as_pyarrow_table()
        return ScoredPairs(
            left=found["row_l"].to_numpy(),
            right=found["row_r"].to_numpy(),
            weight=found["match_weight"].to_numpy() - prior,
        )


def _splink(comparison: Comparison) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": comparison.missing,
            "is_null_level": True,
            "label_for_charts": "missing",
        }
    ]
    for level in comparison.levels:
        rarity = {"tf_adjustment_column": level.rarity} if level.rarity else {}
        levels.append({"sql_condition": level.condition, "label_for_charts": level.code, **rarity})
    levels.append({"sql_condition": "ELSE", "label_for_charts": "different"})
    return {"output_column_name": comparison.detail, "comparison_levels": levels}
