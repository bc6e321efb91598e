"""Which rows of the catalogue an actor may see: those of the companies and places in scope."""

from typing import Final, TypeVar

from django.db.models import Model, QuerySet

from quanqu.infra.auth.contracts import Actor

VIEW: Final = "catalog.view"
Row = TypeVar("Row", bound=Model)


def companies_of(
    actor: Actor, rows: "QuerySet[Row]", companies: frozenset[int] | None = None
) -> "QuerySet[Row]":
    """Narrow rows with a company_key to the actor's scope and, if given, to some companies.

    Raises: NotAllowedError.
    """
    actor.require(VIEW)
    scope = actor.scope(VIEW)
    if not scope.everything:
        rows = rows.filter(company_key__in=scope.companies)
    return rows if companies is None else rows.filter(company_key__in=companies)


def places_of(actor: Actor) -> frozenset[int] | None:
    """Return the places whose listings the actor may see; None is all of them."""
    scope = actor.scope(VIEW)
    return None if scope.everything else scope.places


def listed_at(rows: "QuerySet[Row]", places: frozenset[int] | None) -> "QuerySet[Row]":
    """Narrow rows with a place_key to some places; None is all of them."""
    return rows if places is None else rows.filter(place_key__in=places)
