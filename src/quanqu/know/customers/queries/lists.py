"""Lists of customers: filters, search by identifier, keyset paging, counts, tags."""

from typing import Final

from django.db.models import Count, Exists, OuterRef, Q

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_moment
from quanqu.kernel.ids import MalformedIdError, decode
from quanqu.kernel.paging import Page
from quanqu.know.customers.contracts import CustomerFilters, CustomerRow, CustomerSort, TagRow
from quanqu.know.customers.models import Customer, CustomerQuerySet, CustomerTag
from quanqu.know.customers.queries.finding import keys_by_search
from quanqu.know.customers.queries.rows import make_rows
from quanqu.know.org.facade import places_by_key

_SORTINGS: Final = {
    CustomerSort.NEWEST: Sorting("newest", "first_seen_at", read=read_moment),
    CustomerSort.OLDEST: Sorting("oldest", "first_seen_at", is_descending=False, read=read_moment),
}


def list_customers(
    *,
    actor: Actor,
    filters: CustomerFilters,
    cursor: str | None = None,
    limit: int = 50,
    sort: CustomerSort = CustomerSort.NEWEST,
) -> Page[CustomerRow]:
    """Return a page of the customers in scope, newest first unless asked otherwise.

    Raises: NotAllowedError, MalformedCursorError.
    """
    rows, following = _SORTINGS[sort].page(filtered(actor, filters), cursor, limit)
    return Page(tuple(make_rows(rows)), following)


def count_customers(*, actor: Actor, filters: CustomerFilters) -> int:
    """Return how many customers of the scope the filters leave. Raises: NotAllowedError."""
    return filtered(actor, filters).count()


def list_tags(*, actor: Actor) -> tuple[TagRow, ...]:
    """Return the tags worn by customers of the scope, by name. Raises: NotAllowedError."""
    actor.require("customers.view")
    visible = Customer.objects.visible_to(actor.scope("customers.view"))
    worn = CustomerTag.objects.filter(
        Exists(visible.filter(key=OuterRef("subject__customer_id")))
    ).values("tag__name")
    counted = worn.annotate(n=Count("subject__customer_id", distinct=True)).order_by("tag__name")
    return tuple(TagRow(row["tag__name"], row["n"]) for row in counted)


def filtered(actor: Actor, filters: CustomerFilters) -> CustomerQuerySet:
    """Return the customers of the scope that the filters leave. Raises: NotAllowedError."""
    actor.require("customers.view")
    scope = actor.scope("customers.view")
    found = Customer.objects.visible_to(scope)
    if filters.places is not None:
        found = found.seen_at(scope.narrow(filters.places).places)
    if filters.channel:
        found = found.seen_at(scope.narrow(_places_of(filters.channel)).places)
    if filters.search:
        found = found.filter(_matches(filters.search.strip()))
    if filters.tag:
        worn = CustomerTag.objects.filter(tag__name=filters.tag)
        found = found.filter(Exists(worn.filter(subject__customer_id=OuterRef("key"))))
    plain = {
        "country": filters.country,
        "first_seen_at__gte": filters.first_seen_from,
        "first_seen_at__lt": filters.first_seen_before,
    }
    return found.filter(**{name: value for name, value in plain.items() if value is not None})


def _matches(text: str) -> Q:
    try:
        return Q(id=decode("cus", text))
    except MalformedIdError:
        return Q(key__in=keys_by_search(text))


def _places_of(channel: str) -> list[int]:
    places = places_by_key().values()
    return [place.key for place in places if place.channel == channel]
