"""Where an import's facts happen: the place asked for, the channel's own, those the rows name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from quanqu.doors.connectors.contracts import ImportRequest, Manifest
from quanqu.doors.connectors.rules.orders import PlaceOf
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org.contracts import ChannelCode, PlaceDetails, PlaceDraft, PlaceInfo, PlaceType
from quanqu.know.org.facade import (
    companies_by_key,
    ensure_company,
    ensure_place,
    ensure_places,
    places_by_key,
)

__all__ = [
    "PERMISSION",
    "Ground",
    "Manner",
    "currency_there",
    "find_ground",
    "find_there",
    "ground_of",
    "place_code",
    "places_for",
]

PERMISSION = "imports.run"


@dataclass(frozen=True, slots=True)
class Ground:
    """The place an import works for, and what a place that rows name is made like.

    `allowed`: the keys of the places the importer may touch, None for all of the company.
    """

    place: PlaceInfo
    details: PlaceDetails
    allowed: frozenset[int] | None = None

    @property
    def company_key(self) -> int:
        """The company every fact of the import belongs to."""
        return self.place.company_key


@dataclass(frozen=True, slots=True)
class Manner:
    """Currency and time zone a new place (and its company) is made with; empty: the channel's."""

    currency: str = ""
    zone: str = ""


def currency_there(*, manifest: Manifest, request: ImportRequest) -> str:
    """Return the currency of the place asked for, or the channel's where there is none yet."""
    place = _existing(place_code(manifest, request), request)
    return place.currency if place is not None else manifest.currency


def find_ground(
    *,
    actor: Actor,
    manifest: Manifest,
    request: ImportRequest,
    now: datetime,
    manner: Manner | None = None,
) -> Ground:
    """Return the place of an import, made with its company on the first import of the channel.

    Raises: NotAllowedError when the actor may not import there.
    """
    actor.require(PERMISSION)
    details = _details(manifest, manner)
    code = place_code(manifest, request)
    place = _existing(code, request) or _made(actor, manifest, request, code, details, now)
    ground = Ground(place, details, _allowed(actor, place))
    _check(ground, [place])
    return ground


def find_there(*, actor: Actor, manifest: Manifest, request: ImportRequest) -> Ground | None:
    """Return the place of a rehearsal if it is there already; a rehearsal makes none.

    Raises: NotAllowedError.
    """
    actor.require(PERMISSION)
    place = _existing(place_code(manifest, request), request)
    if place is None:
        if actor.scope(PERMISSION).everything:
            return None
        raise NotAllowedError(permission=PERMISSION)
    ground = Ground(place, _details(manifest), _allowed(actor, place))
    _check(ground, [place])
    return ground


def place_code(manifest: Manifest, request: ImportRequest) -> str:
    """Return the code of the place asked for, else the channel's own."""
    return request.place_code or manifest.place.code or manifest.code.replace("_", "-")


def ground_of(*, manifest: Manifest, place_key: int, allowed: frozenset[int] | None) -> Ground:
    """Return the ground of a run that was allowed before."""
    return Ground(places_by_key(keys=[place_key])[place_key], _details(manifest), allowed)


def places_for(*, ground: Ground, codes: Sequence[str], now: datetime) -> dict[str | None, PlaceOf]:
    """Return places by the codes rows name, adding new ones like the channel's own.

    Raises: NotAllowedError when a row names a place the importer may not touch.
    """
    found: dict[str | None, PlaceOf] = {None: _place_of(ground.place)}
    if codes:
        drafts = [PlaceDraft(code, _titled(code), ground.details) for code in codes]
        made = ensure_places(actor=SYSTEM, company_key=ground.company_key, places=drafts, now=now)
        _check(ground, made.values())
        found |= {code: _place_of(place) for code, place in made.items()}
    return found


def _allowed(actor: Actor, place: PlaceInfo) -> frozenset[int] | None:
    """Return the places the actor may import to: None when a grant covers the whole company."""
    scope = actor.scope(PERMISSION)
    path = companies_by_key(keys=[place.company_key])[place.company_key].path
    covering = any(
        PERMISSION in grant.permissions and grant.path and path.startswith(grant.path)
        for grant in actor.grants
    )
    return None if scope.everything or covering else scope.places


def _check(ground: Ground, places: Iterable[PlaceInfo]) -> None:
    if ground.allowed is not None and not ground.allowed.issuperset(p.key for p in places):
        raise NotAllowedError(permission=PERMISSION)


def _existing(code: str, request: ImportRequest) -> PlaceInfo | None:
    named = [
        place
        for place in places_by_key().values()
        if place.code == code and request.company_code in ("", place.company_code)
    ]
    return named[0] if len(named) == 1 else None


def _made(
    actor: Actor,
    manifest: Manifest,
    request: ImportRequest,
    code: str,
    details: PlaceDetails,
    now: datetime,
) -> PlaceInfo:
    company_code = request.company_code or manifest.company or code
    company = ensure_company(
        actor=actor,
        code=company_code,
        name=_company_name(manifest, company_code),
        currency=details.currency,
        now=now,
    )
    name = manifest.place.name if code == manifest.place.code else None
    draft = PlaceDraft(code, name or _titled(code), details)
    return ensure_place(actor=actor, company_key=company.key, place=draft, now=now)


def _details(manifest: Manifest, manner: Manner | None = None) -> PlaceDetails:
    spec = manifest.place
    told = manner or Manner()
    return PlaceDetails(
        place_type=PlaceType(spec.type),
        currency=told.currency or manifest.currency,
        time_zone=told.zone or manifest.zone,
        channel=ChannelCode(spec.channel) if spec.channel else None,
    )


def _company_name(manifest: Manifest, code: str) -> str:
    return manifest.names["en"].partition(" (")[0] if code == manifest.company else _titled(code)


def _titled(code: str) -> str:
    return code.replace("-", " ").replace("_", " ").capitalize()


def _place_of(place: PlaceInfo) -> PlaceOf:
    return PlaceOf(place.key, place.company_key, place.time_zone)
