"""Hand out personal data in clear, and write down that it was."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.know.customers.contracts import RevealedCustomer
from quanqu.know.customers.queries.clear import read_clear


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
