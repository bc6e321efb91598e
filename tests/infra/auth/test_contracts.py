"""Scope fails closed, tokens are what they say."""

import pytest
from django.test import RequestFactory

from quanqu.infra.auth.contracts import (
    NOWHERE,
    SYSTEM,
    Actor,
    ActorKind,
    Grant,
    NotSignedInError,
    Scope,
)
from quanqu.infra.auth.facade import (
    actor_of,
    find_actor,
    new_signed_token,
    new_token,
    read_signed_token,
    read_token,
    set_actor,
    set_actor_source,
    token_hash,
)
from quanqu.kernel.errors import NotAllowedError


def make_actor(*grants: Grant) -> Actor:
    return Actor(ActorKind.PERSON, "per_1", "Ann", grants)


def test_without_a_grant_nothing_is_seen() -> None:
    actor = make_actor(Grant(frozenset({"orders.view"}), Scope(places=frozenset({1}))))

    assert actor.scope("customers.view") == NOWHERE
    assert actor.scope("customers.view").is_empty
    with pytest.raises(NotAllowedError, match=r"customers\.view"):
        actor.require("customers.view")


def test_grants_add_up_per_permission() -> None:
    actor = make_actor(
        Grant(frozenset({"orders.view"}), Scope(places=frozenset({1}), companies=frozenset({9}))),
        Grant(frozenset({"orders.view", "x.y"}), Scope(places=frozenset({2}))),
    )

    assert actor.scope("orders.view").places == {1, 2}
    assert actor.scope("x.y").companies == frozenset()


def test_narrowing_never_widens() -> None:
    scope = Scope(places=frozenset({1, 2}))

    assert scope.narrow([2, 3]).places == {2}
    assert scope.narrow(None) is scope
    assert Scope(everything=True).narrow([3]) == Scope(places=frozenset({3}))


def test_the_system_sees_all() -> None:
    assert SYSTEM.can("anything")
    assert SYSTEM.scope("anything").everything


def test_token_is_found_by_its_prefix_and_never_twice_the_same() -> None:
    prefix, token = new_token()

    assert read_token(token) == prefix
    assert new_token()[1] != token
    assert len(token_hash(token)) == 32


@pytest.mark.parametrize("text", ["", "qq_live_", "Bearer x", "qq_live_00000000_" + "u" * 52])
def test_text_of_another_shape_is_no_token(text: str) -> None:
    assert read_token(text) is None


def test_signed_token_is_bound_to_key_and_purpose() -> None:
    token = new_signed_token(key="k", purpose="a")

    assert read_signed_token(token, key="k", purpose="a") == token
    assert read_signed_token(token, key="k", purpose="b") is None
    assert read_signed_token(token, key="l", purpose="a") is None
    forged = ("A" if token[0] != "A" else "B") + token[1:]
    assert read_signed_token(forged, key="k", purpose="a") is None


def test_actor_of_a_request_is_asked_for_once() -> None:
    request, asked = RequestFactory().get("/"), []

    def source() -> Actor:
        asked.append(1)
        return SYSTEM

    set_actor_source(request, source)

    assert actor_of(request) is SYSTEM
    assert find_actor(request) is SYSTEM
    assert asked == [1]


def test_request_of_nobody_is_refused() -> None:
    request = RequestFactory().get("/")

    assert find_actor(request) is None
    with pytest.raises(NotSignedInError):
        actor_of(request)
    set_actor(request, SYSTEM)
    assert actor_of(request) is SYSTEM
