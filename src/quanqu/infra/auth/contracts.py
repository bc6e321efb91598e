"""Actors and their scope: authorisation as values, checked below HTTP, failing closed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from quanqu.kernel.errors import NotAllowedError

__all__ = [
    "NOWHERE",
    "SYSTEM",
    "Actor",
    "ActorKind",
    "Grant",
    "InvalidTokenError",
    "NotSignedInError",
    "Scope",
]


class NotSignedInError(NotAllowedError):
    """Nobody is signed in and no API key was given."""

    code = "auth.not_signed_in"
    template = "Sign in or give an API key."


class InvalidTokenError(NotSignedInError):
    """The key is unknown, expired or revoked; which of them is not told."""

    code = "auth.invalid_token"
    template = "The API key is not valid."


class ActorKind(StrEnum):
    """What kind of thing acts."""

    PERSON = "person"
    API_KEY = "api_key"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the group an actor may see: everything, or these places and their companies."""

    everything: bool = False
    places: frozenset[int] = frozenset()
    companies: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        """True when nothing is visible."""
        return not self.everything and not self.places and not self.companies

    def union(self, other: "Scope") -> "Scope":
        """Return what either scope shows."""
        return Scope(
            self.everything or other.everything,
            self.places | other.places,
            self.companies | other.companies,
        )

    def narrow(self, places: Iterable[int] | None) -> "Scope":
        """Return the part of this scope inside the given places (None: all of it)."""
        if places is None:
            return self
        wanted = frozenset(places)
        return Scope(False, wanted if self.everything else wanted & self.places, frozenset())


NOWHERE: Final = Scope()


@dataclass(frozen=True, slots=True)
class Grant:
    """Permissions over one part of the group, with that part already unfolded to its places.

    `path` is the place of that part in the tree (know.org), for what concerns the tree itself.
    """

    permissions: frozenset[str]
    scope: Scope
    path: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, an API key or the system itself, and what it was granted."""

    kind: ActorKind
    id: str
    name: str
    grants: tuple[Grant, ...] = ()
    language: str = "en"
    time_zone: str = "UTC"
    extra: dict[str, str] = field(default_factory=dict, compare=False)

    def can(self, permission: str) -> bool:
        """Tell whether the permission is granted anywhere."""
        return self.kind is ActorKind.SYSTEM or any(
            permission in g.permissions for g in self.grants
        )

    def require(self, permission: str) -> None:
        """Refuse unless the permission is granted somewhere. Raises: NotAllowedError."""
        if not self.can(permission):
            raise NotAllowedError(permission=permission)

    def scope(self, permission: str) -> Scope:
        """Return where the permission holds: the union over grants, empty when there is none."""
        if self.kind is ActorKind.SYSTEM:
            return Scope(everything=True)
        found = NOWHERE
        for grant in self.grants:
            if permission in grant.permissions:
                found = found.union(grant.scope)
        return found


SYSTEM: Final = Actor(ActorKind.SYSTEM, "system", "Quanqu")
