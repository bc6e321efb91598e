"""Resources of the tests of consent."""

from tests.builders.lake import own_lake

__all__ = ["own_lake"]
