"""Resources of the customers' tests."""

from tests.builders.lake import own_lake

__all__ = ["own_lake"]
