"""What infra.audit offers."""

from quanqu.infra.audit.actions import record
from quanqu.infra.audit.queries import list_entries

__all__ = ["list_entries", "record"]
