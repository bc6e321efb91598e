"""What other packages may use of the supervisor."""

from quanqu.infra.supervisor.contracts import (
    AlreadyRunningError,
    NotReadyError,
    Part,
    PartFailedError,
    Running,
)
from quanqu.infra.supervisor.state import running, stop_running
from quanqu.infra.supervisor.supervise import Plan, Supervisor, answers

__all__ = [
    "AlreadyRunningError",
    "NotReadyError",
    "Part",
    "PartFailedError",
    "Plan",
    "Running",
    "Supervisor",
    "answers",
    "running",
    "stop_running",
]
