"""The calls: masked reads, tags, merges, and the one that reveals."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    PageOut,
    PageParams,
    cursor_page,
    idempotent,
    with_examples,
)
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.text import normal_text
from quanqu.kernel.time import utc_now
from quanqu.know.customers import facade
from quanqu.know.customers.api.schemas import (
    CustomerDetailOut,
    CustomerId,
    CustomerOut,
    CustomerQuery,
    CustomerSortQuery,
    LookupIn,
    MergeIn,
    MergeOut,
    RevealedOut,
    customer_detail,
    customer_filters,
    customer_row,
)
from quanqu.know.customers.api.tag_schemas import (
    TaggingIn,
    TaggingOut,
    TagIn,
    TagOut,
    WornQuery,
    WornTagOut,
    tag_row,
    worn_tag,
)

router = Router(tags=["customers"])


@router.get("/customers", response=PageOut[CustomerOut], summary="List customers")
def list_customers(
    request: HttpRequest,
    query: Query[CustomerQuery],
    order: Query[CustomerSortQuery],
    page: Query[PageParams],
) -> dict[str, object]:
    """The customers in scope, newest first unless `sort` says so, personal data masked."""
    found = facade.list_customers(
        actor=actor_of(request),
        filters=customer_filters(query),
        cursor=page.cursor,
        limit=page.limit,
        sort=order.sort,
    )
    return cursor_page(request, found, customer_row)


@router.get("/customers/count", response=TaggingOut, summary="Count customers")
def count_customers(request: HttpRequest, query: Query[CustomerQuery]) -> dict[str, int]:
    """How many customers the filters leave."""
    count = facade.count_customers(actor=actor_of(request), filters=customer_filters(query))
    return {"customers": count}


@router.post("/customers/lookup", response=list[CustomerOut], summary="Find by an identifier")
def lookup(request: HttpRequest, body: LookupIn) -> list[dict[str, object]]:
    """The customers known by this identifier, usually one.

    It is asked for in the body: addresses are written down where personal data must not be.
    """
    found = facade.find_customers(actor=actor_of(request), value=body.value, type_=body.type)
    return [customer_row(row) for row in found]


@router.get("/customers/tags", response=list[TagOut], summary="List tags")
def list_tags(request: HttpRequest) -> list[dict[str, object]]:
    """The tags worn by customers in scope, and to who sees the whole group those nobody wears."""
    return [tag_row(tag) for tag in facade.list_tag_definitions(actor=actor_of(request))]


@router.put("/customers/tags/definitions", response=TagOut, summary="Define a tag")
@idempotent
def define_tag(request: HttpRequest, body: TagIn) -> dict[str, object]:
    """Say what a tag means and who looks after it; a new one is made. The audit trail keeps it."""
    actor = actor_of(request)
    facade.define_tag(
        actor=actor, tag=body.tag, description=body.description, owner=body.owner, now=utc_now()
    )
    name = normal_text(body.tag)
    (found,) = (tag for tag in facade.list_tag_definitions(actor=actor) if tag.name == name)
    return tag_row(found)


@router.post(
    "/customers/tags/assignments",
    response=TaggingOut,
    summary="Assign a tag",
    openapi_extra=with_examples(
        {
            "vip": (
                "Two customers are VIPs",
                {
                    "tag": "VIP",
                    "customers": [
                        "cus_01hz0000000000000000000000",
                        "cus_01hz0000000000000000000001",
                    ],
                },
            )
        }
    ),
)
@idempotent
def assign_tag(request: HttpRequest, body: TaggingIn) -> dict[str, int]:
    """Put a tag on customers; those that wear it already do not count."""
    ids = [decode("cus", text) for text in body.customers]
    actor, now = actor_of(request), utc_now()
    return {"customers": facade.assign_tag(actor=actor, tag=body.tag, customer_ids=ids, now=now)}


@router.post("/customers/tags/removals", response=TaggingOut, summary="Remove a tag")
@idempotent
def remove_tag(request: HttpRequest, body: TaggingIn) -> dict[str, int]:
    """Take a tag off customers; those that do not wear it do not count."""
    ids = [decode("cus", text) for text in body.customers]
    actor, now = actor_of(request), utc_now()
    return {"customers": facade.remove_tag(actor=actor, tag=body.tag, customer_ids=ids, now=now)}


@router.delete(
    "/customers/evidence/{key}", response={204: None}, summary="Withdraw evidence (unmerge)"
)
def withdraw_evidence(request: HttpRequest, key: Annotated[int, Path(ge=1, lt=1 << 63)]) -> None:
    """Say that two identifiers are not one person's; customers held together by it alone part."""
    facade.withdraw_evidence(actor=actor_of(request), evidence_key=key, now=utc_now())


@router.get("/customers/{customer_id}", response=CustomerDetailOut, summary="Get a customer")
def get_customer(request: HttpRequest, customer_id: Path[CustomerId]) -> dict[str, object]:
    """One customer whole, personal data masked; a merged one answers as the one it went into."""
    id_ = decode("cus", customer_id)
    return customer_detail(facade.get_customer(actor=actor_of(request), customer_id=id_))


@router.get("/customers/{customer_id}/tags", response=list[WornTagOut], summary="Tags worn")
def list_customer_tags(
    request: HttpRequest, customer_id: Path[CustomerId], query: Query[WornQuery]
) -> list[dict[str, object]]:
    """The tags a customer wears with their values, or wore at the end of a day."""
    id_ = decode("cus", customer_id)
    found = facade.list_customer_tags(actor=actor_of(request), customer_id=id_, on=query.on)
    return [worn_tag(one) for one in found]


@router.get(
    "/customers/{customer_id}/tags/history", response=list[WornTagOut], summary="Tags ever worn"
)
def list_tag_history(
    request: HttpRequest, customer_id: Path[CustomerId]
) -> list[dict[str, object]]:
    """What a customer wears and wore, with the value at the time: the newest 200 first."""
    id_ = decode("cus", customer_id)
    found = facade.list_tag_history(actor=actor_of(request), customer_id=id_)
    return [worn_tag(one) for one in found]


@router.post("/customers/{customer_id}/reveal", response=RevealedOut, summary="Reveal")
def reveal(request: HttpRequest, customer_id: Path[CustomerId]) -> dict[str, object]:
    """Personal data in clear; the audit trail keeps who asked."""
    id_ = decode("cus", customer_id)
    found = facade.reveal_customer(actor=actor_of(request), customer_id=id_, now=utc_now())
    return {
        "id": encode("cus", found.id),
        "contact": dict(found.contact),
        "identifiers": {encode("idn", key): value for key, value in found.identifiers.items()},
    }


@router.post("/customers/{customer_id}/merges", response=MergeOut, summary="Merge")
@idempotent
def merge(request: HttpRequest, customer_id: Path[CustomerId], body: MergeIn) -> dict[str, int]:
    """Say that two customers are one person; nothing is rewritten, so it can be undone."""
    evidence = facade.merge_customers(
        actor=actor_of(request),
        customer_id=decode("cus", customer_id),
        other_id=decode("cus", body.other),
        reason=body.reason,
        now=utc_now(),
    )
    return {"evidence": evidence}
