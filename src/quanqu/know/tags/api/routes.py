"""The calls: computed tags, their versions, refreshes and accuracy."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.ids import decode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.customers.contracts import TagKind
from quanqu.know.tags import facade
from quanqu.know.tags.api.schemas import (
    AccuracyOut,
    AnsweredOut,
    AnswersIn,
    ComputedTagOut,
    SampleOut,
    TagChangeIn,
    TagId,
    TagNewIn,
    TagRefreshOut,
    TagsQuery,
    TagVersionOut,
    accuracy_out,
    answered_out,
    refresh_out,
    sample_out,
    tag_out,
)
from quanqu.know.tags.contracts import Answer, Every, TagDraft

router = Router(tags=["tags"])


@router.get("/tags", response=list[ComputedTagOut], summary="List computed tags")
def list_tags(request: HttpRequest, query: Query[TagsQuery]) -> list[dict[str, Any]]:
    """The tags that are worked out, by name; those put on by hand are at /customers/tags."""
    actor = actor_of(request)
    found = facade.list_tags(actor=actor, is_archived=query.archived)
    return [tag_out(row, actor.language) for row in found]


@router.post("/tags", response={201: ComputedTagOut}, summary="Make a computed tag")
@idempotent
def save_tag(request: HttpRequest, body: TagNewIn) -> dict[str, Any]:
    """Make a rule tag or a statistical tag; it is worked out soon after."""
    actor = actor_of(request)
    draft = _draft(TagKind(body.kind), body)
    row = facade.save_tag(actor=actor, name=body.name, draft=draft, now=utc_now())
    return tag_out(row, actor.language)


@router.get("/tags/statistics/schema", response=dict[str, Any], summary="Schema of statistics")
def statistic_schema(request: HttpRequest) -> dict[str, Any]:
    """The JSON Schema of the definition of a statistical tag."""
    return facade.statistic_schema()


@router.get("/tags/{tag_id}", response=ComputedTagOut, summary="Get a computed tag")
def get_tag(request: HttpRequest, tag_id: Path[TagId]) -> dict[str, Any]:
    """One computed tag."""
    actor = actor_of(request)
    return tag_out(facade.get_tag(actor=actor, tag_id=decode("tag", tag_id)), actor.language)


@router.put("/tags/{tag_id}", response=ComputedTagOut, summary="Change a computed tag")
@idempotent
def change_tag(request: HttpRequest, tag_id: Path[TagId], body: TagChangeIn) -> dict[str, Any]:
    """Say anew what a tag is; another definition is a new version, and is worked out soon after."""
    actor, identity = actor_of(request), decode("tag", tag_id)
    kind = facade.get_tag(actor=actor, tag_id=identity).kind
    row = facade.change_tag(actor=actor, tag_id=identity, draft=_draft(kind, body), now=utc_now())
    return tag_out(row, actor.language)


@router.post("/tags/{tag_id}/archive", response=ComputedTagOut, summary="Archive a computed tag")
@idempotent
def archive_tag(request: HttpRequest, tag_id: Path[TagId]) -> dict[str, Any]:
    """Put a tag away: it comes off everybody; its versions and its past stay."""
    actor = actor_of(request)
    row = facade.archive_tag(actor=actor, tag_id=decode("tag", tag_id), now=utc_now())
    return tag_out(row, actor.language)


@router.post("/tags/{tag_id}/restoration", response=ComputedTagOut, summary="Take a tag back")
@idempotent
def restore_tag(request: HttpRequest, tag_id: Path[TagId]) -> dict[str, Any]:
    """Take a tag back from the archive; it is worked out soon after."""
    actor = actor_of(request)
    row = facade.restore_tag(actor=actor, tag_id=decode("tag", tag_id), now=utc_now())
    return tag_out(row, actor.language)


@router.get("/tags/{tag_id}/versions", response=list[TagVersionOut], summary="Versions of a tag")
def list_versions(request: HttpRequest, tag_id: Path[TagId]) -> list[dict[str, Any]]:
    """The saved states of the definition, newest first."""
    found = facade.list_versions(actor=actor_of(request), tag_id=decode("tag", tag_id))
    return [
        {
            "version": row.version,
            "definition": dict(row.definition),
            "saved_by": row.saved_by,
            "saved_at": format_time(row.saved_at),
        }
        for row in found
    ]


@router.get("/tags/{tag_id}/refreshes", response=list[TagRefreshOut], summary="Refreshes of a tag")
def list_refreshes(request: HttpRequest, tag_id: Path[TagId]) -> list[dict[str, Any]]:
    """The last 100 refreshes, newest first, those that failed too."""
    found = facade.list_refreshes(actor=actor_of(request), tag_id=decode("tag", tag_id))
    return [refresh_out(row) for row in found]


@router.post("/tags/{tag_id}/refreshes", response=TagRefreshOut, summary="Work a tag out now")
@idempotent
def refresh_tag(request: HttpRequest, tag_id: Path[TagId]) -> dict[str, Any]:
    """Work out who wears the tag with which value, now."""
    actor, identity = actor_of(request), decode("tag", tag_id)
    done = facade.refresh_tag(actor=actor, tag_id=identity, now=utc_now())
    if done is None:  # a later one, or another version, came in between
        done = facade.list_refreshes(actor=actor, tag_id=identity, limit=1)[0]
    return refresh_out(done)


@router.get("/tags/{tag_id}/accuracy", response=AccuracyOut, summary="Accuracy of a tag")
def get_accuracy(request: HttpRequest, tag_id: Path[TagId]) -> dict[str, Any]:
    """How right the version in force is, by the answers about a sample."""
    found = facade.get_accuracy(actor=actor_of(request), tag_id=decode("tag", tag_id))
    return accuracy_out(found)


@router.get("/tags/{tag_id}/sample", response=list[SampleOut], summary="Sample to be asked about")
def draw_sample(request: HttpRequest, tag_id: Path[TagId]) -> list[dict[str, Any]]:
    """Ten customers to be asked about next: with the tag and without, drawn by a stable hash."""
    found = facade.draw_sample(actor=actor_of(request), tag_id=decode("tag", tag_id))
    return [sample_out(row) for row in found]


@router.post("/tags/{tag_id}/answers", response=AnsweredOut, summary="Answer about customers")
@idempotent
def answer_sample(request: HttpRequest, tag_id: Path[TagId], body: AnswersIn) -> dict[str, Any]:
    """Say whether the tag is right about customers; the last answer about each counts."""
    answers = [Answer(decode("cus", one.customer), one.is_right) for one in body.answers]
    done = facade.answer_sample(
        actor=actor_of(request), tag_id=decode("tag", tag_id), answers=answers, now=utc_now()
    )
    return answered_out(done)


@router.post("/tags/{tag_id}/answers/file", response=AnsweredOut, summary="Import answers")
def import_answers(request: HttpRequest, tag_id: Path[TagId]) -> dict[str, Any]:
    """Answers of a CSV file, sent as the body: columns customer (cus_…) and answer (right, wrong).

    The same file again changes nothing.
    """
    done = facade.import_answers(
        actor=actor_of(request),
        tag_id=decode("tag", tag_id),
        content=request.body,
        now=utc_now(),
    )
    return answered_out(done)


def _draft(kind: TagKind, body: TagChangeIn) -> TagDraft:
    return TagDraft(
        kind=kind,
        description=body.description,
        owner=body.owner,
        definition=body.definition,
        every=Every(body.every),
    )
