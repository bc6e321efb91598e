"""Work out what a forecast of an audience's size is made of."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.jobs.facade import defer
from quanqu.know.audiences.actions.refreshing import rules_of
from quanqu.know.audiences.actions.saving import scope_of
from quanqu.know.audiences.contracts import ArchivedAudienceError, StaticForecastError
from quanqu.know.audiences.models import Audience, AudienceList, AudiencePastSize
from quanqu.know.audiences.queries.found import as_of_in
from quanqu.know.audiences.queries.past_sizes import count_as_of, first_event_day
from quanqu.know.audiences.queries.saved import VIEW, visible_audience
from quanqu.know.audiences.rules.reading import leaves
from quanqu.know.audiences.rules.size_forecast import longest_window, past_days

PAST_JOB: Final = "audiences.work_out_past"


def ask_forecast(*, actor: Actor, audience_id: UUID) -> None:
    """Have the sizes as of past days worked out soon; forecast_size tells when they are.

    Asked again while that waits, it is still done once.
    Raises: NotAllowedError, NotFoundError, ArchivedAudienceError, StaticForecastError,
    DefinitionError.
    """
    audience = visible_audience(actor, audience_id, VIEW)
    if audience.archived_at is not None:
        raise ArchivedAudienceError
    if AudienceList.objects.filter(audience=audience).exists():
        raise StaticForecastError
    rules_of(audience)
    defer(PAST_JOB, once=f"{PAST_JOB}:{audience.key}", audience_key=audience.key)


def work_out_past(*, audience_key: int, now: datetime) -> int:
    """Work out the sizes of one audience as of past days, in the place of those of before; return
    of how many days.

    The lake is asked before the transaction.  Nothing is done for an archived audience, and when
    the rules changed meanwhile.  Locks: the audience.
    """
    audience = Audience.objects.get(key=audience_key)
    if audience.archived_at is not None:
        return 0
    match, scope = rules_of(audience), scope_of(audience)
    as_of = as_of_in(scope, now.astimezone(UTC).date())
    first = first_event_day(scope)
    reach = longest_window([rule for _, rule in leaves(match)])
    earliest = None if first is None else first + timedelta(days=reach)
    sizes = count_as_of(match, scope, past_days(as_of, earliest))
    with transaction.atomic():
        locked = Audience.objects.select_for_update().get(key=audience_key)
        if locked.version != audience.version:
            return 0
        AudiencePastSize.objects.filter(audience=locked).delete()
        AudiencePastSize.objects.bulk_create(
            AudiencePastSize(
                audience=locked,
                version=locked.version,
                as_of=day,
                members=members,
                worked_out_at=now,
            )
            for day, members in sizes.items()
        )
    return len(sizes)
