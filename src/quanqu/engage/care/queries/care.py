"""What is open about a customer, and what to do next."""

from datetime import datetime
from uuid import UUID

from quanqu.engage.care.contracts import Action, CustomerCare, Facts, Matters
from quanqu.engage.care.queries.facts import facts_of, matters_of
from quanqu.engage.care.queries.providers import offers
from quanqu.engage.care.rules.choosing import choose
from quanqu.infra.auth.contracts import Actor
from quanqu.know.consent.facade import get_consents
from quanqu.know.customers.facade import get_customer, list_customer_scores


def look_after(
    *, actor: Actor, customer_id: UUID, now: datetime, whole: Actor | None = None
) -> CustomerCare:
    """Return one customer with what is open and the one best thing to do now.

    `whole` is the same reader where `actor` is narrowed to a part of the group: privacy requests
    and pairs are the whole group's.  What a room refuses the reader is left out and named.
    Raises: NotAllowedError, NotFoundError.
    """
    customer = get_customer(actor=actor, customer_id=customer_id)
    id_ = customer.row.id
    consents = get_consents(actor=actor, customer_id=id_, at=now)
    scores = list_customer_scores(actor=actor, customer_id=id_)
    matters = matters_of(
        actor=actor, whole=whole or actor, customer=customer, consents=consents, now=now
    )
    facts = facts_of(
        actor=actor, matters=matters, customer=customer, consents=consents, scores=scores, now=now
    )
    return CustomerCare(customer, consents, scores, facts, _chosen(actor, facts))


def list_matters(*, actor: Actor, customer_id: UUID, now: datetime) -> Matters:
    """Return what is open about one customer, by deadline, then age.

    What a room refuses the reader is left out and named.  Raises: NotAllowedError, NotFoundError.
    """
    customer = get_customer(actor=actor, customer_id=customer_id)
    consents = get_consents(actor=actor, customer_id=customer.row.id, at=now)
    return matters_of(actor=actor, whole=actor, customer=customer, consents=consents, now=now)


def _chosen(actor: Actor, facts: Facts) -> Action:
    """Ask nobody about who wants to be left alone."""
    if facts.is_left_alone:
        return Action(None)
    return choose(offers(actor=actor, facts=facts), facts)
