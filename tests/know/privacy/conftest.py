"""Every test of privacy that asks for it has a lake and a home of its own."""

from tests.builders.privacy import own_home, timeline_lake

__all__ = ["own_home", "timeline_lake"]
