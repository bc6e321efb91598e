"""What infra.background offers."""

from quanqu.infra.background.actions import drop_work, retry_work
from quanqu.infra.background.queries import everything_failed, list_stuck, list_work

__all__ = ["drop_work", "everything_failed", "list_stuck", "list_work", "retry_work"]
