"""The nightly clean-up of the HTTP edge."""

from datetime import datetime
from importlib import import_module

from django.conf import settings

from quanqu.infra.http.facade import drop_old_answers, drop_old_buckets
from quanqu.infra.jobs.facade import periodic


@periodic(name="http.drop_old", cron="17 3 * * *")
def drop_old(*, now: datetime) -> int:
    """Forget answers and callers older than a day, and sessions that are over; count the former."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return drop_old_answers(now=now) + drop_old_buckets(now=now)
