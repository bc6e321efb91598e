"""Identity rules by API: read, draft, simulate, activate; and what they refuse."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now
from quanqu.know.customers import facade
from quanqu.know.customers.api.identity_schemas import (
    BreachOut,
    BreachQuery,
    RuleSetIn,
    RuleSetOut,
    SimulationOut,
    SplitIn,
    SplitOut,
    breach_out,
    rule_set_out,
    simulation_out,
)
from quanqu.know.customers.api.schemas import CustomerId

router = Router(tags=["identity"])


@router.get("/identity/rules", response=list[RuleSetOut], summary="Identity rules")
def list_rules(request: HttpRequest) -> list[dict[str, Any]]:
    """Every version of the identity rules, newest first; one is active."""
    return [rule_set_out(row) for row in facade.list_rule_sets(actor=actor_of(request))]


@router.put("/identity/rules/draft", response=RuleSetOut, summary="Save a draft")
def put_draft(request: HttpRequest, body: RuleSetIn) -> dict[str, Any]:
    """Keep a draft; what it leaves out stays as it is in force.  Nothing changes yet."""
    content = body.model_dump(exclude_unset=True, exclude={"note"})
    row = facade.save_draft(actor=actor_of(request), content=content, note=body.note, now=utc_now())
    return rule_set_out(row)


@router.delete("/identity/rules/draft", response={204: None}, summary="Discard the draft")
def delete_draft(request: HttpRequest) -> None:
    """Throw the draft away."""
    facade.discard_draft(actor=actor_of(request), now=utc_now())


@router.post(
    "/identity/rules/draft/simulation", response=SimulationOut, summary="Simulate the draft"
)
def simulate(request: HttpRequest) -> dict[str, Any]:
    """What the draft would merge and split over everything stored, with examples; masked."""
    return simulation_out(facade.simulate_draft(actor=actor_of(request)))


@router.post("/identity/rules/draft/activation", response=RuleSetOut, summary="Activate the draft")
@idempotent
def activate(request: HttpRequest) -> dict[str, Any]:
    """Recompute every customer under the draft, in the background, and put it in force."""
    return rule_set_out(facade.activate_draft(actor=actor_of(request), now=utc_now()))


@router.get("/identity/breaches", response=PageOut[BreachOut], summary="Refused links")
def list_breaches(
    request: HttpRequest, query: Query[BreachQuery], page: Query[PageParams]
) -> dict[str, object]:
    """What the identity rules refuse in scope, newest first."""
    found = facade.list_breaches(
        actor=actor_of(request),
        kind=query.kind,
        type_=query.type.value if query.type else None,
        cursor=page.cursor,
        limit=page.limit,
    )
    return cursor_page(request, found, breach_out)


@router.post("/customers/{customer_id}/splits", response=SplitOut, summary="Split off identifiers")
@idempotent
def split(request: HttpRequest, customer_id: Path[CustomerId], body: SplitIn) -> dict[str, int]:
    """Say that identifiers are somebody else's; they leave and stay away until it is lifted."""
    verdict = facade.split_identifiers(
        actor=actor_of(request),
        customer_id=decode("cus", customer_id),
        identifier_ids=[decode("idn", text) for text in body.identifiers],
        reason=body.reason,
        now=utc_now(),
    )
    return {"verdict": verdict}


@router.delete("/customers/verdicts/{key}", response={204: None}, summary="Lift a verdict")
def lift(request: HttpRequest, key: Annotated[int, Path(ge=1, lt=1 << 63)]) -> None:
    """Undo a split: what the evidence joins comes together again."""
    facade.lift_verdict(actor=actor_of(request), verdict_key=key, now=utc_now())
