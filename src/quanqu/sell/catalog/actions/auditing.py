"""Run the consistency audit of a company; keep what people decided about its findings."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import temp_table
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import decode
from quanqu.sell.catalog.actions.observing import OBSERVATIONS
from quanqu.sell.catalog.actions.statements import lock_company, rows, run
from quanqu.sell.catalog.contracts import (
    AuditOutcome,
    AuditPolicy,
    FindingNotFoundError,
    FindingState,
    PolicyRangeError,
)
from quanqu.sell.catalog.models import Finding, Policy
from quanqu.sell.catalog.queries import policy_of

_PERMISSION: Final = "catalog.manage"
_OBSERVED: Final = {
    "variant_key": "bigint",
    "kind": "text",
    "severity": "text",
    "values": "jsonb",
    "evidence_at": "timestamptz",
}
# A decision holds while the values it was made on hold; "resolved" is taken at its word until the
# channel was seen again.
_WEIGH: Final = """
CREATE TEMPORARY TABLE catalog_weighed ON COMMIT DROP AS
SELECT o.*, f.key AS finding_key,
       f.state IS NOT NULL AND (
           f.state = 'open' OR (f.values = o.values AND (
               f.state = 'accepted'
               OR (f.decided_by <> '' AND o.evidence_at <= f.decided_at)))
       ) AS is_kept
FROM catalog_observed o
LEFT JOIN catalog_finding f ON f.variant_key = o.variant_key AND f.kind = o.kind
"""
_TALLY: Final = """
SELECT count(*) FILTER (WHERE finding_key IS NULL),
       count(*) FILTER (WHERE finding_key IS NOT NULL AND NOT is_kept),
       count(*) FILTER (WHERE is_kept)
FROM catalog_weighed
"""
_OPEN: Final = """
INSERT INTO catalog_finding (id, company_key, variant_key, kind, severity, state, values,
    first_seen_at, last_seen_at, evidence_at, decided_by, note)
SELECT gen_random_uuid(), %(company)s, variant_key, kind, severity, 'open', values,
       %(now)s, %(now)s, evidence_at, '', ''
FROM catalog_weighed WHERE finding_key IS NULL ORDER BY variant_key, kind
"""
_RENEW: Final = """
UPDATE catalog_finding f
SET severity = w.severity, values = w.values, evidence_at = w.evidence_at, last_seen_at = %(now)s,
    state = CASE WHEN w.is_kept THEN f.state ELSE 'open' END,
    decided_by = CASE WHEN w.is_kept THEN f.decided_by ELSE '' END,
    decided_at = CASE WHEN w.is_kept THEN f.decided_at END,
    note = CASE WHEN w.is_kept THEN f.note ELSE '' END
FROM catalog_weighed w WHERE f.key = w.finding_key
"""
_CLOSE: Final = """
UPDATE catalog_finding f SET state = 'resolved', decided_by = '', decided_at = %(now)s, note = ''
WHERE f.company_key = %(company)s AND f.state <> 'resolved' AND NOT EXISTS (
    SELECT FROM catalog_observed o WHERE o.variant_key = f.variant_key AND o.kind = f.kind
)
"""


@transaction.atomic
def audit_listings(*, actor: Actor, company_key: int, now: datetime) -> AuditOutcome:
    """Compare what a company's places show of each variant, and check its barcodes.

    One finding per variant and kind.  A finding that is gone is closed; an accepted one stays
    accepted while its values stay; a resolved one opens again if the channel still shows it.
    Locks: the company's catalogue.  Raises: NotAllowedError.  Source: docs/rules/catalog.md.
    """
    _require_company(actor, company_key)
    lock_company(company_key)
    policy = policy_of(company_key)
    params = {
        "company": company_key,
        "now": now,
        "price_tolerance": policy.price_tolerance_rate,
        "text_similarity": policy.text_similarity_rate,
    }
    temp_table(name="catalog_observed", columns=_OBSERVED)
    for statement in OBSERVATIONS:
        run(statement, params)
    run("DROP TABLE IF EXISTS pg_temp.catalog_weighed")
    run(_WEIGH)
    ((opened, reopened, kept),) = rows(_TALLY)
    run(_OPEN, params)
    run(_RENEW, params)
    return AuditOutcome(opened, reopened, kept, closed=run(_CLOSE, params))


@transaction.atomic
def decide_findings(
    *,
    actor: Actor,
    finding_ids: Sequence[str],
    state: FindingState,
    note: str = "",
    now: datetime,
) -> int:
    """Accept, resolve or open findings again; return how many changed.

    Raises: NotAllowedError; FindingNotFoundError when any is not the actor's to see.
    """
    actor.require(_PERMISSION)
    scope = actor.scope(_PERMISSION)
    wanted = {decode("fnd", text): text for text in finding_ids}
    found = Finding.objects.select_for_update().filter(id__in=wanted).order_by("key")
    if not scope.everything:
        found = found.filter(company_key__in=scope.companies)
    seen = {row.id: row for row in found}
    for value, text in wanted.items():
        if value not in seen:
            raise FindingNotFoundError(ref=text)
    changed = [row for row in seen.values() if row.state != state.value]
    before = {wanted[row.id]: row.state for row in changed}
    is_open = state is FindingState.OPEN
    for row in changed:
        row.state = state.value
        row.decided_by, row.decided_at = ("", None) if is_open else (actor.name, now)
        row.note = note
    Finding.objects.bulk_update(changed, ["state", "decided_by", "decided_at", "note"])
    if changed:
        subject = next(iter(before)) if len(before) == 1 else f"{len(before)} findings"
        after = {"state": state.value, "note": note}
        record(
            actor=actor,
            action="catalog.decide_findings",
            subject=subject,
            before=before,
            after=after,
            now=now,
        )
    return len(changed)


@transaction.atomic
def set_policy(
    *, actor: Actor, company_key: int, policy: AuditPolicy, now: datetime
) -> AuditPolicy:
    """Set the audit's tolerances of a company. Raises: NotAllowedError, PolicyRangeError."""
    _require_company(actor, company_key)
    rates = {
        "price_tolerance_rate": policy.price_tolerance_rate,
        "text_similarity_rate": policy.text_similarity_rate,
    }
    for field, rate in rates.items():
        if not Decimal(0) <= rate <= Decimal(1):
            raise PolicyRangeError(field=field, low=0, high=1)
    before = policy_of(company_key)
    Policy.objects.update_or_create(company_key=company_key, defaults=rates)
    record(
        actor=actor,
        action="catalog.set_policy",
        subject=f"audit policy of company {company_key}",
        before={name: str(getattr(before, name)) for name in rates},
        after={name: str(rate) for name, rate in rates.items()},
        now=now,
    )
    return policy_of(company_key)


def _require_company(actor: Actor, company_key: int) -> None:
    actor.require(_PERMISSION)
    scope = actor.scope(_PERMISSION)
    if not (scope.everything or company_key in scope.companies):
        raise NotAllowedError(permission=_PERMISSION)
