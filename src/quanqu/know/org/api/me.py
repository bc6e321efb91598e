"""Oneself."""

from django.http import HttpRequest
from ninja import Router

from quanqu.infra.auth.contracts import ActorKind
from quanqu.infra.auth.facade import actor_of
from quanqu.kernel.time import utc_now
from quanqu.know.org import facade
from quanqu.know.org.api.render import person_out
from quanqu.know.org.api.schemas import ChannelOut, MeOut, PersonOut, PreferencesIn
from quanqu.know.org.contracts import ChannelInfo, PersonPreferences

router = Router(tags=["me"])


@router.get("/me", response=MeOut, summary="Who this call acts as")
def get_me(request: HttpRequest) -> MeOut:
    """Return the person or the key, with every permission it holds anywhere."""
    actor = actor_of(request)
    person = None
    if actor.kind is ActorKind.PERSON:
        person = person_out(facade.get_person(actor=actor, person_id=actor.id, now=utc_now()))
    permissions = sorted({code for grant in actor.grants for code in grant.permissions})
    return MeOut(
        kind=actor.kind.value,
        id=actor.id,
        name=actor.name,
        permissions=permissions,
        sees_everything=any(grant.scope.everything for grant in actor.grants),
        person=person,
    )


@router.put("/me/preferences", response=PersonOut, summary="Set language, zone and theme")
def put_preferences(request: HttpRequest, body: PreferencesIn) -> PersonOut:
    """Record how the signed-in person reads the console."""
    wanted = PersonPreferences(body.language, body.time_zone, body.theme)
    actor = actor_of(request)
    return person_out(facade.set_preferences(actor=actor, preferences=wanted, now=utc_now()))


@router.get("/channel-codes", response=list[ChannelOut], summary="Every channel")
def list_channels(request: HttpRequest) -> tuple[ChannelInfo, ...]:
    """Return the channels with their names in the caller's language."""
    actor_of(request)
    return facade.channels()
