"""One customer whole: surviving fields with source and time, evidence, places and past."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.customers.contracts import (
    CustomerDetail,
    EvidenceRow,
    IdentityChangeRow,
    ProfileField,
)
from quanqu.know.customers.models import (
    Customer,
    Evidence,
    IdentityChange,
    Presence,
    SubjectProfile,
)
from quanqu.know.customers.queries.breaches import breaches_of, verdicts_of
from quanqu.know.customers.queries.rows import make_rows
from quanqu.know.customers.queries.told import moment, profile_of
from quanqu.know.customers.queries.whereabouts import whereabouts_of
from quanqu.know.customers.rules.profiles import latest_traits, mask_trait


def get_customer(*, actor: Actor, customer_id: UUID) -> CustomerDetail:
    """Return one customer; the id of a merged one leads to the customer it went into.

    Raises: NotAllowedError, NotFoundError.
    """
    actor.require("customers.view")
    scope = actor.scope("customers.view")
    customer = visible_customer(scope=scope, customer_id=customer_id)
    row = make_rows([customer])[0]
    subjects = [found.subject_key for found in row.identifiers]
    profile, stored = profile_of(customer.key), _stored_traits(subjects)
    known = {found.field: found.value for found in profile}
    places = Presence.objects.filter(subject_id__in=subjects).order_by("place_key")
    if not scope.everything:
        places = places.filter(place_key__in=scope.places)
    return CustomerDetail(
        row=row,
        profile=profile,
        traits=_traits(stored),
        evidence=_evidence(subjects),
        places=tuple(places.values_list("place_key", flat=True).distinct()),
        changes=_changes(customer.key),
        verdicts=verdicts_of(subjects),
        breaches=breaches_of(customer.key),
        whereabouts=whereabouts_of(
            scope=scope,
            stored=stored,
            postcode=known.get("postcode"),
            country=known.get("country"),
        ),
    )


def visible_customer(*, scope: Scope, customer_id: UUID) -> Customer:
    """Return the live customer behind an id, following merges. Raises: NotFoundError."""
    named = Customer.objects.filter(id=customer_id).values_list("key", "merged_into_key").first()
    if named is not None:
        live = Customer.objects.visible_to(scope).filter(key=named[1] or named[0]).first()
        if live is not None:
            return live
    raise NotFoundError(kind="Customer", ref=encode("cus", customer_id))


def _stored_traits(subjects: list[int]) -> list[dict[str, list[Any]]]:
    stored = SubjectProfile.objects.filter(subject_id__in=subjects).exclude(traits={})
    return list(stored.values_list("traits", flat=True))


def _traits(stored: Iterable[Mapping[str, list[Any]]]) -> tuple[ProfileField, ...]:
    return tuple(
        ProfileField(key, mask_trait(key, value), source, moment(at))
        for key, (value, at, source) in sorted(latest_traits(stored).items())
    )


def _evidence(subjects: list[int]) -> tuple[EvidenceRow, ...]:
    own = Q(left_id__in=subjects, right_id__in=subjects)
    withdrawn = Q(withdrawn_at__isnull=False)
    either = Q(left_id__in=subjects) | Q(right_id__in=subjects)
    found = Evidence.objects.filter(own | (withdrawn & either))
    return tuple(
        EvidenceRow(
            row.key,
            row.left.id,
            row.right.id,
            row.source,
            row.rule,
            row.confidence,
            row.event_ref,
            row.observed_at,
            row.withdrawn_at,
        )
        for row in found.select_related("left", "right").order_by("observed_at", "key")
    )


def _changes(customer_key: int) -> tuple[IdentityChangeRow, ...]:
    found = IdentityChange.objects.filter(Q(kept_id=customer_key) | Q(other_id=customer_key))
    return tuple(
        IdentityChangeRow(row.kind, row.kept.id, row.other.id, row.cause, row.at)
        for row in found.select_related("kept", "other").order_by("-key")
    )
