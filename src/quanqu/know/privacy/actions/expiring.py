"""Drop what is older than its rule says, sort by sort, every night."""

from datetime import datetime, timedelta

from quanqu.infra.personal.facade import retained
from quanqu.kernel.errors import UnavailableError
from quanqu.know.privacy.models import RetentionRun
from quanqu.know.privacy.queries.retention import chosen_days

_RUNS_KEPT = timedelta(days=400)


def drop_expired(*, now: datetime) -> int:
    """Drop everything older than its rule says and return how much that was.

    Each sort is dropped and noted for itself; one whose store fails does not keep back the others.
    Not to be called within a transaction.  Raises: the error of the first that failed.
    """
    chosen, dropped = chosen_days(), 0
    failed: list[OSError | UnavailableError] = []
    for sort in retained():
        days = chosen[sort.code]
        if days is None:
            continue
        older_than = now - timedelta(days=days)
        try:
            count = sort.drop(older_than)
        except (OSError, UnavailableError) as error:
            failed.append(error)
            continue
        RetentionRun.objects.create(
            code=sort.code, ran_at=now, older_than=older_than, deleted=count
        )
        dropped += count
    RetentionRun.objects.filter(ran_at__lt=now - _RUNS_KEPT).delete()
    if failed:
        raise failed[0]
    return dropped
