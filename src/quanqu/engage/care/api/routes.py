"""The calls: open matters and the next action of one customer."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from quanqu.engage.care import facade
from quanqu.engage.care.api.schemas import ActionOut, MattersOut, action_out, matters_out
from quanqu.infra.auth.facade import actor_of
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now

router = Router(tags=["customers"])

CustomerId = Annotated[str, Field(max_length=40, examples=["cus_01hz0000000000000000000000"])]


@router.get(
    "/customers/{customer_id}/matters", response=MattersOut, summary="Open matters of a customer"
)
def list_matters(request: HttpRequest, customer_id: Path[CustomerId]) -> dict[str, object]:
    """What is unfinished: privacy requests, pairs to review, refused links, consents in conflict or
    ending within 30 days, orders not paid, not sent or not given back.

    Each is shown to whom its room shows it; `hidden` names the parts you may not see.
    """
    id_, now = decode("cus", customer_id), utc_now()
    found = facade.list_matters(actor=actor_of(request), customer_id=id_, now=now)
    return matters_out(found, customer=customer_id, now=now)


@router.get(
    "/customers/{customer_id}/next-action", response=ActionOut, summary="Next action for a customer"
)
def get_next_action(request: HttpRequest, customer_id: Path[CustomerId]) -> object:
    """The one best thing to do now with its reason, and what was considered and not chosen.

    Service comes before selling, and nobody is to be contacted whom the gate refuses. For who asked
    that no machine decides about them nothing is worked out.
    """
    id_ = decode("cus", customer_id)
    found = facade.look_after(actor=actor_of(request), customer_id=id_, now=utc_now())
    return action_out(found.action, reach=found.facts.reach, hidden=found.facts.matters.hidden)
