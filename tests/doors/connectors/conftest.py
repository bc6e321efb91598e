"""Resources of the connectors' tests."""

from tests.builders.lake import own_lake

__all__ = ["own_lake"]
