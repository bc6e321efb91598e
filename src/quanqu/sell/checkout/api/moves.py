"""The REST API that takes a step with many live orders: a wave is packed, a van leaves."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.api.routes import router
from quanqu.sell.checkout.api.schemas import Id, Text
from quanqu.sell.checkout.contracts import LiveState, Step

MovingStep = Literal["pick", "make_ready", "ship", "hand_over", "deliver", "complete"]


class MovesIn(Schema):
    """A step, and the orders that take it."""

    step: MovingStep
    orders: Annotated[list[Id], Field(min_length=1, max_length=facade.MOST_MOVED)]
    detail: Text = ""


class MoveProblemOut(Schema):
    """Why an order was not moved, as a call for it alone would say."""

    code: str
    detail: str


class MoveOut(Schema):
    """Where an order stands now, or why it was not moved."""

    order: Id
    state: LiveState | None
    problem: MoveProblemOut | None


class MovesOut(Schema):
    """The answers, in the order in which the orders were named."""

    items: list[MoveOut]


@router.post("/live-order-moves", response=MovesOut, summary="Take a step with many orders")
@idempotent
def move_orders(request: HttpRequest, body: MovesIn) -> dict[str, Any]:
    """Each takes the step by itself: what is refused to one does not stop the others.

    Where one of them is not there, none is moved.  A pickup is handed over by its own call, as that
    asks for its code.
    """
    ids = list(dict.fromkeys(decode("ord", one) for one in body.orders))
    found = facade.move_orders(
        actor=actor_of(request), order_ids=ids, step=Step(body.step), now=utc_now(),
        detail=body.detail,
    )  # fmt: skip
    return {"items": [_told(*pair) for pair in zip(dict.fromkeys(body.orders), found, strict=True)]}


def _told(order: str, found: Any) -> dict[str, Any]:
    if isinstance(found, QuanquError):
        return {
            "order": order,
            "state": None,
            "problem": {"code": found.code, "detail": str(found)},
        }
    return {"order": order, "state": found.state, "problem": None}
