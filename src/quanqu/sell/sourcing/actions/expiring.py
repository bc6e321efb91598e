"""Decisions that are kept no longer; the holds they placed do not hang on them."""

from datetime import datetime

from quanqu.sell.sourcing.models import Request


def count_decided_before(moment: datetime) -> int:
    """Return how many requests were asked before a moment."""
    return Request.objects.filter(asked_at__lt=moment).count()


def drop_decided_before(moment: datetime) -> int:
    """Delete requests that were asked before a moment with all their decisions; return how many.

    Afterwards their ids decide anew, and what they shipped cannot be moved any more.
    """
    return Request.objects.filter(asked_at__lt=moment).delete()[1].get("sourcing.Request", 0)
