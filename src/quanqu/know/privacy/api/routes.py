"""The calls: requests and what is done with them, the inventory, retention, the policy."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.time import utc_now
from quanqu.know.privacy import facade
from quanqu.know.privacy.api.schemas import (
    HoldingOut,
    LiftIn,
    LiftOut,
    PolicyIO,
    ReasonIn,
    ReportCheckOut,
    ReportIn,
    RequestDetailOut,
    RequestFilterIn,
    RequestIn,
    RequestOut,
    RetentionIn,
    RetentionOut,
    VerificationIn,
)
from quanqu.know.privacy.contracts import (
    NewRequest,
    PrivacyPolicy,
    RequestDetail,
    RequestFilters,
    RequestRow,
)

router = Router(tags=["privacy"])


@router.get("/privacy/requests", response=PageOut[RequestOut], summary="List privacy requests")
def list_requests(
    request: HttpRequest, filters: Query[RequestFilterIn], page: Query[PageParams]
) -> dict[str, Any]:
    """Requests of people about their data, newest first, with their clock."""
    found = facade.list_requests(
        actor=actor_of(request),
        filters=RequestFilters(filters.kind, filters.state, filters.is_open),
        now=utc_now(),
        cursor=page.cursor,
        limit=page.limit,
    )
    return cursor_page(request, found, _row)


@router.post("/privacy/requests", response=RequestOut, summary="Take a privacy request in")
@idempotent
def create_request(request: HttpRequest, payload: RequestIn) -> dict[str, Any]:
    """Take a request in; its clock runs from when the person asked."""
    new = NewRequest(
        payload.kind,
        tuple(payload.customer_ids),
        payload.basis,
        payload.received_at,
        payload.corrections,
    )
    return _row(facade.create_request(actor=actor_of(request), new=new, now=utc_now()))


@router.get(
    "/privacy/requests/{request_id}", response=RequestDetailOut, summary="Get a privacy request"
)
def get_request(request: HttpRequest, request_id: str) -> dict[str, Any]:
    """One request with its trail, what was done place by place, and the signed report."""
    found = facade.get_request(actor=actor_of(request), request_id=request_id, now=utc_now())
    return _detail(found)


@router.post(
    "/privacy/requests/{request_id}/verification",
    response=RequestOut,
    summary="Note that the person was identified",
)
def verify_request(
    request: HttpRequest, request_id: str, payload: VerificationIn
) -> dict[str, Any]:
    """Say how it was seen that the person is who they say."""
    row = facade.verify_request(
        actor=actor_of(request), request_id=request_id, how=payload.how, now=utc_now()
    )
    return _row(row)


@router.post(
    "/privacy/requests/{request_id}/approval", response=RequestOut, summary="Approve an erasure"
)
def approve_request(request: HttpRequest, request_id: str) -> dict[str, Any]:
    """Approve as a second person; not for who verified it."""
    return _row(
        facade.approve_request(actor=actor_of(request), request_id=request_id, now=utc_now())
    )


@router.post(
    "/privacy/requests/{request_id}/extension", response=RequestOut, summary="Extend the deadline"
)
def extend_request(request: HttpRequest, request_id: str, payload: ReasonIn) -> dict[str, Any]:
    """Extend by two months, once, before it is over, and tell the person why."""
    row = facade.extend_request(
        actor=actor_of(request), request_id=request_id, reason=payload.reason, now=utc_now()
    )
    return _row(row)


@router.post(
    "/privacy/requests/{request_id}/cancellation", response=RequestOut, summary="Cancel a request"
)
def cancel_request(request: HttpRequest, request_id: str, payload: ReasonIn) -> dict[str, Any]:
    """Take a request back that is not carried out yet."""
    row = facade.cancel_request(
        actor=actor_of(request), request_id=request_id, reason=payload.reason, now=utc_now()
    )
    return _row(row)


@router.post(
    "/privacy/requests/{request_id}/refusal", response=RequestOut, summary="Refuse a request"
)
def refuse_request(request: HttpRequest, request_id: str, payload: ReasonIn) -> dict[str, Any]:
    """Refuse a request; the reason is what the person is told."""
    row = facade.refuse_request(
        actor=actor_of(request), request_id=request_id, reason=payload.reason, now=utc_now()
    )
    return _row(row)


@router.post(
    "/privacy/requests/{request_id}/start", response=RequestOut, summary="Carry a request out"
)
def start_request(request: HttpRequest, request_id: str) -> dict[str, Any]:
    """Leave a verified request to the worker; from here there is no way back."""
    return _row(facade.start_request(actor=actor_of(request), request_id=request_id, now=utc_now()))


@router.get("/privacy/requests/{request_id}/package", summary="Download a person's data")
def download_package(request: HttpRequest, request_id: str) -> HttpResponse:
    """The ZIP of an access request: everything as JSON, and as CSV by place."""
    content = facade.download_package(actor=actor_of(request), request_id=request_id, now=utc_now())
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{request_id}.zip"'
    return answer


@router.post("/privacy/report-checks", response=ReportCheckOut, summary="Check a report")
def check_report(request: HttpRequest, payload: ReportIn) -> dict[str, bool]:
    """Whether a report was signed by this installation and not changed since."""
    actor_of(request)
    return {"is_genuine": facade.is_genuine(report=payload.report)}


@router.get("/privacy/inventory", response=list[HoldingOut], summary="Where personal data rests")
def list_holdings(request: HttpRequest) -> list[dict[str, Any]]:
    """Every place that holds personal data, column by column, and what an erasure does there."""
    found = facade.list_holdings(actor=actor_of(request))
    return [{**asdict(one), "columns": dict(one.columns)} for one in found]


@router.get("/privacy/retention", response=list[RetentionOut], summary="How long data is kept")
def list_retention(request: HttpRequest) -> list[dict[str, Any]]:
    """Every retention rule with what a run of it would drop now."""
    return [asdict(one) for one in facade.list_retention(actor=actor_of(request), now=utc_now())]


@router.put("/privacy/retention/{rule}", response={204: None}, summary="Change a retention rule")
def set_retention(request: HttpRequest, rule: str, payload: RetentionIn) -> Status[None]:
    """Keep data of one sort for so many days; null: without limit."""
    facade.set_retention(actor=actor_of(request), code=rule, days=payload.days, now=utc_now())
    return Status(204, None)


@router.get("/privacy/policy", response=PolicyIO, summary="How requests are dealt with")
def get_policy(request: HttpRequest) -> dict[str, Any]:
    """Four eyes on erasures, the days of the PIPL's clock, of exports and of backups."""
    return asdict(facade.get_policy(actor=actor_of(request)))


@router.put("/privacy/policy", response=PolicyIO, summary="Change how requests are dealt with")
def set_policy(request: HttpRequest, payload: PolicyIO) -> dict[str, Any]:
    """From now on; requests that are in keep what they were taken in with."""
    policy = PrivacyPolicy(**payload.model_dump())
    return asdict(facade.set_policy(actor=actor_of(request), policy=policy, now=utc_now()))


@router.post("/privacy/restriction-lifts", response=LiftOut, summary="Lift a restriction")
def lift_restriction(request: HttpRequest, payload: LiftIn) -> dict[str, bool]:
    """End a restriction or an opt-out as the person asked."""
    was = facade.lift_restriction(
        actor=actor_of(request), customer_id=payload.customer_id, kind=payload.kind, now=utc_now()
    )
    return {"was_restricted": was}


def _row(row: RequestRow) -> dict[str, Any]:
    return asdict(row)


def _detail(found: RequestDetail) -> dict[str, Any]:
    return {
        **asdict(found.row),
        "trail": [asdict(one) for one in found.trail],
        "steps": [asdict(one) for one in found.steps],
        "report": found.report,
        "corrected_fields": list(found.corrected_fields),
    }
