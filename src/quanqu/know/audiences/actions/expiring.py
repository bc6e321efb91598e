"""Calls of webhooks that are kept no longer; where a webhook stands does not hang on them."""

from datetime import datetime

from quanqu.know.audiences.models import AudienceDelivery


def count_delivered_before(moment: datetime) -> int:
    """Return how many calls were taken by their receivers before a moment."""
    return AudienceDelivery.objects.filter(delivered_at__lt=moment).count()


def drop_delivered_before(moment: datetime) -> int:
    """Delete the calls that were taken before a moment and return how many.

    One that is still tried stays however old it is: its id keeps the receiver from taking it twice.
    """
    return AudienceDelivery.objects.filter(delivered_at__lt=moment).delete()[0]
