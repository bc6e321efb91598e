"""Restrict processing of subjects from above, and lift it again."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
from django.db import transaction

from quanqu.know.consent.actions.ledger import touch_subjects
from quanqu.know.consent.contracts import Purpose, RestrictionKind, UnknownPurposeError
from quanqu.know.consent.models import Restriction


def restrict_subjects(
    *,
    subject_keys: Sequence[int],
    kind: RestrictionKind,
    reference: str,
    now: datetime,
    purposes: Sequence[str] | None = None,
) -> int:
    """Stop processing of these subjects for these purposes (None: all), whatever was consented.

    For know.privacy, which owns requests and the suppression list.  Returns how many restrictions
    are new; the same again under the reference is none.  Joins the caller's transaction.
    Raises: UnknownPurposeError.
    """
    unknown = set(purposes or ()) - set(Purpose)
    if unknown:
        raise UnknownPurposeError(purpose=min(unknown))
    wanted: Sequence[str | None] = [None] if purposes is None else sorted(set(purposes))
    rows = [
        Restriction(
            subject_key=key, purpose=purpose, kind=kind.value, reference=reference, since=now
        )
        for key in sorted(set(subject_keys))
        for purpose in wanted
    ]
    with transaction.atomic():
        before = Restriction.objects.filter(reference=reference).count()
        Restriction.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5000)
        made = Restriction.objects.filter(reference=reference).count() - before
        if made:
            touch_subjects(pa.array(sorted(set(subject_keys)), pa.int64()))
    return made


def lift_restrictions(*, reference: str, now: datetime) -> int:
    """End the restrictions put under a reference and return how many ended."""
    with transaction.atomic():
        held = Restriction.objects.select_for_update().filter(
            reference=reference, lifted_at__isnull=True
        )
        subjects = sorted(set(held.order_by("key").values_list("subject_key", flat=True)))
        if subjects:
            held.update(lifted_at=now)
            touch_subjects(pa.array(subjects, pa.int64()))
    return len(subjects)
