"""The engines that audiences are worked out on, and a lake of one's own."""

from collections.abc import Callable, Iterator

import pytest
from tests.builders.audiences import World, make_world, put_in_lake
from tests.builders.lake import lake_at, own_lake
from tests.conformance.engines import engine, sail_address

from quanqu.infra.auth.contracts import Actor, ActorKind, Grant, Scope

__all__ = ["engine", "own_lake", "sail_address"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A random world in a lake that lives as long as the module's tests."""
    with lake_at(tmp_path_factory.mktemp("audiences") / "lake"):
        made = make_world(seed=7)
        put_in_lake(made)
        yield made


@pytest.fixture
def actor() -> Callable[..., Actor]:
    """Return a function that makes an actor over places (None: everything)."""

    def make(
        places: set[int] | None, rights: frozenset[str] = frozenset({"audiences.view"})
    ) -> Actor:
        scope = Scope(everything=True) if places is None else Scope(places=frozenset(places))
        return Actor(ActorKind.PERSON, "per_1", "Pat", (Grant(rights, scope),))

    return make
