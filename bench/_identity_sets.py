"""F1 of matching on public sets, beside plain Splink at its best threshold and a plain rule.

Ours sees no truth: roles are guessed from the columns, the model is learnt from the rows, the
threshold follows from the model.  Plain Splink is given what we are not: the truth picks its
threshold.  All F1 are of pairs after closure.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from bench import _identity_plain

from quanqu.know.matching.facade import match_people
from quanqu.know.matching.rules.clusters import connected_components

SETS: Final = (
    "febrl1", "febrl2", "febrl3", "febrl3_no_ssn", "fake_1000", "historical_50k",
)  # fmt: skip
TRUTHS: Final = ("rec_id", "cluster", "unique_id")


def run(folder: Path, names: tuple[str, ...] = SETS) -> None:
    """Measure every set that is there and print three lines for each."""
    for name in names:
        table, truth = load(folder, name)
        ours = match_people(table=table).groups
        assert len(ours) == len(truth)
        plain = _best(truth, *_identity_plain.plain_splink(table))
        rule = f1_of(truth, _closed(len(truth), *_identity_plain.plain_rule(table)))
        for part, value, peer in zip(
            ("precision", "recall", "f1"), f1_of(truth, ours), plain, strict=True
        ):
            _show(
                f"identity.{name}.{part}", value, peer, "plain Splink, threshold set by the truth"
            )
        _show(f"identity.{name}.f1_beside_rule", f1_of(truth, ours)[2], rule[2], "a plain rule")


def load(folder: Path, name: str) -> tuple[pa.Table, np.ndarray]:
    """Return a set without its truth, and the truth: a number per row."""
    if name == "historical_50k":
        frame = pd.read_parquet(folder / "splink_historical_50k.parquet")
        truth = pd.factorize(frame["cluster"])[0]
    elif name == "fake_1000":
        frame = pd.read_csv(folder / "splink_fake_1000.csv.gz", dtype=str)
        truth = pd.factorize(frame["cluster"])[0]
    else:
        path = folder / f"febrl_dataset{name[5]}.csv.gz"
        frame = pd.read_csv(path, skipinitialspace=True, dtype=str)
        truth = frame["rec_id"].str.split("-").str[1].astype(int).to_numpy()
    dropped = [*TRUTHS, *(["soc_sec_id"] if name.endswith("no_ssn") else [])]
    frame = frame.drop(columns=[column for column in dropped if column in frame])
    return pa.Table.from_pandas(frame, preserve_index=False), np.asarray(truth)


def f1_of(truth: np.ndarray, groups: np.ndarray) -> tuple[float, float, float]:
    """Return precision, recall and F1 of pairs, counted over a contingency table."""
    both = pd.DataFrame({"truth": truth, "group": groups})
    hits = _pairs(both.groupby(["truth", "group"]).size())
    linked, real = _pairs(both.groupby("group").size()), _pairs(both.groupby("truth").size())
    precision = hits / linked if linked else 1.0
    recall = hits / real if real else 1.0
    return precision, recall, 2 * hits / max(linked + real, 1)


def _pairs(sizes: "pd.Series[int]") -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _closed(rows: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return connected_components(rows, left, right)


def _best(
    truth: np.ndarray, left: np.ndarray, right: np.ndarray, weight: np.ndarray
) -> tuple[float, float, float]:
    """Return the best F1 after closure over thresholds a quarter of a bit apart."""
    found = []
    for least in np.arange(-5, 40, 0.25):
        sure = weight >= least
        found.append(f1_of(truth, _closed(len(truth), left[sure], right[sure])))
    return max(found, key=lambda one: one[2])


def _show(name: str, value: float, peer_value: float, peer: str) -> None:
    line: dict[str, Any] = {"name": name, "value": round(value, 5), "unit": "share", "peer": peer}
    ratio = round(value / peer_value, 4) if peer_value else None
    print(json.dumps({**line, "peer_value": round(peer_value, 5), "ratio": ratio}), flush=True)
