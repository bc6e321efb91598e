"""Policies of companies: the one in force, and those before it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.returns.contracts import Policy, PolicyTrial, PolicyVersion, Verdict
from quanqu.sell.returns.models import Policy as PolicyRow
from quanqu.sell.returns.queries.rights import VIEW, require_company
from quanqu.sell.returns.rules.policy import try_out
from quanqu.sell.returns.rules.reading import policy_schema as schema_of_policies
from quanqu.sell.returns.rules.reading import read_policy, written

__all__ = [
    "companies_taken_back_at",
    "get_policy",
    "list_policies",
    "policy_in_force",
    "policy_json",
    "policy_numbered",
    "policy_schema",
    "try_policy",
    "version_of",
]

_MOST = 100


def get_policy(*, actor: Actor, company_key: int) -> PolicyVersion:
    """Return the policy of a company in force. Raises: NotAllowedError, ReturnPolicyFormatError."""
    require_company(actor, VIEW, company_key)
    return policy_in_force(company_key)


def list_policies(*, actor: Actor, company_key: int) -> tuple[PolicyVersion, ...]:
    """Return the versions of a company's policy, the newest first, at most 100.

    Raises: NotAllowedError, ReturnPolicyFormatError.
    """
    require_company(actor, VIEW, company_key)
    rows = PolicyRow.objects.filter(company_key=company_key).order_by("-number")[:_MOST]
    return tuple(map(version_of, rows))


def policy_in_force(company_key: int) -> PolicyVersion:
    """Return the newest policy of a company, or the standard; no rights are checked here."""
    row = PolicyRow.objects.filter(company_key=company_key).order_by("-number").first()
    return version_of(row) if row else _standard(company_key)


def companies_taken_back_at(company_key: int) -> frozenset[int]:
    """Return the companies whose goods come back to places of a company: its own, and those whose
    policy in force says so; no rights are checked here."""
    newest = PolicyRow.objects.order_by("company_key", "-number").distinct("company_key")
    others = {row.company_key for row in newest if row.body.get("in_group")}
    return frozenset({company_key, *others})


def policy_numbered(company_key: int, number: int) -> Policy:
    """Return a policy that was in force; no rights are checked here."""
    if number == 0:
        return _standard(company_key).policy
    row = PolicyRow.objects.get(company_key=company_key, number=number)
    return version_of(row).policy


def version_of(row: PolicyRow) -> PolicyVersion:
    """Return a row as a contract."""
    return PolicyVersion(
        row.company_key, row.number, read_policy(row.body), row.note, row.made_by, row.made_at
    )


def _standard(company_key: int) -> PolicyVersion:
    company = companies_by_key(keys=[company_key])[company_key]
    return PolicyVersion(company_key, 0, Policy(currency=company.currency), "", "", None)


def policy_json(*, policy: Policy) -> dict[str, object]:
    """Return a policy as the JSON object it is saved and shown as."""
    return written(policy)


def policy_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of a policy."""
    return schema_of_policies()


def try_policy(
    *, actor: Actor, body: Mapping[str, Any], trial: PolicyTrial, today: date
) -> Verdict:
    """Say what a policy that is not saved would say of a made-up purchase.

    Raises: NotAllowedError, ReturnPolicyFormatError, ReturnLineError.
    """
    actor.require(VIEW)
    return try_out(read_policy(body), trial, today=today)
