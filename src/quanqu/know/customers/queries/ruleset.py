"""Which identity rules are in force."""

import json
from dataclasses import dataclass
from typing import Final

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt, encrypt
from quanqu.know.customers.contracts import RuleSet, RuleSetRow
from quanqu.know.customers.models import RuleSetVersion
from quanqu.know.customers.rules.defaults import default_rules
from quanqu.know.customers.rules.reading import as_json, read_rules
from quanqu.know.customers.rules.survival import Survival

PURPOSE: Final = "identity-rules"


@dataclass(frozen=True, slots=True)
class ActiveRules:
    """The rules in force; version 0 are those a group begins with."""

    version: int
    rules: RuleSet


def active_rules() -> ActiveRules:
    """Return the rules in force."""
    found = RuleSetVersion.objects.filter(status="active").values_list("version", "content").first()
    if found is None:
        return ActiveRules(0, default_rules())
    return ActiveRules(found[0], read_content(bytes(found[1])))


def survival_in_force() -> Survival:
    """Return how the values of profile fields are chosen now."""
    active = active_rules()
    return Survival(active.version, active.rules.fields)


def read_content(content: bytes) -> RuleSet:
    """Return the rules of a stored version."""
    plain = json.loads(decrypt(bytes(content), purpose=PURPOSE))
    return read_rules(plain, default_rules())[0]


def sealed_content(rules: RuleSet) -> bytes:
    """Return rules as they rest."""
    return encrypt(json.dumps(as_json(rules), ensure_ascii=False), purpose=PURPOSE)


def row_of(found: RuleSetVersion) -> RuleSetRow:
    """Return a stored version as it is shown."""
    return RuleSetRow(
        found.version,
        found.status,
        found.note,
        found.changed_by,
        found.changed_at,
        found.activated_by,
        found.activated_at,
        found.effect,
        read_content(bytes(found.content)),
    )


def list_rule_sets(*, actor: Actor) -> tuple[RuleSetRow, ...]:
    """Return every version of the identity rules, newest first; the last, version 0, are those a
    group begins with.

    Raises: NotAllowedError.
    """
    actor.require("customers.view")
    stored = [row_of(found) for found in RuleSetVersion.objects.order_by("-version")]
    status = "retired" if any(row.status == "active" for row in stored) else "active"
    first = RuleSetRow(0, status, "", "Quanqu", None, None, None, None, default_rules())
    return (*stored, first)


def get_identity_rules(*, actor: Actor) -> RuleSet:
    """Return the identity rules in force. Raises: NotAllowedError."""
    actor.require("customers.view")
    return active_rules().rules
