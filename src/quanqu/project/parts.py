"""The programs that make a running installation, in the order they start."""

from typing import Final

from quanqu.infra.supervisor.facade import Part

PARTS: Final = (
    Part("web", "quanqu.project.web", stop_s=15),
    Part("settler", "quanqu.project.settler", stop_s=20),
    Part("worker", "quanqu.project.worker", stop_s=20),
)
