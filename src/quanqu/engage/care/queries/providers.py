"""Who offers actions: a small registry, with this room's own rules as the first provider."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from quanqu.engage.care.contracts import Facts, Offer
from quanqu.engage.care.rules.table import offers_of
from quanqu.infra.auth.contracts import Actor

__all__ = ["ActionProvider", "offers", "register_actions"]


@runtime_checkable
class ActionProvider(Protocol):
    """A room that offers actions for one customer.

    It is asked with the facts as the reader may see them, reads more by the reader's rights alone,
    and in a fixed number of queries.  It never speaks to the customer: it offers, a person acts.
    """

    code: str

    def offers(self, *, actor: Actor, facts: Facts) -> Sequence[Offer]:
        """Return what may be done now, and what was looked at and does not hold."""
        ...


class OwnRules:
    """The rules of this room; they need nothing but the facts."""

    code = "care"

    def offers(self, *, actor: Actor, facts: Facts) -> Sequence[Offer]:
        """Return what each rule says."""
        del actor
        return offers_of(facts)


_PROVIDERS: dict[str, ActionProvider] = {}


def register_actions(*, provider: ActionProvider) -> None:
    """Let a room offer actions; called once, when it is loaded.

    Raises: TypeError for what is no provider, ValueError for a code that is taken.
    """
    if not isinstance(provider, ActionProvider):
        raise TypeError(f"{provider!r} is no provider of actions")
    if provider.code in _PROVIDERS:
        raise ValueError(f"actions of {provider.code!r} are registered already")
    _PROVIDERS[provider.code] = provider


def offers(*, actor: Actor, facts: Facts) -> list[Offer]:
    """Return what every provider offers for a customer.

    Raises: ValueError when two of them use one code, as nobody could tell which was meant.
    """
    found = [
        offer
        for provider in _PROVIDERS.values()
        for offer in provider.offers(actor=actor, facts=facts)
    ]
    codes = [offer.code for offer in found]
    if len(set(codes)) < len(codes):
        raise ValueError(f"two providers offer one of {sorted(codes)}")
    return found
