"""What a place offers to sourcing, as an actor may see it."""

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import UnitNotFoundError
from quanqu.know.org.facade import get_place
from quanqu.sell.sourcing.contracts import PlaceOffer
from quanqu.sell.sourcing.queries.places import offers_by_place, usual_offer
from quanqu.sell.sourcing.queries.rights import VIEW

__all__ = ["get_offer"]


def get_offer(*, actor: Actor, place_id: str) -> PlaceOffer:
    """Return what was said of a place, or what is usual for its kind.

    Raises: NotAllowedError, UnitNotFoundError, MalformedIdError.
    """
    actor.require(VIEW)
    place = get_place(actor=actor, place_id=place_id)
    scope = actor.scope(VIEW)
    if not (scope.everything or place.key in scope.places):
        raise UnitNotFoundError(ref=place_id)
    return offers_by_place([place.key]).get(place.key, usual_offer(place.details.place_type))
