"""What commands may use of backups."""

from quanqu.infra.backup.bring_back import require_whole, restore_backup
from quanqu.infra.backup.contracts import Manifest, StillRunningError
from quanqu.infra.backup.make import make_backup
from quanqu.infra.backup.register import known_backups

__all__ = [
    "Manifest",
    "StillRunningError",
    "known_backups",
    "make_backup",
    "require_whole",
    "restore_backup",
]
