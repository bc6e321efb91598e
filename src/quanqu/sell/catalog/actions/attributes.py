"""Attribute definitions: learnt from values, or declared by a person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.catalog.actions.statements import lock_company
from quanqu.sell.catalog.contracts import AttributeInfo, AttributeRuleError, AttributeType
from quanqu.sell.catalog.models import Attribute
from quanqu.sell.catalog.queries import attribute_info
from quanqu.sell.catalog.rules import infer_types, widen


def learn_attributes(company_key: int, objects: Iterable[Mapping[str, object]]) -> None:
    """Define the codes seen for the first time; widen what was learnt, never what was declared."""
    seen = infer_types(objects)
    known = {
        row.code: row for row in Attribute.objects.filter(company_key=company_key, code__in=seen)
    }
    Attribute.objects.bulk_create(
        Attribute(company_key=company_key, code=code, name=code, type=kind.value)
        for code, kind in sorted(seen.items())
        if code not in known
    )
    widened = []
    for code, row in known.items():
        kind = widen(AttributeType(row.type), seen[code]).value
        if not row.is_declared and kind != row.type:
            row.type = kind
            widened.append(row)
    Attribute.objects.bulk_update(widened, ["type"])


@transaction.atomic
def define_attribute(
    *,
    actor: Actor,
    company_key: int,
    definition: AttributeInfo,
    now: datetime,
) -> AttributeInfo:
    """Declare an attribute of a company's products: its name, type, unit and choices.

    Raises: NotAllowedError, AttributeRuleError (choices exactly for a choice, no blank code).
    """
    actor.require("catalog.manage")
    scope = actor.scope("catalog.manage")
    if not (scope.everything or company_key in scope.companies):
        raise NotAllowedError(permission="catalog.manage")
    _check(definition.code, definition.type, definition.choices)
    lock_company(company_key)
    before = Attribute.objects.filter(company_key=company_key, code=definition.code).first()
    row, _ = Attribute.objects.update_or_create(
        company_key=company_key,
        code=definition.code,
        defaults={
            "name": definition.name or definition.code,
            "type": definition.type.value,
            "unit": definition.unit,
            "choices": list(definition.choices),
            "is_declared": True,
        },
    )
    record(
        actor=actor,
        action="catalog.define_attribute",
        subject=f"attribute {definition.code}",
        before={"type": before.type, "unit": before.unit} if before else None,
        after={"type": row.type, "unit": row.unit, "choices": row.choices},
        now=now,
    )
    return attribute_info(row)


def _check(code: str, kind: AttributeType, choices: Sequence[str]) -> None:
    if not code.strip():
        raise AttributeRuleError(attribute="(none)", problem="the code is blank")
    if (kind is AttributeType.CHOICE) != bool(choices):
        raise AttributeRuleError(
            attribute=code, problem="a choice needs its choices, and nothing else has any"
        )
