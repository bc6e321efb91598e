"""What other packages may use of the embedded PostgreSQL."""

from quanqu.infra.postgres.binaries import bin_dir, version
from quanqu.infra.postgres.contracts import Endpoint
from quanqu.infra.postgres.free_port import free_port
from quanqu.infra.postgres.lease import Lease, likely_url, running_url
from quanqu.infra.postgres.placement import forsaken_folders
from quanqu.infra.postgres.server import require_server
from quanqu.infra.postgres.throwaway import Throwaway

__all__ = [
    "Endpoint",
    "Lease",
    "Throwaway",
    "bin_dir",
    "forsaken_folders",
    "free_port",
    "likely_url",
    "require_server",
    "running_url",
    "version",
]
