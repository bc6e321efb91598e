"""The calls: promises, profiles with their versions, decisions with their reasons, offers."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, cursor_page, idempotent
from quanqu.kernel.errors import InvalidError, NotFoundError
from quanqu.kernel.geo import Point
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import UnitInfo, UnitKind, UnitNotFoundError
from quanqu.know.org.facade import companies_by_key, get_place, get_unit, places_by_key
from quanqu.sell.catalog.facade import variant_keys
from quanqu.sell.sourcing import facade
from quanqu.sell.sourcing.api import render
from quanqu.sell.sourcing.api.schemas import (
    DecisionDetailOut,
    DecisionOut,
    DecisionQuery,
    DifferencesOut,
    ForceIn,
    Id,
    NearbyIn,
    NearbyOut,
    OfferBody,
    ProfileIn,
    ProfileOut,
    ProfileQuery,
    PromiseIn,
    PromiseOut,
    UndoneOut,
)
from quanqu.sell.sourcing.contracts import (
    DecisionFilters,
    OrderLine,
    PlaceOffer,
    Question,
    VersionInfo,
)

router = Router(tags=["sourcing"])


@router.post("/sourcing/promise", response=PromiseOut, summary="Promise delivery and pickup")
def promise(request: HttpRequest, body: PromiseIn) -> dict[str, Any]:
    """How an order would be delivered, and where it could be fetched soonest; nothing is held."""
    actor = actor_of(request)
    actor.require("sourcing.view")
    company = _company(actor, body.company)
    found = facade.promise(actor=actor, question=_question(company, body), now=utc_now())
    return render.promise(found, company)


@router.post("/sourcing/nearby", response=NearbyOut, summary="Find goods nearby")
def find_nearby(request: HttpRequest, body: NearbyIn) -> dict[str, Any]:
    """Where items can be fetched near a customer, and from when; nothing is held."""
    actor = actor_of(request)
    actor.require("sourcing.view")
    company = _company(actor, body.company)
    found = facade.find_nearby(
        actor=actor,
        question=_question(company, body),
        within_km=body.within_km,
        most=body.limit,
        now=utc_now(),
    )
    return render.nearby(found)


@router.get("/sourcing/profiles", response=list[ProfileOut], summary="List profiles")
def list_profiles(request: HttpRequest, query: Query[ProfileQuery]) -> list[dict[str, Any]]:
    """The versions of companies the caller has the right over as a whole, newest first."""
    actor = actor_of(request)
    company = _company(actor, query.company).key if query.company else None
    found = facade.list_versions(actor=actor, company_key=company, channel=query.channel)
    companies = companies_by_key(keys={one.company_key for one in found})
    return [render.version(one, companies[one.company_key], actor.language) for one in found]


@router.post("/sourcing/profiles", response={201: ProfileOut}, summary="Save a profile")
@idempotent
def save_profile(request: HttpRequest, body: ProfileIn) -> dict[str, Any]:
    """Save a profile as the next version; it is not in force until it is activated."""
    actor = actor_of(request)
    found = facade.save_profile(
        actor=actor,
        company_key=_company(actor, body.company).key,
        channel=body.channel,
        body=body.profile,
        note=body.note,
        now=utc_now(),
    )
    return _shown(actor, found)


@router.get("/sourcing/profiles/schema", response=dict[str, Any], summary="Schema of profiles")
def profile_schema(request: HttpRequest) -> dict[str, Any]:
    """The JSON Schema of a profile."""
    actor_of(request)
    return facade.schema_of_profiles()


@router.post("/sourcing/profiles/undo", response=UndoneOut, summary="Undo an activation")
@idempotent
def undo_activation(request: HttpRequest, body: ForceIn) -> dict[str, Any]:
    """Go back to the version that was in force before, or to the standard; again, and forth."""
    actor = actor_of(request)
    company = _company(actor, body.company)
    found = facade.undo_activation(
        actor=actor, company_key=company.key, channel=body.channel, now=utc_now()
    )
    return {"active": _shown(actor, found) if found else None}


@router.post("/sourcing/profiles/shadow-end", response={204: None}, summary="End a shadow")
@idempotent
def end_shadow(request: HttpRequest, body: ForceIn) -> None:
    """Let no version of a company and channel decide in shadow any more."""
    actor = actor_of(request)
    company = _company(actor, body.company)
    facade.end_shadow(actor=actor, company_key=company.key, channel=body.channel, now=utc_now())


@router.get("/sourcing/profiles/{profile_id}", response=ProfileOut, summary="Get a profile")
def get_profile(request: HttpRequest, profile_id: Path[Id]) -> dict[str, Any]:
    """One version, with its sentences in the caller's language."""
    actor = actor_of(request)
    return _shown(actor, facade.get_version(actor=actor, version_id=decode("spf", profile_id)))


@router.post(
    "/sourcing/profiles/{profile_id}/activation", response=ProfileOut, summary="Activate a profile"
)
@idempotent
def activate_profile(request: HttpRequest, profile_id: Path[Id]) -> dict[str, Any]:
    """Put a version in force; the one before is the former, to go back to."""
    actor, identity = actor_of(request), decode("spf", profile_id)
    found = facade.activate_profile(actor=actor, version_id=identity, now=utc_now())
    return _shown(actor, found)


@router.post(
    "/sourcing/profiles/{profile_id}/shadow", response=ProfileOut, summary="Shadow a profile"
)
@idempotent
def shadow_profile(request: HttpRequest, profile_id: Path[Id]) -> dict[str, Any]:
    """Let a version decide beside the one in force, without acting."""
    actor, identity = actor_of(request), decode("spf", profile_id)
    found = facade.shadow_profile(actor=actor, version_id=identity, now=utc_now())
    return _shown(actor, found)


@router.get(
    "/sourcing/profiles/{profile_id}/differences",
    response=DifferencesOut,
    summary="Differences of a shadow",
)
def get_differences(request: HttpRequest, profile_id: Path[Id]) -> dict[str, Any]:
    """What a version decided in shadow beside what was done: cost, distance and parcels."""
    actor, identity = actor_of(request), decode("spf", profile_id)
    company = facade.get_version(actor=actor, version_id=identity).company_key
    found = facade.summarise_shadow(actor=actor, version_id=identity)
    return render.differences(found, companies_by_key(keys=[company])[company])


@router.get("/sourcing/decisions", response=PageOut[DecisionOut], summary="List decisions")
def list_decisions(request: HttpRequest, query: Query[DecisionQuery]) -> dict[str, Any]:
    """The requests of companies the caller has the right over as a whole, newest first."""
    actor = actor_of(request)
    company = _company(actor, query.company).key if query.company else None
    found = facade.list_decisions(
        actor=actor,
        filters=DecisionFilters(company, query.is_filled),
        cursor=query.cursor,
        limit=query.limit,
    )
    companies = companies_by_key(keys={one.company_key for one in found.items})
    places = places_by_key(keys={key for one in found.items for key in one.place_keys})
    return cursor_page(request, found, lambda one: render.row(one, companies, places))


@router.get(
    "/sourcing/decisions/{decision_id}", response=DecisionDetailOut, summary="Get a decision"
)
def get_decision(
    request: HttpRequest, decision_id: Path[Id], revision: int | None = None
) -> dict[str, Any]:
    """A decision as it stands, or at a revision, with why every other place does not ship."""
    found = facade.get_decision(
        actor=actor_of(request), request_id=decode("srq", decision_id), revision=revision
    )
    return render.decision(found)


@router.get("/sourcing/places/{place_id}", response=OfferBody, summary="Get what a place offers")
def get_offer(request: HttpRequest, place_id: Path[Id]) -> dict[str, Any]:
    """What was said of a place, or what is usual for its kind."""
    found = facade.get_offer(actor=actor_of(request), place_id=place_id)
    return {name: getattr(found, name) for name in OfferBody.model_fields}


@router.put("/sourcing/places/{place_id}", response=OfferBody, summary="Say what a place offers")
@idempotent
def put_offer(request: HttpRequest, place_id: Path[Id], body: OfferBody) -> dict[str, Any]:
    """Say what a place offers to sourcing; what was said before is replaced."""
    actor = actor_of(request)
    place = get_place(actor=actor, place_id=place_id)
    told = body.model_dump() | {
        "opens": tuple((one[0], one[1]) if one else None for one in body.opens),
        "tags": tuple(body.tags),
        "channels": tuple(body.channels),
    }
    facade.set_offers(actor=actor, offers={place.key: PlaceOffer(**told)}, now=utc_now())
    return get_offer(request, place_id)


def _company(actor: Actor, company_id: str) -> UnitInfo:
    """Return a company the actor may see. Raises: UnitNotFoundError, MalformedIdError."""
    found = get_unit(actor=actor, unit_id=company_id)
    if found.kind is not UnitKind.COMPANY:
        raise UnitNotFoundError(ref=company_id)
    return found


def _question(company: UnitInfo, body: PromiseIn) -> Question:
    known = variant_keys(company_key=company.key, skus=[line.sku for line in body.lines])
    keys = dict(zip(known["sku"].to_pylist(), known["variant_key"].to_pylist(), strict=True))
    unknown = [line.sku for line in body.lines if keys.get(line.sku) is None]
    if unknown:
        raise NotFoundError(kind="Item", ref=unknown[0])
    if (body.latitude is None) != (body.longitude is None):
        raise InvalidError("Latitude and longitude come together.")
    point = None
    if body.latitude is not None and body.longitude is not None:
        point = Point(body.latitude, body.longitude)
    return Question(
        company_key=company.key,
        lines=tuple(
            OrderLine(keys[line.sku], line.quantity, line.value_minor, line.weight_g)
            for line in body.lines
        ),
        channel=body.channel,
        tier=body.tier,
        at=point,
        postcode=body.postcode,
        country=body.country,
    )


def _shown(actor: Actor, found: VersionInfo) -> dict[str, Any]:
    company = companies_by_key(keys=[found.company_key])[found.company_key]
    return render.version(found, company, actor.language)
