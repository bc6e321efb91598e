"""Reads of the warehouses that are sources."""

from quanqu.infra.auth.contracts import Actor
from quanqu.know.timeline.contracts import WarehouseInfo, WarehouseRead
from quanqu.know.timeline.models import Warehouse
from quanqu.know.timeline.queries.sources import source_row


def find_warehouse(*, actor: Actor, source_id: str) -> WarehouseInfo | None:
    """Return the warehouse of a source, without its user and password, or None.

    Raises: SourceNotFoundError, NotAllowedError.
    """
    actor.require("timeline.manage")
    source = source_row(source_id, actor.scope("timeline.manage"))
    row = Warehouse.objects.filter(source_key=source.key).first()
    return None if row is None else warehouse_info(row, source_id)


def warehouse_info(row: Warehouse, source_id: str) -> WarehouseInfo:
    """Return a row as a contract."""
    return WarehouseInfo(
        source_id, row.address, WarehouseRead(**row.read), row.rows, row.read_at, row.fault
    )
