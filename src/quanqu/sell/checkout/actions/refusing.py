"""What else than too few goods refuses an order, named as the shopper knows it."""

from collections.abc import Mapping

from quanqu.kernel.errors import QuanquError
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.contracts import (
    BuyerLimitError,
    Hold,
    PlaceClosedError,
    QueueWaitingError,
)

__all__ = ["other_refusal"]


def other_refusal(hold: Hold, skus: Mapping[int, str]) -> QuanquError | None:
    """Return why goods were not held, if it is a limit, a closed place or a line of others.

    `skus`: what the items of the order are called.
    """
    if hold.over:
        return _over(hold, skus)
    if hold.closed:
        places = [one.id for _, one in sorted(places_by_key(keys=hold.closed).items())]
        return PlaceClosedError(place=places[0], places=places)
    return _queued(hold, skus) if hold.queued else None


def _over(hold: Hold, skus: Mapping[int, str]) -> BuyerLimitError:
    over = [
        {"sku": skus[one.variant_key], "asked": one.asked, "left": one.left, "most": one.most}
        for one in hold.over
    ]
    return BuyerLimitError(count=len(over), over=over)


def _queued(hold: Hold, skus: Mapping[int, str]) -> QueueWaitingError:
    places = places_by_key(keys={place for place, _ in hold.queued})
    items = [{"place": places[place].id, "sku": skus[item]} for place, item in hold.queued]
    return QueueWaitingError(count=len(items), items=items)
