"""Hand out personal data in clear, and write down that it was."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import pyarrow as pa
from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor, ActorKind
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.know.customers.contracts import RevealedCustomer
from quanqu.know.customers.queries.clear import read_clear
from quanqu.know.customers.queries.clear_profiles import read_clear_profiles


def reveal_customer(*, actor: Actor, customer_id: UUID, now: datetime) -> RevealedCustomer:
    """Return one customer's contact fields and identifiers in clear; the trail says who asked.

    Raises: NotAllowedError, NotFoundError.
    """
    actor.require("customers.reveal")
    with transaction.atomic():
        revealed = read_clear(scope=actor.scope("customers.reveal"), customer_id=customer_id)
        after = {"fields": sorted(revealed.contact), "identifiers": len(revealed.identifiers)}
        subject = encode("cus", revealed.id)
        record(actor=actor, action="customers.reveal", subject=subject, after=after, now=now)
    return revealed


def clear_profiles(
    *, actor: Actor, now: datetime, run: str, customer_keys: Collection[int] | None = None
) -> pa.Table:
    """Return the profiles of customers in clear, for a part of the system that compares people.

    For the system itself only; the trail says once per call which run took how many.
    Shapes: one row per live customer of whom a profile is known (of `customer_keys`, when given),
    by ascending `customer_key` int64, which is also a subject key of that customer; the surviving
    value of each of PROFILE_FIELDS (string; `birth_on` and `member_since_on` date32; null when
    unknown), `traits` (JSON object text of name → value) and `identifier_types` (list of string).
    Nothing of it may be logged or kept in clear.
    Raises: NotAllowedError for anybody but the system.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowedError(permission="customers.reveal")
    with transaction.atomic():
        table = read_clear_profiles(customer_keys=customer_keys)
        after = {"customers": table.num_rows}
        record(actor=actor, action="customers.clear_profiles", subject=run, after=after, now=now)
    return table
