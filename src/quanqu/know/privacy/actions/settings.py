"""Change how requests are dealt with, how long data is kept, and lift a restriction."""

from datetime import datetime

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import decode
from quanqu.know.consent import facade as consent
from quanqu.know.privacy.contracts import (
    ERASE,
    MANAGE,
    PrivacyPolicy,
    RequestKind,
    RetentionDaysError,
)
from quanqu.know.privacy.models import Policy, Request, Restricted, RetentionRule
from quanqu.know.privacy.queries.policy import present_policy
from quanqu.know.privacy.queries.retention import chosen_days, sort_of
from quanqu.know.privacy.queries.rights import reference_of, require_whole

_LIMITS = {"pipl_days": (1, 90), "package_days": (1, 90), "backup_days": (1, 3650)}


@transaction.atomic
def set_policy(*, actor: Actor, policy: PrivacyPolicy, now: datetime) -> PrivacyPolicy:
    """Change how requests are dealt with from now on.

    Raises: NotAllowedError, RetentionDaysError.
    """
    require_whole(actor, ERASE)
    before = present_policy()
    values = {name: getattr(policy, name) for name in _LIMITS}
    for name, (least, most) in _LIMITS.items():
        if not least <= values[name] <= most:
            raise RetentionDaysError(rule=name, least=least, most=most)
    values["needs_second_person"] = policy.needs_second_person
    Policy.objects.update_or_create(key=1, defaults=values)
    changed = [name for name in values if getattr(before, name) != values[name]]
    record(
        actor=actor,
        action="privacy.set_policy",
        subject="privacy",
        now=now,
        before={name: getattr(before, name) for name in changed},
        after={name: values[name] for name in changed},
    )
    return present_policy()


@transaction.atomic
def set_retention(*, actor: Actor, code: str, days: int | None, now: datetime) -> None:
    """Change how long data of one sort is kept; None: for ever.

    Raises: NotAllowedError, NotFoundError, RetentionDaysError.
    """
    require_whole(actor, ERASE)
    sort = sort_of(code)
    before = chosen_days()[code]
    if days is not None and not sort.least <= days <= sort.most:
        raise RetentionDaysError(rule=code, least=sort.least, most=sort.most)
    RetentionRule.objects.update_or_create(code=code, defaults={"days": days, "changed_at": now})
    record(
        actor=actor,
        action="privacy.set_retention",
        subject=f"retention:{code}",
        now=now,
        before={"days": before},
        after={"days": days},
    )


@transaction.atomic
def lift_restriction(*, actor: Actor, customer_id: str, kind: RequestKind, now: datetime) -> bool:
    """Take a restriction or an opt-out back, as the person asked; False where there was none.

    Raises: NotAllowedError, MalformedIdError.
    """
    require_whole(actor, MANAGE)
    found = Restricted.objects.filter(customer_id=decode("cus", customer_id), kind=kind.value)
    deleted, _ = found.delete()
    carried = Request.objects.filter(
        kind=kind.value, customer_ids=[decode("cus", customer_id)], closed_at__isnull=False
    )
    for request_id in carried.values_list("id", flat=True):
        consent.lift_restrictions(reference=reference_of(request_id), now=now)
    if deleted:
        record(
            actor=actor,
            action="privacy.lift_restriction",
            subject=customer_id,
            now=now,
            before={"kind": kind.value},
        )
    return bool(deleted)
