"""Save policies: each change is a new version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.sell.returns.contracts import PolicyVersion
from quanqu.sell.returns.models import Policy as PolicyRow
from quanqu.sell.returns.queries.policies import policy_in_force, version_of
from quanqu.sell.returns.queries.rights import POLICY, require_company
from quanqu.sell.returns.rules.reading import read_policy, written

__all__ = ["save_policy"]

_LOCK_CLASS = 0x72657470  # "retp"
_LONGEST_NOTE = 200


def save_policy(
    *,
    actor: Actor,
    company_key: int,
    body: Mapping[str, Any],
    now: datetime,
    note: str = "",
) -> PolicyVersion:
    """Put a policy in force for returns that are opened from now on; the same again is the same.

    Returns that are open keep the version they were opened under.  Locks: the company's policies.
    Raises: NotAllowedError, ReturnPolicyFormatError.
    """
    require_company(actor, POLICY, company_key)
    policy = read_policy(body)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, company_key])
        last = policy_in_force(company_key)
        if last.policy == policy:
            return last
        row = PolicyRow.objects.create(
            company_key=company_key,
            number=last.number + 1,
            body=written(policy),
            note=note[:_LONGEST_NOTE],
            made_by=actor.id,
            made_at=now,
        )
        record(
            actor=actor, action="returns.save_policy", subject=f"company {company_key}", now=now,
            before={"number": last.number}, after={"number": row.number},
        )  # fmt: skip
    return version_of(row)
