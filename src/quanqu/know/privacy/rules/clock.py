"""The clock of a request: until when the law wants an answer.

GDPR Art. 12(3): one month of receipt, extended by two further months where necessary.  Months are
those of the calendar, ending on the last day where a month is shorter (Regulation 1182/71 Art. 3).
PIPL sets no number ("in time", Art. 50); GB/T 35273-2020 8.7 recommends thirty days.
"""

import calendar
from datetime import datetime, timedelta

from quanqu.know.privacy.contracts import LegalBasis

_MONTHS = 1
_FURTHER_MONTHS = 2
_YEAR = 12


def due_at(received_at: datetime, basis: LegalBasis, *, pipl_days: int) -> datetime:
    """Return until when a request has to be answered."""
    if basis is LegalBasis.PIPL:
        return received_at + timedelta(days=pipl_days)
    return add_months(received_at, _MONTHS)


def extended_due_at(received_at: datetime) -> datetime:
    """Return the end of the extended time under the GDPR."""
    return add_months(received_at, _MONTHS + _FURTHER_MONTHS)


def add_months(moment: datetime, months: int) -> datetime:
    """Return the same day so many months later, or the last day of that month."""
    years, month = divmod(moment.month - 1 + months, _YEAR)
    year = moment.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
