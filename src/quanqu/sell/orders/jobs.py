"""What orders hear from lower rooms."""

from datetime import datetime

from quanqu.infra.outbox.facade import on
from quanqu.sell.catalog.contracts import VariantsMoved
from quanqu.sell.orders.facade import republish_variants


@on(VariantsMoved)
def publish_moved_variants(event: VariantsMoved, *, now: datetime) -> None:
    """Publish the lines of variants again whose product has changed."""
    del now
    republish_variants(company_key=event.company_key, variant_keys=event.variant_keys)
