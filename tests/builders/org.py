"""Builders of know.org: units, people, roles, keys and the actors they are."""

from datetime import UTC, datetime
from decimal import Decimal

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.know.org import facade
from quanqu.know.org.contracts import (
    IssuedApiKey,
    PersonInfo,
    PlaceDetails,
    PlaceDraft,
    PlaceInfo,
    PlaceType,
    RoleCode,
    RoleGrant,
    UnitInfo,
)

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def make_group(*, currency: str = "CNY") -> UnitInfo:
    """Make the group, or return the one there is."""
    return facade.ensure_group(actor=SYSTEM, name="Sample group", currency=currency, now=NOW)


def make_brand(code: str = "tea") -> UnitInfo:
    """Make a brand below the group."""
    make_group()
    return facade.ensure_brand(actor=SYSTEM, code=code, name=f"Brand {code}", now=NOW)


def make_company(
    code: str = "north", *, currency: str = "CNY", brand_code: str | None = None
) -> UnitInfo:
    """Make a company below the group, or below a brand that is there."""
    make_group()
    return facade.ensure_company(
        actor=SYSTEM,
        code=code,
        name=f"Company {code}",
        currency=currency,
        now=NOW,
        brand_code=brand_code,
    )


def make_details(**overrides: object) -> PlaceDetails:
    """Return the details of a web shop in Shanghai."""
    fields: dict[str, object] = {
        "place_type": PlaceType.WEB_SHOP,
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
    }
    for name in ("latitude", "longitude", "catchment_km"):
        if isinstance(overrides.get(name), float | int):
            overrides[name] = Decimal(str(overrides[name]))
    return PlaceDetails(**(fields | overrides))  # type: ignore[arg-type]


def make_place(
    code: str = "web", *, company: UnitInfo | None = None, **details: object
) -> PlaceInfo:
    """Make a place in a company: a web shop unless told otherwise."""
    home = company or make_company()
    draft = PlaceDraft(code, f"Place {code}", make_details(**details))
    return facade.ensure_place(actor=SYSTEM, company_key=home.key, place=draft, now=NOW)


def make_person(
    name: str = "Lin", *, role: RoleCode = RoleCode.OWNER, unit_id: str | None = None
) -> PersonInfo:
    """Make a person with a role, over the whole group unless told otherwise."""
    grant = RoleGrant(role, unit_id or make_group().id)
    email = f"{name.lower()}@example.com"
    return facade.create_person(actor=SYSTEM, email=email, name=name, grant=grant, now=NOW)


def actor_of_person(person: PersonInfo, *, now: datetime = NOW) -> Actor:
    """Return who the person acts as."""
    actor = facade.actor_for_person(person_key=person.key, now=now)
    assert actor is not None
    return actor


def make_actor(
    name: str = "Lin", *, role: RoleCode = RoleCode.OWNER, unit_id: str | None = None
) -> Actor:
    """Make a person with a role and return who they act as."""
    return actor_of_person(make_person(name, role=role, unit_id=unit_id))


def make_key(
    *, role: RoleCode = RoleCode.OWNER, unit_id: str | None = None, **grant: datetime
) -> IssuedApiKey:
    """Make an API key, over the whole group unless told otherwise."""
    given = RoleGrant(role, unit_id or make_group().id, **grant)
    return facade.create_api_key(actor=SYSTEM, name="Loader", grant=given, now=NOW)
