"""What doors.api offers to the project."""

from quanqu.doors.api.build import build_api
from quanqu.doors.api.views import ApiPages

__all__ = ["ApiPages", "build_api"]
