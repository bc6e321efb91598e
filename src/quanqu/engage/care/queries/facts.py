"""Gather what is known of one customer: each room is asked once, and answers by its own rights."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from quanqu.engage.care.contracts import Area, Facts, Matter, Matters, Reach
from quanqu.engage.care.rules import open as opening
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.time import local_date
from quanqu.know.consent.contracts import Channel, CustomerConsent, Purpose, Reason
from quanqu.know.customers.contracts import CustomerDetail, CustomerScoreRow, IdentifierType
from quanqu.know.customers.facade import list_known_ids
from quanqu.know.matching.facade import list_open_pairs_of
from quanqu.know.privacy.contracts import RequestKind
from quanqu.know.privacy.facade import list_open_requests_of, restricted_customers
from quanqu.sell.orders.facade import list_order_days, list_unfinished_orders

_SPOKEN_FOR: Final = (Purpose.MARKETING, Purpose.SERVICE)
_FIELDS: Final = {Channel.EMAIL: "email", Channel.SMS: "phone", Channel.PHONE: "phone"}
_TYPES: Final = {
    Channel.EMAIL: {IdentifierType.EMAIL},
    Channel.SMS: {IdentifierType.PHONE},
    Channel.PHONE: {IdentifierType.PHONE},
    Channel.WECHAT: {IdentifierType.WECHAT_OPENID, IdentifierType.WECHAT_UNIONID},
}
"""By what a customer can be written to; the address of an app for pushes is not known here."""

_SAID_NO: Final = frozenset({Reason.DENIED, Reason.WITHDRAWN, Reason.RESTRICTED, Reason.CONFLICT})


def matters_of(
    *,
    actor: Actor,
    whole: Actor,
    customer: CustomerDetail,
    consents: Iterable[CustomerConsent],
    now: datetime,
) -> Matters:
    """Return what is open about a customer; what a room refuses the reader is named as hidden."""
    keys, found, hidden = customer.subject_keys, list[Matter](), set[Area]()

    def ask(area: Area, question: Callable[[], list[Matter]]) -> None:
        try:
            found.extend(question())
        except NotAllowedError:
            hidden.add(area)

    def requests() -> list[Matter]:
        ids = list_known_ids(actor=actor, customer_id=customer.row.id)
        return opening.of_requests(list_open_requests_of(actor=whole, customer_ids=ids, now=now))

    ask(Area.PRIVACY, requests)
    ask(
        Area.MATCHING,
        lambda: opening.of_pairs(list_open_pairs_of(actor=whole, subject_keys=keys)),
    )
    ask(
        Area.ORDERS,
        lambda: opening.of_orders(list_unfinished_orders(actor=actor, subject_keys=keys)),
    )
    found += opening.of_breaches(customer.breaches)
    found += opening.of_consents(consents, now=now)
    return Matters(opening.by_deadline(found), frozenset(hidden))


def facts_of(
    *,
    actor: Actor,
    matters: Matters,
    customer: CustomerDetail,
    consents: Iterable[CustomerConsent],
    scores: tuple[CustomerScoreRow, ...],
    now: datetime,
) -> Facts:
    """Return the facts that rules look at."""
    told = tuple(consents)
    return Facts(
        customer_id=customer.row.id,
        now=now,
        today=local_date(now, actor.time_zone),
        zone=actor.time_zone,
        matters=matters,
        reach=_reach(customer, told),
        birth_on=_birth_on(customer),
        order_days=_order_days(actor, customer),
        scores=scores,
        is_left_alone=_is_left_alone(customer.row.id, told),
    )


def _reach(customer: CustomerDetail, consents: Iterable[CustomerConsent]) -> tuple[Reach, ...]:
    fields = {one.field for one in customer.profile}
    types = {one.type for one in customer.row.identifiers}
    return tuple(
        Reach(
            one.purpose,
            one.channel,
            one.is_allowed,
            one.reason,
            has_address=_FIELDS.get(one.channel) in fields
            or bool(types & _TYPES.get(one.channel, set())),
        )
        for one in consents
        if one.purpose in _SPOKEN_FOR
    )


def _birth_on(customer: CustomerDetail) -> date | None:
    found = next((one.value for one in customer.profile if one.field == "birth_on"), None)
    return date.fromisoformat(found) if found else None


def _order_days(actor: Actor, customer: CustomerDetail) -> tuple[date, ...]:
    if not actor.can("orders.view"):
        return ()
    return list_order_days(actor=actor, subject_keys=customer.subject_keys)


def _is_left_alone(customer_id: UUID, consents: Iterable[CustomerConsent]) -> bool:
    """Tell whether they opted out: by a request, or by saying no to automated decisions.

    The gate is asked too, as it knows a request about somebody who was merged since.
    """
    if any(one.purpose is Purpose.PROFILING and one.reason in _SAID_NO for one in consents):
        return True
    kinds = (RequestKind.AUTOMATED_OPT_OUT, RequestKind.RESTRICTION)
    return any(restricted_customers(kind=kind, customer_ids=[customer_id]) for kind in kinds)
