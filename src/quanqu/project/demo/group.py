"""The demo's tree: one company, its real web shop, and four simulated places around it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org import facade as org
from quanqu.know.org.contracts import (
    PlaceDetails,
    PlaceDraft,
    PlaceInfo,
    PlaceType,
    RoleCode,
    RoleGrant,
)
from quanqu.know.timeline import facade as timeline
from quanqu.know.timeline.contracts import SourceDraft, SourceKind

GROUP: Final = "Demo group"
COMPANY: Final = "online-retail"
SHOP, STORE, APP, MAIL, DESK = "online-retail", "store", "app", "newsletter", "order-desk"
OWNER_EMAIL: Final = "owner@demo.example"

_CURRENCY, _ZONE = "GBP", "Europe/London"


@dataclass(frozen=True)
class DemoGroup:
    """What the demo loads into: places by code, and the person who may see all of it."""

    places: dict[str, PlaceInfo]
    owner_id: str


def ensure_group(*, now: datetime) -> DemoGroup:
    """Make the tree, its sources and its owner, or find them as they are."""
    root = org.ensure_group(actor=SYSTEM, name=GROUP, currency=_CURRENCY, now=now)
    brand = org.ensure_brand(actor=SYSTEM, code="gifts", name="Gifts", now=now)
    company = org.ensure_company(
        actor=SYSTEM,
        code=COMPANY,
        name="Online Retail",
        currency=_CURRENCY,
        now=now,
        brand_code=brand.code,
    )
    drafts = [
        _draft(SHOP, "Web shop", PlaceType.WEB_SHOP, is_simulated=False),
        _draft(STORE, "High street store", PlaceType.STORE, is_simulated=True),
        _draft(APP, "App", PlaceType.APP, is_simulated=True),
        _draft(MAIL, "Newsletter", PlaceType.MESSAGING, is_simulated=True),
        _draft(DESK, "Order desk", PlaceType.CALL_CENTRE, is_simulated=True),
    ]
    places = org.ensure_places(actor=SYSTEM, company_key=company.key, places=drafts, now=now)
    for code, kind in ((APP, SourceKind.APP), (MAIL, SourceKind.SERVER)):
        timeline.ensure_source(
            draft=SourceDraft(
                name=places[code].name,
                code=source_code(code),
                place_key=places[code].key,
                is_simulated=True,
                kind=kind,
            ),
            now=now,
        )
    return DemoGroup(places, _owner(root.id, now))


def source_code(place_code: str) -> str:
    """Return the code of the event source of a demo place."""
    return f"demo-{place_code}"


def _draft(code: str, name: str, place_type: PlaceType, *, is_simulated: bool) -> PlaceDraft:
    details = PlaceDetails(
        place_type=place_type,
        currency=_CURRENCY,
        time_zone=_ZONE,
        country="GB",
        is_simulated=is_simulated,
    )
    return PlaceDraft(code, name, details)


def _owner(root_id: str, now: datetime) -> str:
    found = org.find_person_by_email(email=OWNER_EMAIL, now=now)
    if found is None:
        grant = RoleGrant(RoleCode.OWNER, root_id)
        found = org.create_person(
            actor=SYSTEM, email=OWNER_EMAIL, name="Demo owner", grant=grant, now=now
        )
    return found.id
