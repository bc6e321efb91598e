"""The lock of all that is planned for a company: the row of its last look."""

from collections.abc import Sequence

from quanqu.know.org.facade import places_by_key
from quanqu.sell.replenishment.models import Run

__all__ = ["company_places", "lock_companies"]


def lock_companies(company_keys: Sequence[int]) -> dict[int, Run]:
    """Lock the runs of companies, in the order of their keys, and return them."""
    wanted = sorted(set(company_keys))
    Run.objects.bulk_create([Run(company_key=key) for key in wanted], ignore_conflicts=True)
    rows = Run.objects.select_for_update().filter(company_key__in=wanted)
    return {row.company_key: row for row in rows.order_by("company_key")}


def company_places(company_key: int) -> dict[int, int]:
    """Return the places of a company, with its key."""
    return {
        key: company_key
        for key, place in places_by_key().items()
        if place.company_key == company_key
    }
