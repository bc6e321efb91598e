"""The calls: definitions and texts, what stands for customers, recording, and the gate."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    PageOut,
    PageParams,
    cursor_page,
    idempotent,
    with_examples,
)
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.consent import facade
from quanqu.know.consent.api.schemas import (
    ConsentCustomerOut,
    ConsentOut,
    CoverageOut,
    CustomerId,
    DecisionIn,
    DecisionOut,
    ReceiptOut,
    RecordedOut,
    RecordIn,
    RecordOut,
    StateQuery,
    TextIn,
    TextOut,
    VocabularyOut,
    consent_out,
    coverage_out,
    decision_out,
    record_out,
    statement,
    text_out,
    vocabulary,
)
from quanqu.know.consent.contracts import ConsentCustomerRow

router = Router(tags=["consent"])
_SAID = {
    "statements": [
        {
            "purpose": "marketing",
            "channel": "email",
            "status": "granted",
            "observed_at": "2026-11-01T10:00:00Z",
            "source_kind": "place",
            "source": "Store till",
        }
    ],
    "note": "Signed form 4711, kept in the store.",
}


@router.get("/consent/vocabulary", response=VocabularyOut, summary="Purposes and channels")
def get_vocabulary(request: HttpRequest) -> dict[str, Any]:
    """Every purpose with its legal basis and channels, in both languages."""
    actor_of(request)
    return vocabulary()


@router.get("/consent/texts", response=list[TextOut], summary="List texts")
def list_texts(request: HttpRequest) -> list[dict[str, Any]]:
    """The words purposes are asked in: every version."""
    actor_of(request).require("customers.view")
    return [text_out(row) for row in facade.list_texts()]


@router.post("/consent/texts", response=list[TextOut], summary="Publish a text")
@idempotent
def publish_text(request: HttpRequest, body: TextIn) -> list[dict[str, Any]]:
    """Publish the next version of a purpose's words; a published one never changes."""
    texts = {"en": body.en, "zh-hans": body.zh_hans}
    actor, now = actor_of(request), utc_now()
    made = facade.publish_text(actor=actor, purpose=body.purpose, texts=texts, now=now)
    return [text_out(row) for row in made]


@router.get("/consent/coverage", response=list[CoverageOut], summary="Coverage")
def coverage(request: HttpRequest) -> list[dict[str, Any]]:
    """How the customers in scope answered, by purpose and channel; a moment old."""
    found = facade.count_coverage(actor=actor_of(request), at=utc_now())
    return [coverage_out(row) for row in found]


@router.get("/consent/customers", response=PageOut[ConsentCustomerOut], summary="By state")
def list_by_state(
    request: HttpRequest, query: Query[StateQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The customers in scope that are in a state for a purpose and channel, masked."""
    found = facade.list_by_state(
        actor=actor_of(request),
        purpose=query.purpose,
        channel=query.by,
        state=query.state,
        at=utc_now(),
        cursor=page.cursor,
        limit=page.limit,
    )
    return cursor_page(request, found, _customer)


@router.post("/consent/decisions", response=list[DecisionOut], summary="Ask the gate")
def decide(request: HttpRequest, body: DecisionIn) -> list[dict[str, Any]]:
    """For each of these customers in scope, whether they may be used, why, and by which records.

    Customers that are unknown or out of scope are left out: they may not be used.
    """
    ids = [decode("cus", text) for text in body.customers]
    known = facade.decide_ids(
        actor=actor_of(request),
        purpose=body.purpose,
        channel=body.channel,
        customer_ids=ids,
        at=utc_now(),
    )
    return [decision_out(id_, known[id_]) for id_ in ids if id_ in known]


@router.get("/customers/{customer_id}/consents", response=list[ConsentOut], summary="Consents")
def get_consents(request: HttpRequest, customer_id: Path[CustomerId]) -> list[dict[str, Any]]:
    """What stands for one customer: every purpose and channel, with the reason."""
    id_ = decode("cus", customer_id)
    found = facade.get_consents(actor=actor_of(request), customer_id=id_, at=utc_now())
    return [consent_out(row) for row in found]


@router.post(
    "/customers/{customer_id}/consents",
    response=RecordedOut,
    summary="Record consents",
    openapi_extra=with_examples({"form": ("A form signed in a store", _SAID)}),
)
@idempotent
def record_consents(
    request: HttpRequest, customer_id: Path[CustomerId], body: RecordIn
) -> dict[str, int]:
    """Record what a customer said; the same again changes nothing."""
    done = facade.record_consents(
        actor=actor_of(request),
        customer_id=decode("cus", customer_id),
        statements=[statement(one) for one in body.statements],
        note=body.note,
        now=utc_now(),
    )
    return {"made": done.made, "known": done.known}


@router.get(
    "/customers/{customer_id}/consents/records", response=list[RecordOut], summary="History"
)
def list_records(request: HttpRequest, customer_id: Path[CustomerId]) -> list[dict[str, Any]]:
    """All that was recorded of one customer, the newest first."""
    id_ = decode("cus", customer_id)
    return [
        record_out(row) for row in facade.list_records(actor=actor_of(request), customer_id=id_)
    ]


@router.get("/customers/{customer_id}/consents/receipt", response=ReceiptOut, summary="Receipt")
def receipt(request: HttpRequest, customer_id: Path[CustomerId]) -> dict[str, Any]:
    """A machine-readable receipt: records with proofs, what follows from them, and the texts."""
    actor, now, id_ = actor_of(request), utc_now(), decode("cus", customer_id)
    records = facade.list_records(actor=actor, customer_id=id_)
    agreed = {(row.purpose, row.text_version, row.language) for row in records}
    consents = facade.get_consents(actor=actor, customer_id=id_, at=now)
    return {
        "customer": customer_id,
        "generated_at": format_time(now),
        "consents": [consent_out(row) for row in consents],
        "records": [record_out(row) for row in records],
        "texts": [
            text_out(row)
            for row in facade.list_texts()
            if (row.purpose, row.version, row.language) in agreed
        ],
    }


def _customer(row: ConsentCustomerRow) -> dict[str, Any]:
    return {
        "id": encode("cus", row.customer.id),
        "name": row.customer.name,
        "observed_at": format_time(row.observed_at) if row.observed_at else None,
        "valid_until": format_time(row.valid_until) if row.valid_until else None,
        "is_allowed": row.is_allowed,
    }
