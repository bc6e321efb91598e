"""Make and change suppliers, reveal whom to talk to, set a company's rules of buying."""

import json
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import encrypt
from quanqu.kernel.ids import encode
from quanqu.sell.supply.actions.allowed import MANAGE, require_company
from quanqu.sell.supply.contracts import (
    BuyingRules,
    Supplier,
    SupplierCodeError,
    SupplierContact,
    SupplierDraft,
    SupplierFieldError,
    SupplyPlaceError,
)
from quanqu.sell.supply.models import BuyingRule
from quanqu.sell.supply.models import Supplier as SupplierRow
from quanqu.sell.supply.queries.scoping import supplier_row
from quanqu.sell.supply.queries.suppliers import CONTACT_PURPOSE, clear_contact, supplier_info
from quanqu.sell.supply.rules.checks import check_rules, check_supplier

__all__ = ["change_supplier", "create_supplier", "reveal_contact", "set_buying_rules"]

_TOLD = ("code", "name", "currency", "lead_time_days", "minimum_minor", "is_active")


def create_supplier(
    *, actor: Actor, company_key: int, draft: SupplierDraft, now: datetime
) -> Supplier:
    """Make a supplier of a company; its contact rests encrypted.

    Raises: NotAllowedError, SupplyPlaceError, SupplierFieldError, SupplierCodeError.
    """
    check_supplier(draft)
    require_company(actor, MANAGE, company_key)
    row = SupplierRow(company_key=company_key, created_at=now)
    return _save(actor, row, draft, action="supply.create_supplier", now=now)


def change_supplier(
    *, actor: Actor, supplier_id: str, draft: SupplierDraft, now: datetime
) -> Supplier:
    """Replace what is told of a supplier; a contact that is masked stays as it was.

    The currency stays: costs and orders are in it.
    Raises: SupplierNotFoundError, SupplierFieldError, SupplierCodeError, NotAllowedError.
    """
    check_supplier(draft)
    found = supplier_row(actor, supplier_id)
    require_company(actor, MANAGE, found.company_key)
    with transaction.atomic():
        row = SupplierRow.objects.select_for_update().get(key=found.key)
        if draft.currency != row.currency:
            raise SupplierFieldError(field="currency", reason=f"it stays {row.currency}")
        return _save(actor, row, draft, action="supply.change_supplier", now=now)


def reveal_contact(*, actor: Actor, supplier_id: str, now: datetime) -> SupplierContact:
    """Return whom to talk to at a supplier in clear; the reading is audited.

    Raises: SupplierNotFoundError; NotAllowedError without supply.manage at its company.
    """
    row = supplier_row(actor, supplier_id)
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    if not (scope.everything or row.company_key in scope.companies):
        raise SupplyPlaceError(ref=supplier_id)
    with transaction.atomic():
        record(actor=actor, action="supply.reveal_contact", subject=supplier_id, now=now)
    return clear_contact(row)


def set_buying_rules(*, actor: Actor, rules: BuyingRules, now: datetime) -> BuyingRules:
    """Set the limit above which a second person approves, and how much more may come.

    Orders that are sent keep the tolerance they were sent with.
    Raises: NotAllowedError, SupplyPlaceError, SupplierFieldError.
    """
    check_rules(rules)
    require_company(actor, "supply.approve", rules.company_key)
    with transaction.atomic():
        BuyingRule.objects.get_or_create(
            company_key=rules.company_key, defaults={"currency": rules.currency}
        )
        row = BuyingRule.objects.select_for_update().get(company_key=rules.company_key)
        before = _said(row)
        row.currency = rules.currency
        row.approval_limit_minor = rules.approval_limit_minor
        row.over_rate = rules.over_rate
        row.save()
        record(
            actor=actor,
            action="supply.set_rules",
            subject=f"company {rules.company_key}",
            before=before,
            after=_said(row),
            now=now,
        )
    return rules


def _save(
    actor: Actor, row: SupplierRow, draft: SupplierDraft, *, action: str, now: datetime
) -> Supplier:
    before = {name: getattr(row, name) for name in _TOLD} if row.key else None
    for name in _TOLD:
        setattr(row, name, getattr(draft, name))
    row.name = draft.name.strip()
    if not draft.contact.is_masked:
        row.contact = _sealed(draft.contact)
    row.updated_at = now
    try:
        with transaction.atomic():
            row.save()
            record(
                actor=actor,
                action=action,
                subject=encode("sup", row.id),
                before=before,
                after={name: getattr(row, name) for name in _TOLD},
                now=now,
            )
    except IntegrityError as error:
        if "supply_supplier_code_of_company" in str(error):
            raise SupplierCodeError(ref=draft.code) from None
        raise
    return supplier_info(row)


def _sealed(contact: SupplierContact) -> bytes | None:
    told = {name: text for name, text in asdict(contact).items() if text and name != "is_masked"}
    return encrypt(json.dumps(told, ensure_ascii=False), purpose=CONTACT_PURPOSE) if told else None


def _said(row: BuyingRule) -> dict[str, object]:
    return {
        "currency": row.currency,
        "approval_limit_minor": row.approval_limit_minor,
        "over_rate": str(row.over_rate),
    }
