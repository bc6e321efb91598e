"""The engines that statistics are worked out on, and a lake of one's own."""

from tests.builders.lake import own_lake
from tests.conformance.engines import engine, sail_address
from tests.know.audiences.conftest import world

__all__ = ["engine", "own_lake", "sail_address", "world"]
