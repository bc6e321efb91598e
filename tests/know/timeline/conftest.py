"""Every test of the timeline that asks for it has a lake of its own."""

from tests.builders.timeline import timeline_lake

__all__ = ["timeline_lake"]
