"""How long each sort of data is kept here, what waits to be dropped, what was dropped last."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.personal.facade import Retained, retained
from quanqu.kernel.errors import NotFoundError
from quanqu.know.privacy.contracts import VIEW, RetentionRow
from quanqu.know.privacy.models import RetentionRule, RetentionRun
from quanqu.know.privacy.queries.rights import require_whole


def list_retention(*, actor: Actor, now: datetime) -> tuple[RetentionRow, ...]:
    """Return every rule with a dry run of it. Raises: NotAllowedError."""
    require_whole(actor, VIEW)
    chosen = chosen_days()
    latest = RetentionRun.objects.order_by("code", "-key").distinct("code")
    last = {run.code: run for run in latest}
    return tuple(_row(sort, chosen, last.get(sort.code), now) for sort in retained())


def chosen_days() -> Mapping[str, int | None]:
    """Return the days of each sort as chosen here, else the usual ones."""
    usual = {sort.code: sort.usual for sort in retained()}
    return {**usual, **dict(RetentionRule.objects.values_list("code", "days"))}


def sort_of(code: str) -> Retained:
    """Return a sort of data. Raises: NotFoundError."""
    found = next((sort for sort in retained() if sort.code == code), None)
    if found is None:
        raise NotFoundError(kind="Retention rule", ref=code[:40])
    return found


def _row(
    sort: Retained, chosen: Mapping[str, int | None], last: RetentionRun | None, now: datetime
) -> RetentionRow:
    days = chosen[sort.code]
    return RetentionRow(
        code=sort.code,
        data_class=sort.data_class.value,
        days=days,
        usual_days=sort.usual,
        least_days=sort.least,
        most_days=sort.most,
        waiting=0 if days is None else sort.count(now - timedelta(days=days)),
        last_run_at=last.ran_at if last else None,
        last_deleted=last.deleted if last else None,
    )
