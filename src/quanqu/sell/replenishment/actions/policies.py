"""Set how items are kept in stock at places, and stop it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import number_array
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.catalog.facade import variant_labels, variant_refs
from quanqu.sell.replenishment.actions.allowed import require_places
from quanqu.sell.replenishment.contracts import PolicyDraft, PolicyError, ReplenishmentItemError
from quanqu.sell.replenishment.rules.checks import check_policies
from quanqu.sell.supply.facade import supplier_companies

__all__ = ["require_items", "set_policies", "stop_policies"]

_SET: Final = """
INSERT INTO replenishment_policy (company_key, place_key, variant_key, method, minimum, maximum,
    service_rate, review_days, cover_days, supplier_id, is_transfer_first, most_cover_days,
    set_by, set_at)
SELECT t.*, %s, %s FROM unnest(%s::int[], %s::int[], %s::bigint[], %s::text[], %s::bigint[],
    %s::bigint[], %s::numeric[], %s::int[], %s::int[], %s::text[], %s::bool[],
    %s::int[]) AS t
ORDER BY 2, 3
ON CONFLICT (place_key, variant_key) DO UPDATE SET
    company_key = excluded.company_key, method = excluded.method, minimum = excluded.minimum,
    maximum = excluded.maximum, service_rate = excluded.service_rate,
    review_days = excluded.review_days, cover_days = excluded.cover_days,
    supplier_id = excluded.supplier_id, is_transfer_first = excluded.is_transfer_first,
    most_cover_days = excluded.most_cover_days,
    set_by = excluded.set_by, set_at = excluded.set_at
"""


def set_policies(*, actor: Actor, drafts: Sequence[PolicyDraft], now: datetime) -> None:
    """Set how items are kept in stock at places; all or none, in one statement.

    Raises: NotAllowedError, ReplenishmentPlaceError, ReplenishmentItemError; PolicyError, also for
    a supplier of another company.
    """
    check_policies(drafts)
    places = require_places(actor, {one.place_key for one in drafts})
    require_items(places, [(one.place_key, one.variant_key) for one in drafts])
    _require_suppliers(places, drafts)
    rows = [
        (
            places[one.place_key].company_key,
            one.place_key,
            one.variant_key,
            one.method.value,
            one.minimum,
            one.maximum,
            one.service_rate,
            one.review_days,
            one.cover_days,
            one.supplier_id,
            one.is_transfer_first,
            one.most_cover_days,
        )
        for one in drafts
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SET, [actor.id, now, *map(list, zip(*rows, strict=True))])


def stop_policies(*, actor: Actor, ats: Collection[tuple[int, int]]) -> int:
    """Stop proposing items, told as (place, item), and return how many had a policy.

    What is open of them lapses with the next look.  Raises: NotAllowedError,
    ReplenishmentPlaceError.
    """
    require_places(actor, {place for place, _ in ats})
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM replenishment_policy p USING unnest(%s::int[], %s::bigint[]) AS t(a, i) "
            "WHERE p.place_key = t.a AND p.variant_key = t.i",
            [number_array(place for place, _ in ats), number_array(item for _, item in ats)],
        )
        return int(cursor.rowcount)


def require_items(places: Mapping[int, PlaceInfo], ats: Sequence[tuple[int, int]]) -> None:
    """Refuse items the company of their place does not sell. Raises: ReplenishmentItemError."""
    labels = variant_labels(variant_keys={item for _, item in ats})
    refs = variant_refs(variant_ids={label.variant_id for label in labels.values()})
    companies = {ref.key: ref.company_key for ref in refs.values()}
    for number, (place, item) in enumerate(ats, 1):
        if companies.get(item) != places[place].company_key:
            label = labels.get(item)
            raise ReplenishmentItemError(line=number, ref=label.sku if label else item)


def _require_suppliers(places: Mapping[int, PlaceInfo], drafts: Sequence[PolicyDraft]) -> None:
    companies = supplier_companies(supplier_ids={one.supplier_id for one in drafts} - {""})
    for number, one in enumerate(drafts, 1):
        company = places[one.place_key].company_key
        if one.supplier_id and companies.get(one.supplier_id) != company:
            raise PolicyError(line=number, problem="the company buys from no such supplier")
