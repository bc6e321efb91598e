"""Draft identity rules, look at what they would change, and put them in force."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.jobs.facade import defer
from quanqu.infra.lake.contracts import WHOLE
from quanqu.infra.lake.facade import mark_dirty
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.customers.actions.apply import refresh_customers
from quanqu.know.customers.actions.effects import compare, write_whole
from quanqu.know.customers.actions.resolve import lock_identity
from quanqu.know.customers.contracts import (
    NoDraftError,
    RuleMistakesError,
    RulesBusyError,
    RuleSet,
    RuleSetRow,
    Simulation,
)
from quanqu.know.customers.models import Customer, RuleSetVersion, SourceRank
from quanqu.know.customers.queries.examples import examples
from quanqu.know.customers.queries.field_changes import (
    count_changes,
    example_changes,
    other_fields,
)
from quanqu.know.customers.queries.ruleset import (
    active_rules,
    read_content,
    row_of,
    sealed_content,
    survival_in_force,
)
from quanqu.know.customers.rules.reading import read_rules
from quanqu.know.customers.rules.survival import Survival

ACTIVATE_JOB: Final = "customers.activate_rules"
LONGEST_NOTE: Final = 300
_CHANGING: Final = ("merging", "splitting")


def save_draft(
    *, actor: Actor, content: Mapping[str, Any], note: str = "", now: datetime
) -> RuleSetRow:
    """Keep a draft of the identity rules: the rules in force changed by `content`, replacing an
    earlier draft.  Nothing changes until it is activated.

    Shapes: `content` may have `types` (type → links, priority, limit, window_days, shared_above,
    blocked_values, blocked_patterns) and `fields` (profile field → by, sources); what it leaves out
    stays as it is in force.
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
        _rank_sources(draft.version, rules)
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
        SourceRank.objects.filter(version=draft.version).delete()
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
    draft = _draft()
    rules = read_content(bytes(draft.content))
    before, after = survival_in_force(), Survival(draft.version, rules.fields, alias="n")
    found = compare(rules)
    told = examples(found.effect, found.stored, found.told, found.splitting)
    effect = {**told.effect, **count_changes(before, after)}
    return replace(told, effect=effect, changes=example_changes(before, after))


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
        rules = read_content(bytes(coming.content))
        before, after = survival_in_force(), Survival(version, rules.fields, alias="n")
        found = compare(rules)
        effect = {**found.effect, **count_changes(before, after)}
        write_whole(found, cause=f"rules:{version}", now=now)
        RuleSetVersion.objects.filter(status="active").update(status="retired")
        coming.status, coming.effect = "active", effect
        coming.save(update_fields=["status", "effect"])
        _show_anew(other_fields(before, after))
        record(
            actor=SYSTEM,
            action="customers.rules_activated",
            subject="identity",
            after={"version": version, **effect},
            now=now,
        )
    return sum(effect[name] for name in effect if name in _CHANGING or name.startswith("field."))


def require_everything(actor: Actor) -> None:
    """Identity is the whole group's: its rules are changed by who may manage customers everywhere.

    Raises: NotAllowedError.
    """
    actor.require("customers.manage")
    if not actor.scope("customers.manage").everything:
        raise NotAllowedError(permission="customers.manage")


def _rank_sources(version: int, rules: RuleSet) -> None:
    """Write where queries read the ranks of sources; those of an earlier draft go."""
    SourceRank.objects.filter(version=version).delete()
    SourceRank.objects.bulk_create(
        SourceRank(version=version, field=name, source=source, rank=at)
        for name, rule in rules.fields.items()
        for at, source in enumerate(rule.sources, start=1)
    )


def _show_anew(fields: Collection[str]) -> None:
    """Have what repeats profile fields worked out again, once other rules choose their values."""
    if "country" in fields:
        live = Customer.objects.filter(merged_into_key__isnull=True)
        refresh_customers(live.values_list("key", flat=True))
    if fields:
        mark_dirty(publication="dim_customer", partitions=[WHOLE])


def _draft() -> RuleSetVersion:
    found = RuleSetVersion.objects.filter(status="draft").first()
    if found is None:
        raise NoDraftError
    return found


def _refuse_while_activating() -> None:
    busy = RuleSetVersion.objects.filter(status="activating").first()
    if busy is not None:
        raise RulesBusyError(version=busy.version)
