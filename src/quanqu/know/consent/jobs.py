"""What know.consent hears: a merge or an unmerge changes what is published of customers."""

from datetime import datetime

from quanqu.infra.outbox.facade import on
from quanqu.know.consent import facade
from quanqu.know.customers.contracts import CustomersMerged, CustomersSplit


@on(CustomersMerged)
def after_merge(event: CustomersMerged, *, now: datetime) -> None:
    """Publish the consents of customers that became one."""
    facade.touch_customers(customer_keys=[key for pair in event.pairs for key in pair])


@on(CustomersSplit)
def after_split(event: CustomersSplit, *, now: datetime) -> None:
    """Publish the consents of customers that came apart."""
    facade.touch_customers(customer_keys=[key for pair in event.pairs for key in pair])
