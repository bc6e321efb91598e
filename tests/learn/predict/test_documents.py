"""The worked example of docs/rules/predict.md, run."""

import re
from pathlib import Path

import numpy as np

from quanqu.learn.predict.rules.choosing import FEWEST_OTHERS, FEWEST_SEED, MOST_TRAINED
from quanqu.learn.predict.rules.features import FIGURES, LEAST_SHARE, MOST_LEVELS
from quanqu.learn.predict.rules.judging import auc_of, lift_of

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "predict.md"


def test_the_worked_example_holds() -> None:
    text = DOCUMENT.read_text("utf-8")
    rows = re.findall(r"^\| (0\.\d+) \| (yes|no) \|$", text, re.MULTILINE)
    score = np.array([float(one) for one, _ in rows])
    is_member = np.array([word == "yes" for _, word in rows])

    auc, lift = auc_of(score, is_member), lift_of(score, is_member)

    said = f"AUC {auc.value:.4f}, interval {auc.low:.4f} to {auc.high:.4f}"
    assert len(rows) == 10
    assert said in text
    assert f"lift 1 ÷ 0.3 = {lift.value:.4f}" in text


def test_every_feature_and_limit_is_told() -> None:
    text = DOCUMENT.read_text("utf-8")

    assert [name for name in FIGURES if f"`{name}`" not in text] == []
    assert f"From {FEWEST_SEED} members and {FEWEST_OTHERS} others" in text
    assert f"at most {MOST_TRAINED // 2:,} members" in text
    assert f"for the {MOST_LEVELS} with most" in text
    assert f"one in {round(1 / LEAST_SHARE)} of those trained on" in text
