"""Words that are shown beside figures."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from quanqu.learn.metrics.contracts import Dimension, RfmSegment

SEGMENT_NAMES: Final[Mapping[RfmSegment, Any]] = {
    RfmSegment.CHAMPIONS: _("Champions"),
    RfmSegment.LOYAL: _("Loyal customers"),
    RfmSegment.POTENTIAL: _("Potential loyals"),
    RfmSegment.NEW: _("New and recent"),
    RfmSegment.NEEDING_ATTENTION: _("Needing attention"),
    RfmSegment.AT_RISK: _("At risk"),
    RfmSegment.HIBERNATING: _("Hibernating"),
    RfmSegment.LOST: _("Lost"),
}


def clock_label(dimension: Dimension, key: str | date | None, label: str | None) -> str | None:
    """Name a weekday in the reader's language and an hour by its minutes; others stay."""
    if dimension is Dimension.WEEKDAY and isinstance(key, str):
        return str(WEEKDAYS[int(key) - 1])
    return f"{key}:00" if dimension is Dimension.HOUR and isinstance(key, str) else label
