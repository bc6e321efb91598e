"""Draft identity rules, look at what they would change, and put them in force."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.jobs.facade import defer
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.customers.actions.effects import compare, write_whole
from quanqu.know.customers.actions.resolve import lock_identity
from quanqu.know.customers.contracts import (
    NoDraftError,
    RuleMistakesError,
    RulesBusyError,
    RuleSetRow,
    Simulation,
)
from quanqu.know.customers.models import RuleSetVersion
from quanqu.know.customers.queries.examples import examples
from quanqu.know.customers.queries.ruleset import (
    active_rules,
    read_content,
    row_of,
    sealed_content,
)
from quanqu.know.customers.rules.reading import read_rules

ACTIVATE_JOB: Final = "customers.activate_rules"
LONGEST_NOTE: Final = 300


def save_draft(
    *, actor: Actor, content: Mapping[str, Any], note: str = "", now: datetime
) -> RuleSetRow:
    """Keep a draft of the identity rules: the rules in force changed by `content`, replacing an
    earlier draft.  Nothing changes until it is activated.

    Shapes: `content` may have `types` (type → links, priority, limit, window_days, shared_above,
    blocked_values, blocked_patterns); what it leaves out stays as it is in force.
    Raises: NotAllowedError, RuleMistakesError, RulesBusyError.
    """
    require_everything(actor)
    with transaction.atomic():
        _refuse_while_activating()
        rules, mistakes = read_rules(content, active_rules().rules)
        if mistakes:
            raise RuleMistakesError(mistakes)
        highest = RuleSetVersion.objects.exclude(status="draft").order_by("-version").first()
        draft, _ = RuleSetVersion.objects.update_or_create(
            status="draft",
            defaults={
                "version": (highest.version if highest else 0) + 1,
                "content": sealed_content(rules),
                "note": note[:LONGEST_NOTE],
                "changed_by": actor.name,
                "changed_at": now,
            },
        )
        after = {"version": draft.version}
        record(
            actor=actor, action="customers.draft_rules", subject="identity", after=after, now=now
        )
    return row_of(draft)


def discard_draft(*, actor: Actor, now: datetime) -> None:
    """Throw the draft away. Raises: NotAllowedError, NoDraftError."""
    require_everything(actor)
    with transaction.atomic():
        draft = _draft()
        draft.delete()
        before = {"version": draft.version}
        record(
            actor=actor,
            action="customers.discard_rules",
            subject="identity",
            before=before,
            now=now,
        )


def simulate_draft(*, actor: Actor) -> Simulation:
    """Work out what the draft would change over everything stored, with at most 20 examples of
    customers that would merge and of customers that would split; nothing is written.

    Raises: NotAllowedError, NoDraftError.
    """
    require_everything(actor)
    found = compare(read_content(bytes(_draft().content)))
    return examples(found.effect, found.stored, found.told, found.splitting)


def activate_draft(*, actor: Actor, now: datetime) -> RuleSetRow:
    """Put the draft in force: queue the recomputation of everything, which is one transaction.

    Killed half-way it changes nothing and is tried again; asked for while it is under way, it is
    only queued again.  Raises: NotAllowedError, NoDraftError.
    """
    require_everything(actor)
    with transaction.atomic():
        draft = RuleSetVersion.objects.filter(status="activating").first() or _draft()
        draft.status, draft.activated_by, draft.activated_at = "activating", actor.name, now
        draft.save(update_fields=["status", "activated_by", "activated_at"])
        after = {"version": draft.version}
        record(
            actor=actor, action="customers.activate_rules", subject="identity", after=after, now=now
        )
        defer(ACTIVATE_JOB, once=ACTIVATE_JOB, version=draft.version)
    return row_of(draft)


def run_activation(*, version: int, now: datetime) -> int:
    """Recompute every customer under the version being activated, and put it in force.

    Returns how many customers changed; 0 when the version is not being activated (any more).
    Locks: the identity lock.  Emits: CustomersMerged, CustomersSplit.
    """
    with transaction.atomic():
        lock_identity()
        coming = (
            RuleSetVersion.objects.select_for_update()
            .filter(version=version, status="activating")
            .first()
        )
        if coming is None:
            return 0
        found = compare(read_content(bytes(coming.content)))
        write_whole(found, cause=f"rules:{version}", now=now)
        RuleSetVersion.objects.filter(status="active").update(status="retired")
        coming.status, coming.effect = "active", found.effect
        coming.save(update_fields=["status", "effect"])
        record(
            actor=SYSTEM,
            action="customers.rules_activated",
            subject="identity",
            after={"version": version, **found.effect},
            now=now,
        )
    return found.effect["merging"] + found.effect["splitting"]


def require_everything(actor: Actor) -> None:
    """Identity is the whole group's: its rules are changed by who may manage customers everywhere.

    Raises: NotAllowedError.
    """
    actor.require("customers.manage")
    if not actor.scope("customers.manage").everything:
        raise NotAllowedError(permission="customers.manage")


def _draft() -> RuleSetVersion:
    found = RuleSetVersion.objects.filter(status="draft").first()
    if found is None:
        raise NoDraftError
    return found


def _refuse_while_activating() -> None:
    busy = RuleSetVersion.objects.filter(status="activating").first()
    if busy is not None:
        raise RulesBusyError(version=busy.version)
