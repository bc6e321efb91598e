"""The peers of matching: Splink as its tutorial sets it up, and a rule a person would write."""

import logging
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from quanqu.know.matching.rules.roles import guess_roles

_NAMES: Final = ("given_name", "surname")
_RULES: Final = (
    ("given_name", "surname"), ("surname", "date_of_birth"), ("given_name", "date_of_birth"),
    ("postcode", "date_of_birth"), ("national_id",), ("email",), ("postcode", "given_name"),
    ("postcode", "surname"),
)  # fmt: skip

_WIDE: Final = (("surname",), ("date_of_birth",))  # the tutorial's blocks: one detail is enough


def plain_splink(table: pa.Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return left, right and weight of the pairs that an untuned Splink scores."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    frame = _by_role(table)
    engine = DuckDBAPI()
    engine.duckdb_con.execute("SET enable_progress_bar = false")
    keys = [key for key in _RULES if {*key} <= {*frame.columns}]
    wide = [key for key in _WIDE if {*key} <= {*frame.columns}]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="row",
        comparisons=[_comparison(role) for role in frame.columns if role != "row"],
        blocking_rules_to_generate_predictions=[block_on(*key) for key in (*keys, *wide)],
        retain_matching_columns=False,
    )
    people = engine.register(pa.Table.from_pandas(frame, preserve_index=False))
    linker = Linker(people, settings, log_level=None)
    exact = [block_on(*key) for key in keys if len(key) > 1]
    linker.training.estimate_probability_two_random_records_match(exact, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for key in keys[:3]:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*key), max_pairs=5e5
        )
    found = linker.inference.predict(threshold_match_weight=-6).as_pyarrow_table()
    ends = found["row_l"].to_numpy(), found["row_r"].to_numpy()
    weight = found["match_weight"].to_numpy()
    engine.duckdb_con.close()
    return *ends, weight


def plain_rule(table: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs that share a number, an e-mail address, or two other details."""
    frame = _by_role(table)
    joined = []
    for key in _RULES[1:]:  # namesakes are too many for a name alone
        if not {*key} <= {*frame.columns}:
            continue
        rows = frame[["row", *key]].dropna()
        first = rows.groupby(list(key))["row"].transform("min")
        joined.append(pd.DataFrame({"left": first, "right": rows["row"]}))
    pairs = pd.concat(joined)
    pairs = pairs[pairs["left"] != pairs["right"]].drop_duplicates()
    return pairs["left"].to_numpy(), pairs["right"].to_numpy()


def _by_role(table: pa.Table) -> pd.DataFrame:
    roles = {c: r for c, r in guess_roles(table.column_names).items() if r != "full_name"}
    frame = table.select(list(roles)).to_pandas().rename(columns=roles)
    frame = frame.apply(lambda column: column.str.strip().str.lower())
    return frame.assign(row=np.arange(len(frame)))


def _comparison(role: str) -> Any:
    if role in _NAMES:
        return cl.JaroWinklerAtThresholds(role, [0.9, 0.7]).configure(
            term_frequency_adjustments=True
        )
    if role in {"date_of_birth", "national_id", "postcode"}:
        return cl.DamerauLevenshteinAtThresholds(role, [1, 2])
    if role in {"street", "street_2", "locality", "email"}:
        return cl.JaroWinklerAtThresholds(role, [0.9]).configure(term_frequency_adjustments=True)
    return cl.ExactMatch(role).configure(term_frequency_adjustments=True)
