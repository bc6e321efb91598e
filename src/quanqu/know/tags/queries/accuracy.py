"""How right a tag is, by the answers given about a sample, and whom to ask about next."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.know.customers.facade import customer_keys, sample_by_tag
from quanqu.know.tags.contracts import Accuracy, SampleRow, Stratum
from quanqu.know.tags.models import TagAnswer, TagRefresh, WorkedTag
from quanqu.know.tags.queries.tags import VIEW, require_group, worked_tag
from quanqu.know.tags.rules import accuracy as rules


def get_accuracy(*, actor: Actor, tag_id: UUID) -> Accuracy:
    """Return how right the version in force is.

    By the answers about it, each for what the customer wore then; the sizes of the strata are
    those of the last refresh.  Raises: NotAllowedError, NotFoundError.
    """
    require_group(actor, VIEW)
    return _accuracies([worked_tag(tag_id)])[tag_id]


def list_accuracies(*, actor: Actor) -> dict[UUID, Accuracy]:
    """Return how right each computed tag is: three queries, whatever their number.

    Raises: NotAllowedError.
    """
    require_group(actor, VIEW)
    return _accuracies(list(WorkedTag.objects.all()))


def _accuracies(rows: Sequence[WorkedTag]) -> dict[UUID, Accuracy]:
    refreshes = TagRefresh.objects.filter(worked__in=rows, error="").order_by("worked_id", "-key")
    last = {one.worked_id: one for one in refreshes.distinct("worked_id")}
    said = list(TagAnswer.objects.filter(worked__in=rows).order_by("key"))
    owners = customer_keys(subject_keys={one.subject_key for one in said})
    latest: dict[int, dict[tuple[bool, int], TagAnswer]] = {row.key: {} for row in rows}
    versions = {row.key: row.version for row in rows}
    for one in said:
        owner = owners.get(one.subject_key)
        if owner is not None:
            is_now = one.version == versions[one.worked_id]
            latest[one.worked_id][is_now, owner] = one
    return {row.id: _accuracy(row, last.get(row.key), latest[row.key]) for row in rows}


def _accuracy(
    row: WorkedTag, last: TagRefresh | None, answers: Mapping[tuple[bool, int], TagAnswer]
) -> Accuracy:
    size, everybody = (last.customers, last.everybody) if last else (0, 0)
    said = [one for (is_now, _), one in answers.items() if is_now]
    worn = _stratum(size, [one for one in said if one.is_worn])
    unworn = _stratum(max(everybody - size, 0), [one for one in said if not one.is_worn])
    return Accuracy(
        version=row.version,
        worn=worn,
        unworn=unworn,
        earlier_answers=len(answers) - len(said),
        precision=rules.precision(worn),
        missed_rate=rules.missed_rate(unworn),
        recall=rules.recall(worn, unworn),
    )


def draw_sample(*, actor: Actor, tag_id: UUID, each: int = 5) -> tuple[SampleRow, ...]:
    """Return customers to be asked about next: as many who wear the tag as who do not, masked.

    Drawn by a stable hash among those nobody answered for yet about the version in force; the same
    until they are answered for.  Raises: NotAllowedError, NotFoundError.
    """
    require_group(actor, VIEW)
    row = worked_tag(tag_id)
    done = list(answers_of(row))
    return tuple(
        SampleRow(one.customer, is_worn, one.value_text, one.value_number)
        for is_worn in (True, False)
        for one in sample_by_tag(
            actor=actor, tag_key=row.tag_id, is_worn=is_worn, without=done, limit=each
        )
    )


def answers_of(row: WorkedTag) -> dict[int, TagAnswer]:
    """Return the last answer about the version in force, by the key of the customer now."""
    said = TagAnswer.objects.filter(worked=row, version=row.version).order_by("key")
    found = {one.subject_key: one for one in said}
    owners = customer_keys(subject_keys=list(found))
    latest = sorted(found.values(), key=lambda one: one.key)
    return {owners[one.subject_key]: one for one in latest if one.subject_key in owners}


def _stratum(size: int, said: list[TagAnswer]) -> Stratum:
    return rules.stratum(size, len(said), sum(one.is_right for one in said))
