"""Find customers by what they are known by: hashes of whole values and of searchable parts."""

from django.db.models import Q, QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import keyed_hash
from quanqu.know.customers.contracts import (
    KINDS,
    CustomerRow,
    IdentifierType,
    UnknownIdentifierTypeError,
)
from quanqu.know.customers.models import Customer, Identifier
from quanqu.know.customers.queries.rows import make_rows
from quanqu.know.customers.rules.identifiers import normalise
from quanqu.know.org.facade import places_by_key

MOST = 200
_SHORTEST_NUMBER = 7


def find_customers(
    *, actor: Actor, value: str, type_: str | None = None
) -> tuple[CustomerRow, ...]:
    """Return the customers in scope known by an identifier of that type (default: of any), at
    most 200.

    `value` is whole, or the last four digits of a phone number, or a value without its namespace.
    Raises: NotAllowedError, UnknownIdentifierTypeError.
    """
    actor.require("customers.view")
    if type_ is not None and type_ not in KINDS:
        raise UnknownIdentifierTypeError(type=type_)
    visible = Customer.objects.visible_to(actor.scope("customers.view"))
    found = visible.filter(key__in=keys_by_search(value.strip(), type_)).order_by("key")
    return tuple(make_rows(list(found[:MOST])))


def keys_by_search(text: str, type_: str | None = None) -> QuerySet[Identifier, int]:
    """Return, to be asked within another query, the customer keys behind a whole identifier or a
    searchable part.

    A phone number is also found as it is dialled in the countries of the group's places.
    """
    types = [type_] if type_ else list(KINDS)
    wanted = Q(part_hash=keyed_hash(text, purpose="identifier-part"), type__in=types)
    for name in types:
        texts = _as_dialled(text) if name == IdentifierType.PHONE else (text,)
        for value in filter(None, {normalise(name, each) for each in texts}):
            wanted |= Q(type=name, value_hash=keyed_hash(value, purpose=f"identifier:{name}"))
    return Identifier.objects.filter(wanted).values_list("customer_id", flat=True)


def _as_dialled(text: str) -> tuple[str, ...]:
    if sum(letter.isdecimal() for letter in text) < _SHORTEST_NUMBER:
        return (text,)
    countries = sorted({place.details.country for place in places_by_key().values()} - {""})
    return text, *(f"{country}:{text}" for country in countries)
