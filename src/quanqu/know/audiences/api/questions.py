"""The grammar, and questions asked of unsaved definitions."""

from typing import Any, Final

from django.http import HttpRequest
from ninja import Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import with_examples
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.time import utc_now
from quanqu.know.audiences import facade
from quanqu.know.audiences.api.insight_schemas import ComposeIn, OverlapIn, OverlapOut, PartOut
from quanqu.know.audiences.api.schemas import (
    CountOut,
    FieldOut,
    FoundEventOut,
    FoundKeyOut,
    FoundValueOut,
    KeysQuery,
    QuestionIn,
    RulesIn,
    ValidationOut,
    ValuesQuery,
    WhyIn,
    WhyOut,
    language_of,
)
from quanqu.know.audiences.contracts import FieldOrigin

router = Router(tags=["audiences"])

COUNTED: Final = {
    "lapsed": (
        "Bought twice in a year on the web, and not in the last 90 days",
        {
            "definition": {
                "version": 1,
                "match": {
                    "kind": "and",
                    "nodes": [
                        {
                            "kind": "event",
                            "event": "Order Completed",
                            "measure": "count",
                            "op": "gte",
                            "value": 2,
                            "where": [{"field": "channel", "op": "eq", "value": "web"}],
                            "window": {"last_days": 365},
                        },
                        {
                            "kind": "not",
                            "node": {
                                "kind": "event",
                                "event": "Order Completed",
                                "measure": "count",
                                "op": "gte",
                                "value": 1,
                                "window": {"last_days": 90},
                            },
                        },
                    ],
                },
            },
            "as_of": "2010-12-09",
        },
    )
}


@router.get("/audiences/grammar", response=dict[str, Any], summary="The grammar")
def get_grammar(request: HttpRequest) -> dict[str, Any]:
    """The JSON Schema of definitions."""
    actor_of(request)
    return facade.grammar()


@router.get("/audiences/fields", response=list[FieldOut], summary="What rules may speak of")
def get_fields(request: HttpRequest) -> list[Any]:
    """Fields and measures with the comparisons each allows."""
    return list(facade.fields(language=language_of(actor_of(request))))


@router.get("/audiences/events", response=list[FoundEventOut], summary="Event names in the data")
def get_found_events(request: HttpRequest) -> list[Any]:
    """The event names of the scope, the most frequent first, with counts and the last day."""
    return list(facade.list_found_events(actor=actor_of(request)))


@router.get("/audiences/keys", response=list[FoundKeyOut], summary="Keys in the data")
def get_found_keys(request: HttpRequest, query: Query[KeysQuery]) -> list[Any]:
    """The keys filled in a sample of customers' traits, or of one event's properties."""
    return list(
        facade.list_found_keys(
            actor=actor_of(request), origin=FieldOrigin(query.origin), event=query.event
        )
    )


@router.get("/audiences/values", response=list[FoundValueOut], summary="Values in the data")
def get_found_values(request: HttpRequest, query: Query[ValuesQuery]) -> list[Any]:
    """The values of a field, the most frequent first, with how many customers or events have it."""
    return list(
        facade.list_found_values(
            actor=actor_of(request),
            origin=FieldOrigin(query.origin),
            field=query.field,
            event=query.event,
            text=query.text,
            limit=query.limit,
        )
    )


@router.post("/audiences/validation", response=ValidationOut, summary="Check a definition")
def validate(request: HttpRequest, body: RulesIn) -> dict[str, Any]:
    """Whether a definition is right, with the exact place of each fault."""
    language = language_of(actor_of(request))
    problems = facade.validate(definition=body.definition)
    sentence = None
    if not problems:
        sentence = facade.describe_audience(definition=body.definition, language=language)
    return {
        "is_valid": not problems,
        "sentence": sentence,
        "problems": [
            {
                "path": found.path,
                "code": found.code,
                "message": facade.describe_fault(problem=found, language=language),
            }
            for found in problems
        ],
    }


@router.post(
    "/audiences/count", response=CountOut, summary="Count", openapi_extra=with_examples(COUNTED)
)
def count(request: HttpRequest, body: QuestionIn) -> dict[str, Any]:
    """How many customers in scope the rules hold for, now."""
    actor = actor_of(request)
    as_of = body.as_of or facade.find_as_of(actor=actor, today=utc_now().date())
    number = facade.count_audience(actor=actor, definition=body.definition, as_of=as_of)
    sentence = facade.describe_audience(definition=body.definition, language=language_of(actor))
    return {"count": number, "as_of": as_of, "sentence": sentence}


@router.post("/audiences/explanation", response=WhyOut, summary="Explain")
def explain(request: HttpRequest, body: WhyIn) -> Any:
    """Which rules hold for one customer, and what the customer has for each."""
    actor = actor_of(request)
    return facade.explain_membership(
        actor=actor,
        definition=body.definition,
        customer_id=decode("cus", body.customer),
        as_of=body.as_of or facade.find_as_of(actor=actor, today=utc_now().date()),
    )


@router.post("/audiences/overlap", response=OverlapOut, summary="Overlap")
def overlap(request: HttpRequest, body: OverlapIn) -> dict[str, Any]:
    """How the members of saved audiences overlap: in pairs, and in the sets that occur."""
    wanted = [decode("aud", one) for one in body.audiences]
    found = facade.overlap_audiences(actor=actor_of(request), audience_ids=wanted)
    return {
        "pairs": [
            {
                "first": encode("aud", cell.first),
                "second": encode("aud", cell.second),
                "customers": cell.customers,
                "jaccard": cell.jaccard,
                "of_first": cell.of_first,
                "of_second": cell.of_second,
            }
            for cell in found.pairs
        ],
        "sets": [
            {
                "audiences": [encode("aud", one) for one in each.audiences],
                "customers": each.customers,
            }
            for each in found.sets
        ],
    }


@router.post("/audiences/composition", response=list[PartOut], summary="Composition")
def compose(request: HttpRequest, body: ComposeIn) -> list[Any]:
    """The values of a field among the members beside everybody, with an index."""
    actor = actor_of(request)
    return list(
        facade.compose_audience(
            actor=actor,
            definition=body.definition,
            field=body.field,
            as_of=body.as_of or facade.find_as_of(actor=actor, today=utc_now().date()),
        )
    )
