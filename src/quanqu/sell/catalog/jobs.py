"""Background entries of the catalogue."""

from datetime import datetime

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.jobs.facade import job
from quanqu.sell.catalog.facade import audit_listings


@job(name="catalog.audit_listings")
def audit(*, company_key: int, now: datetime) -> None:
    """Compare a company's listings after some were recorded."""
    audit_listings(actor=SYSTEM, company_key=company_key, now=now)
