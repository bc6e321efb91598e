"""A lake of one's own for the tests of models, and the engines they run on."""

from tests.builders.lake import own_lake
from tests.conformance.engines import engine, sail_address

__all__ = ["engine", "own_lake", "sail_address"]
