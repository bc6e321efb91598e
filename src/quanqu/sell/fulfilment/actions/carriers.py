"""Keep the carriers of companies, and what they ask."""

import re
import secrets
from datetime import datetime
from typing import Final

import msgspec
from django.db import IntegrityError, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import encrypt_bytes
from quanqu.kernel.ids import encode
from quanqu.sell.fulfilment.actions.allowed import require_company
from quanqu.sell.fulfilment.adapters.signatures import write_secret
from quanqu.sell.fulfilment.contracts import (
    CarrierDraft,
    CarrierFieldError,
    CarrierView,
    TariffDraft,
    TariffError,
    TariffFile,
    TariffImport,
    TariffView,
)
from quanqu.sell.fulfilment.models import Carrier, Tariff
from quanqu.sell.fulfilment.queries.carriers import SECRET, carrier_row, carrier_view, tariff_view
from quanqu.sell.fulfilment.registry import carrier_of
from quanqu.sell.fulfilment.rules.tariffs import check_tariff, read_table

__all__ = ["import_tariff", "renew_carrier_secret", "save_carrier", "save_tariff"]

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LONGEST: Final = 120
_KEY_BYTES: Final = 32


@transaction.atomic
def save_carrier(*, actor: Actor, draft: CarrierDraft, now: datetime) -> CarrierView:
    """Make a carrier of a company, or change the one of that code.

    Raises: NotAllowedError, CarrierNotFoundError for a company outside of the actor's,
    CarrierFieldError.
    """
    _check(draft)
    require_company(actor, draft.company_key, draft.code)
    rows = Carrier.objects.select_for_update()
    row = rows.filter(company_key=draft.company_key, code=draft.code).first()
    if row is None:
        row = Carrier(company_key=draft.company_key, code=draft.code, created_at=now)
    elif row.carrier != draft.carrier:
        raise CarrierFieldError(field="carrier", problem=f"it stays {row.carrier}")
    before = _said(row) if row.key else None
    row.name, row.carrier = draft.name.strip(), draft.carrier
    row.settings, row.is_active, row.changed_at = dict(draft.settings), draft.is_active, now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise CarrierFieldError(field="code", problem="somebody took it just now") from None
    record(
        actor=actor,
        action="fulfilment.carrier_saved",
        subject=encode("cac", row.id),
        now=now,
        before=before,
        after=_said(row),
    )
    return carrier_view(row)


@transaction.atomic
def renew_carrier_secret(*, actor: Actor, carrier_id: str, now: datetime) -> str:
    """Give a carrier a new key to sign its notices with, and return it this once.

    What is signed with the key before is refused from now on.
    Raises: NotAllowedError, CarrierNotFoundError.
    """
    found = carrier_row(actor, carrier_id)
    require_company(actor, found.company_key, carrier_id)
    key = secrets.token_bytes(_KEY_BYTES)
    row = Carrier.objects.select_for_update().get(key=found.key)
    row.secret_enc, row.changed_at = encrypt_bytes(key, purpose=SECRET), now
    row.save(update_fields=["secret_enc", "changed_at"])
    record(actor=actor, action="fulfilment.secret_renewed", subject=carrier_id, now=now)
    return write_secret(key)


@transaction.atomic
def save_tariff(*, actor: Actor, carrier_id: str, draft: TariffDraft, now: datetime) -> TariffView:
    """Write down prices of a service from a day on, as a version of its own.

    The same as the latest version changes nothing.  A day that is over keeps its prices.
    Locks: the carrier.  Raises: NotAllowedError, CarrierNotFoundError, TariffError.
    """
    check_tariff(draft)
    found = carrier_row(actor, carrier_id)
    require_company(actor, found.company_key, carrier_id)
    carrier = Carrier.objects.select_for_update().get(key=found.key)
    last = Tariff.objects.filter(carrier=carrier, service=draft.service).order_by("-version")
    latest = last.first()
    if latest is not None and draft.currency != latest.currency:
        raise TariffError(at="currency", problem=f"it stays {latest.currency}")
    if latest is not None and draft.valid_from < now.date():
        raise TariffError(at="valid_from", problem="a day that is over keeps its prices")
    body = msgspec.json.decode(msgspec.json.encode(draft.table))
    told = (draft.name.strip(), draft.valid_from, body)
    if latest is not None and (latest.name, latest.valid_from, latest.body) == told:
        return tariff_view(latest)
    row = Tariff.objects.create(
        carrier=carrier,
        service=draft.service,
        name=draft.name.strip(),
        currency=draft.currency,
        valid_from=draft.valid_from,
        version=latest.version + 1 if latest else 1,
        body=body,
        made_by=actor.id,
        made_at=now,
    )
    record(
        actor=actor,
        action="fulfilment.tariff_saved",
        subject=carrier_id,
        now=now,
        after={"service": row.service, "version": row.version, "from": str(row.valid_from)},
    )
    return tariff_view(row)


def import_tariff(
    *, actor: Actor, carrier_id: str, file: TariffFile, now: datetime
) -> TariffImport:
    """Write down prices of a service from CSV: all rows, or none and why.

    Raises: NotAllowedError, CarrierNotFoundError, TariffError for what is no such file or leaves
    a zone without prices.
    """
    found = carrier_row(actor, carrier_id)
    require_company(actor, found.company_key, carrier_id)
    rows, table, rejected = read_table(file.content, currency=file.currency, divisor=file.divisor)
    if rejected:
        return TariffImport(rows, rejected, None)
    draft = TariffDraft(file.service, file.name, file.currency, file.valid_from, table)
    saved = save_tariff(actor=actor, carrier_id=carrier_id, draft=draft, now=now)
    return TariffImport(rows, (), saved)


def _check(draft: CarrierDraft) -> None:
    adapter = carrier_of(draft.carrier)
    if not _CODE.fullmatch(draft.code):
        problem = "1 to 40 small letters, digits, - and _"
        raise CarrierFieldError(field="code", problem=problem)
    if not 1 <= len(draft.name.strip()) <= _LONGEST or "\0" in draft.name:
        raise CarrierFieldError(field="name", problem="1 to 120 characters")
    strange = set(draft.settings) - adapter.settings
    if strange:
        raise CarrierFieldError(field="settings", problem=f"{min(strange)} is not known")
    if problem := adapter.check(draft.settings):
        raise CarrierFieldError(field="settings", problem=problem)


def _said(row: Carrier) -> dict[str, object]:
    return {"name": row.name, "settings": row.settings, "is_active": row.is_active}
