"""RFM: fifths of recency, frequency and money, and the segments they make."""

from typing import Final

from quanqu.learn.metrics.contracts import RfmSegment

FIFTHS: Final = 5

# Rows: recency 5 (latest) to 1; columns: the mean of frequency and money, rounded up, 1 to 5.
_SEGMENTS: Final = {
    5: "new potential loyal champions champions",
    4: "new potential loyal loyal champions",
    3: "needing_attention needing_attention loyal loyal loyal",
    2: "hibernating hibernating at_risk at_risk at_risk",
    1: "lost lost hibernating at_risk at_risk",
}


def segment(recency: int, frequency: int, money: int) -> RfmSegment:
    """Return the segment of three fifths, each 1 to 5. Source: docs/rules/metrics.md#rfm."""
    worth = (frequency + money + 1) // 2
    return RfmSegment(_SEGMENTS[recency].split()[worth - 1])
