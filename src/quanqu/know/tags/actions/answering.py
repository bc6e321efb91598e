"""Keep what people say of a sample: the tag is right about this customer, or wrong."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.know.customers.facade import keys_of_customers, tags_worn
from quanqu.know.tags.contracts import (
    Answer,
    AnsweredFile,
    ArchivedTagError,
    RejectedAnswer,
)
from quanqu.know.tags.models import TagAnswer, WorkedTag
from quanqu.know.tags.queries.accuracy import answers_of
from quanqu.know.tags.queries.tags import MANAGE, make_rows, require_group, worked_tag
from quanqu.know.tags.rules.answer_file import read_answers


def answer_sample(
    *, actor: Actor, tag_id: UUID, answers: Sequence[Answer], now: datetime
) -> AnsweredFile:
    """Keep answers about customers and the version in force, each for what the customer wears now.

    The last answer about a customer counts; the same again is not kept twice.  Customers that are
    not there are named by their place in the list, from 1.
    Locks: the tag.  Raises: NotAllowedError, NotFoundError, ArchivedTagError.
    """
    numbered = list(enumerate(answers, start=1))
    return _keep(actor, tag_id, numbered, [], now)


def import_answers(*, actor: Actor, tag_id: UUID, content: bytes, now: datetime) -> AnsweredFile:
    """Keep the answers of a CSV file with the columns customer and answer; see answer_sample.

    Raises: NotAllowedError, NotFoundError, ArchivedTagError, AnswerFileError.
    """
    require_group(actor, MANAGE)
    good, bad = read_answers(content)
    return _keep(actor, tag_id, good, bad, now)


def _keep(
    actor: Actor,
    tag_id: UUID,
    numbered: Sequence[tuple[int, Answer]],
    rejected: list[RejectedAnswer],
    now: datetime,
) -> AnsweredFile:
    require_group(actor, MANAGE)
    keys = keys_of_customers(actor=actor, customer_ids={one.customer_id for _, one in numbered})
    with transaction.atomic():
        row = WorkedTag.objects.select_for_update().get(key=worked_tag(tag_id).key)
        if make_rows([row])[0].archived_at is not None:
            raise ArchivedTagError
        worn = tags_worn(tag_key=row.tag_id, customer_keys=set(keys.values()))
        before = {key: (one.is_worn, one.is_right) for key, one in answers_of(row).items()}
        made, known, bad = [], 0, list(rejected)
        for number, one in numbered:
            key = keys.get(one.customer_id)
            if key is None:
                bad.append(RejectedAnswer(number, "there is no such customer"))
            elif before.get(key) == (key in worn, one.is_right):
                known += 1
            else:
                before[key] = (key in worn, one.is_right)
                made.append(_answer(actor, row, key, key in worn, one.is_right, now))
        TagAnswer.objects.bulk_create(made)
        if made:
            record(
                actor=actor,
                action="tags.answer",
                subject=encode("tag", row.id),
                after={"version": row.version, "count": len(made)},
                now=now,
            )
    return AnsweredFile(len(made), known, tuple(sorted(bad, key=lambda one: one.line)))


def _answer(
    actor: Actor, row: WorkedTag, key: int, is_worn: bool, is_right: bool, now: datetime
) -> TagAnswer:
    return TagAnswer(
        worked=row,
        version=row.version,
        subject_key=key,
        is_worn=is_worn,
        is_right=is_right,
        answered_by=actor.name,
        answered_at=now,
    )
