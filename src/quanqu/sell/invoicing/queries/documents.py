"""Invoices as files: the fields of a fapiao as JSON, EN 16931 as UBL, PDF."""

from datetime import datetime
from typing import Final
from uuid import UUID

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.later import Later
from quanqu.sell.invoicing.adapters.fields import as_json
from quanqu.sell.invoicing.adapters.ubl import as_ubl
from quanqu.sell.invoicing.contracts import (
    InvoiceFile,
    InvoiceFormatError,
    InvoiceNotFoundError,
    Regime,
)
from quanqu.sell.invoicing.queries.invoices import detail_of
from quanqu.sell.invoicing.queries.rights import MANAGE, invoices_in_scope

__all__ = ["FORMS", "invoice_file"]

_pdf: Final = Later("quanqu.sell.invoicing.adapters.pdf")

FORMS: Final = {"pdf": "application/pdf", "xml": "application/xml", "json": "application/json"}


def invoice_file(*, actor: Actor, invoice_id: UUID, form: str, now: datetime) -> InvoiceFile:
    """Return an invoice as a file with its buyer in clear, for who may write invoices there.

    Who took it is kept in the audit trail.
    Raises: NotAllowedError, InvoiceNotFoundError, InvoiceFormatError.
    """
    found = invoices_in_scope(actor, MANAGE).select_related("original").filter(id=invoice_id)
    row = found.first()
    if row is None:
        raise InvoiceNotFoundError(ref=encode("inv", invoice_id))
    detail = detail_of(row)
    if form not in FORMS or (form == "xml" and detail.row.regime is not Regime.EN16931):
        raise InvoiceFormatError(regime=row.regime, form=form)
    content = {"pdf": _pdf.as_pdf, "xml": as_ubl, "json": as_json}[form](detail)
    record(
        actor=actor, action="invoicing.file", subject=encode("inv", row.id), now=now,
        after={"form": form},
    )  # fmt: skip
    return InvoiceFile(f"{detail.row.number}.{form}".replace("/", "-"), FORMS[form], content)
