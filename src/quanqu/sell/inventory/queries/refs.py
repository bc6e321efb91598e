"""What was moved for something: the ledger by what its lines are about."""

from collections.abc import Collection

from django.db.models import Sum

from quanqu.sell.inventory.models import Movement

__all__ = ["moved_by_refs"]


def moved_by_refs(*, refs: Collection[str]) -> dict[str, dict[tuple[int, str], int]]:
    """Return what the movements about each ref come to, by (item, state); no rights are checked.

    Shapes: refs nothing was moved for are left out.
    """
    found: dict[str, dict[tuple[int, str], int]] = {}
    sums = Movement.objects.filter(ref__in=list(refs)).values_list("ref", "variant_key", "state")
    for ref, variant, state, total in sums.annotate(total=Sum("quantity")).order_by():
        found.setdefault(ref, {})[variant, state] = int(total)
    return found
