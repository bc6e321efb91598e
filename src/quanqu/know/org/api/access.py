"""People and their roles, API keys, exchange rates."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router, Status
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    PageOut,
    PageParams,
    cursor_page,
    idempotent,
    with_examples,
)
from quanqu.kernel.time import utc_now
from quanqu.know.org import facade
from quanqu.know.org.api.render import key_out, person_out, rate_out
from quanqu.know.org.api.schemas import (
    ApiKeyIn,
    ApiKeyOut,
    GrantIn,
    IssuedKeyOut,
    KeyRotationIn,
    PersonChange,
    PersonIn,
    PersonOut,
    RateFields,
    RatesIn,
    RatesRecordedOut,
    SignInLinkOut,
)
from quanqu.know.org.contracts import PersonFilters, Rate, RoleGrant

router = Router(tags=["people and keys"])


class PeopleParams(PageParams):
    """Narrow the list of people."""

    text: Annotated[str, Field("", max_length=100, description="In the name, or before the @.")]
    is_active: bool | None = None


@router.get("/people", response=PageOut[PersonOut], summary="People")
def list_people(request: HttpRequest, params: Query[PeopleParams]) -> dict[str, Any]:
    """Return the people with a role in a part of the tree the caller manages."""
    page = facade.list_people(
        actor=actor_of(request),
        filters=PersonFilters(params.text, params.is_active),
        now=utc_now(),
        cursor=params.cursor,
        limit=params.limit,
    )
    return cursor_page(request, page, person_out)


@router.get("/people/{person_id}", response=PersonOut, summary="One person")
def get_person(request: HttpRequest, person_id: str) -> PersonOut:
    """Return oneself, or somebody the caller manages."""
    actor = actor_of(request)
    return person_out(facade.get_person(actor=actor, person_id=person_id, now=utc_now()))


@router.post("/people", response={201: PersonOut}, summary="Add a person")
@idempotent
def post_person(request: HttpRequest, body: PersonIn) -> Status[PersonOut]:
    """Add a person with a first role; they sign in by a link at first."""
    made = facade.create_person(
        actor=actor_of(request),
        email=body.email,
        name=body.name,
        grant=_grant(body.grant),
        now=utc_now(),
    )
    return Status(201, person_out(made))


@router.patch("/people/{person_id}", response=PersonOut, summary="Change a person")
def patch_person(request: HttpRequest, person_id: str, body: PersonChange) -> PersonOut:
    """Rename a person, or shut the door to them and open it again."""
    changed = facade.change_person(
        actor=actor_of(request),
        person_id=person_id,
        name=body.name,
        is_active=body.is_active,
        now=utc_now(),
    )
    return person_out(changed)


@router.post("/people/{person_id}/roles", response={201: PersonOut}, summary="Give a role")
@idempotent
def post_role(request: HttpRequest, person_id: str, body: GrantIn) -> Status[PersonOut]:
    """Give a role over a unit; given again, it takes the new expiry."""
    actor = actor_of(request)
    changed = facade.grant_role(actor=actor, person_id=person_id, grant=_grant(body), now=utc_now())
    return Status(201, person_out(changed))


@router.delete("/people/{person_id}/roles/{role_id}", response=PersonOut, summary="Take a role")
def delete_role(request: HttpRequest, person_id: str, role_id: str) -> PersonOut:
    """Take a role away."""
    changed = facade.revoke_role(
        actor=actor_of(request), person_id=person_id, assignment_id=role_id, now=utc_now()
    )
    return person_out(changed)


@router.post(
    "/people/{person_id}/sign-in-links", response={201: SignInLinkOut}, summary="Let somebody in"
)
@idempotent
def post_sign_in_link(request: HttpRequest, person_id: str) -> Status[SignInLinkOut]:
    """Make an address that signs a person in once; it takes all the rights they hold."""
    actor = actor_of(request)
    issued = facade.create_login_link(actor=actor, person_id=person_id, now=utc_now())
    address = request.build_absolute_uri(reverse("login-link", args=[issued.token]))
    return Status(201, SignInLinkOut(url=address, expires_at=issued.expires_at))


@router.get("/api-keys", response=PageOut[ApiKeyOut], summary="API keys")
def list_api_keys(request: HttpRequest, params: Query[PageParams]) -> dict[str, Any]:
    """Return the keys over units the caller manages, never their secrets."""
    page = facade.list_api_keys(
        actor=actor_of(request), now=utc_now(), cursor=params.cursor, limit=params.limit
    )
    return cursor_page(request, page, key_out)


@router.post("/api-keys", response={201: IssuedKeyOut}, summary="Make an API key")
@idempotent
def post_api_key(request: HttpRequest, body: ApiKeyIn) -> Status[IssuedKeyOut]:
    """Make a key; its text is in this answer and nowhere else."""
    issued = facade.create_api_key(
        actor=actor_of(request), name=body.name, grant=_grant(body.grant), now=utc_now()
    )
    return Status(201, IssuedKeyOut(key=key_out(issued.info), token=issued.token))


@router.post("/api-keys/{key_id}/rotation", response={201: IssuedKeyOut}, summary="Rotate a key")
@idempotent
def post_rotation(request: HttpRequest, key_id: str, body: KeyRotationIn) -> Status[IssuedKeyOut]:
    """Make a key that takes the place of another, which works a while longer."""
    issued = facade.rotate_api_key(
        actor=actor_of(request), key_id=key_id, overlap_s=body.overlap_s, now=utc_now()
    )
    return Status(201, IssuedKeyOut(key=key_out(issued.info), token=issued.token))


@router.delete("/api-keys/{key_id}", response=ApiKeyOut, summary="Revoke a key")
def delete_api_key(request: HttpRequest, key_id: str) -> ApiKeyOut:
    """Stop a key at once."""
    return key_out(facade.revoke_api_key(actor=actor_of(request), key_id=key_id, now=utc_now()))


@router.get("/exchange-rates", response=PageOut[RateFields], summary="Exchange rates")
def list_rates(request: HttpRequest, params: Query[PageParams]) -> dict[str, Any]:
    """Return the recorded rates, newest first."""
    page = facade.list_rates(actor=actor_of(request), cursor=params.cursor, limit=params.limit)
    return cursor_page(request, page, rate_out)


@router.post(
    "/exchange-rates",
    response={201: RatesRecordedOut},
    summary="Record exchange rates",
    openapi_extra=with_examples(
        {
            "dollars": (
                "From 1 January a dollar is worth 0.8012 pounds",
                {
                    "rates": [
                        {
                            "currency": "USD",
                            "to_currency": "GBP",
                            "valid_on": "2010-01-01",
                            "rate": "0.8012",
                            "source": "Treasury",
                        }
                    ]
                },
            )
        }
    ),
)
@idempotent
def post_rates(request: HttpRequest, body: RatesIn) -> Status[RatesRecordedOut]:
    """Record dated rates; a day recorded before takes the new rate."""
    given = [
        Rate(item.currency, item.to_currency, item.valid_on, item.rate, item.source)
        for item in body.rates
    ]
    count = facade.record_rates(actor=actor_of(request), rates=given, now=utc_now())
    return Status(201, RatesRecordedOut(recorded=count))


def _grant(given: GrantIn) -> RoleGrant:
    return RoleGrant(given.role, given.unit_id, given.expires_at)
