"""Drop what names people on parcels that left long ago."""

from datetime import datetime

from django.db.models import Q, QuerySet

from quanqu.sell.fulfilment.models import Parcel

__all__ = ["count_labels_before", "drop_labels_before"]


def count_labels_before(before: datetime) -> int:
    """Return how many parcels that left before a moment still have a label or a signature."""
    return _old(before).count()


def drop_labels_before(before: datetime) -> int:
    """Drop labels and signatures of parcels that left before a moment; return of how many."""
    return _old(before).update(label_enc=None, proof_enc=None)


def _old(before: datetime) -> "QuerySet[Parcel]":
    names = Q(label_enc__isnull=False) | Q(proof_enc__isnull=False)
    return Parcel.objects.filter(names, left_at__lt=before)
