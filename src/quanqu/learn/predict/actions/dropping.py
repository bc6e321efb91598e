"""Take scores off whoever no longer wants to be judged by programs."""

from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from quanqu.infra.lake.facade import run, table
from quanqu.know.consent.contracts import Channel, Purpose, Reason
from quanqu.know.consent.facade import decide
from quanqu.know.customers.facade import drop_scores, subject_map
from quanqu.learn.predict.metrics.behaviour import KEY

PASSES: Final = (Reason.GRANTED.value, Reason.NOT_NEEDED.value, Reason.NOT_ASKED.value)
_GATES: Final = (Purpose.MODEL_TRAINING, Purpose.PROFILING)


def drop_refused(*, now: datetime) -> int:
    """Drop every score of customers who refused, or whose word has lapsed, since they were scored:
    by a withdrawal, a restriction, or a merge with somebody who had.  Returns how many scores."""
    scored = run(table("dim_score").select(KEY).distinct())[KEY].to_numpy()
    if not len(scored):
        return 0
    keys = pa.array(np.sort(scored))
    refused = np.zeros(len(keys), bool)
    for purpose in _GATES:
        found = decide(purpose=purpose, channel=Channel.ALL, at=now, subjects=keys)
        refused |= ~np.isin(found["reason"].to_numpy(zero_copy_only=False), PASSES)
    if not refused.any():
        return 0
    gone = keys.filter(pa.array(refused))
    of_customers = subject_map(customers=gone)["subject_key"].to_pylist()
    return drop_scores(subject_keys=[*of_customers, *gone.to_pylist()])
