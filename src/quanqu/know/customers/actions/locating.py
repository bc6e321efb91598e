"""Have it published anew where customers are, once the group's places tell it otherwise."""

from quanqu.infra.lake.contracts import WHOLE
from quanqu.infra.lake.facade import mark_dirty


def locate_customers() -> None:
    """Mark every customer: which places they are near to is worked out as they are published."""
    mark_dirty(publication="dim_customer", partitions=[WHOLE])
