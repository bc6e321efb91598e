"""Resources of the tests of care."""

from tests.builders.lake import own_lake

__all__ = ["own_lake"]
