"""What invoices hear: a return that was settled is taken back of the invoices it touches."""

from datetime import datetime

from quanqu.infra.outbox.facade import on
from quanqu.kernel.ids import decode
from quanqu.sell.invoicing.facade import take_back_return
from quanqu.sell.returns.contracts import ReturnSettled


@on(ReturnSettled)
def follow_return(event: ReturnSettled, *, now: datetime) -> None:
    """Write the red invoices of a settled return."""
    take_back_return(order_id=decode("ord", event.order_id), now=now)
