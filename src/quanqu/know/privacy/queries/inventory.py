"""The inventory of personal data, and who is restricted."""

from collections.abc import Collection
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.personal.facade import personal_holdings, suppression_figures
from quanqu.know.privacy.contracts import VIEW, HoldingInfo, RequestKind
from quanqu.know.privacy.models import Restricted
from quanqu.know.privacy.queries.rights import require_whole


def list_holdings(*, actor: Actor) -> tuple[HoldingInfo, ...]:
    """Return every place that holds personal data, as an erasure walks them.

    Raises: NotAllowedError.
    """
    require_whole(actor, VIEW)
    return tuple(
        HoldingInfo(
            code=one.code,
            name=one.name,
            store=one.store.value,
            columns=tuple(sorted((name, each.value) for name, each in one.personal.items())),
            found_by=one.found_by,
            treatment=one.treatment.value,
            reason=one.reason,
        )
        for one in personal_holdings()
    )


def count_suppressed(*, actor: Actor) -> tuple[int, int]:
    """Return how many identifiers are suppressed, and how often they were met since.

    Raises: NotAllowedError.
    """
    require_whole(actor, VIEW)
    return suppression_figures()


def restricted_customers(
    *, kind: RequestKind, customer_ids: Collection[UUID] | None = None
) -> frozenset[UUID]:
    """Return who asked that their data is not used, or that no machine decides alone.

    Of these customers, or of all.  For rooms that use data: they leave these out.
    """
    found = Restricted.objects.filter(kind=kind.value)
    if customer_ids is not None:
        found = found.filter(customer_id__in=list(customer_ids))
    return frozenset(found.values_list("customer_id", flat=True))
