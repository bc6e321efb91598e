"""The REST API of return policies."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import get_unit
from quanqu.sell.returns import facade
from quanqu.sell.returns.api import render
from quanqu.sell.returns.api.schemas import Id, ReturnPolicyIn, ReturnPolicyOut

router = Router()


@router.get(
    "/companies/{company_id}/return-policies",
    response=list[ReturnPolicyOut],
    summary="List return policies",
)
def list_policies(request: HttpRequest, company_id: Path[Id]) -> list[dict[str, Any]]:
    """The versions of a company's policy, the one in force first."""
    actor = actor_of(request)
    key = _company(actor, company_id)
    found = facade.list_policies(actor=actor, company_key=key)
    return [
        render.policy(one) for one in found or (facade.get_policy(actor=actor, company_key=key),)
    ]


@router.get("/return-policies/schema", response=dict[str, Any], summary="The schema of a policy")
def get_schema(request: HttpRequest) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a policy."""
    actor_of(request).require("returns.view")
    return facade.policy_schema()


@router.put(
    "/companies/{company_id}/return-policies",
    response=ReturnPolicyOut,
    summary="Put a policy in force",
)
@idempotent
def save_policy(request: HttpRequest, company_id: Path[Id], body: ReturnPolicyIn) -> dict[str, Any]:
    """Put a policy in force for returns that are opened from now on."""
    actor = actor_of(request)
    made = facade.save_policy(
        actor=actor,
        company_key=_company(actor, company_id),
        body=body.policy,
        note=body.note,
        now=utc_now(),
    )
    return render.policy(made)


def _company(actor: Actor, company_id: str) -> int:
    return get_unit(actor=actor, unit_id=company_id).key
