"""Moments as an operator types them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import click

from quanqu.kernel.time import TimeFormatError, parse_time, utc_now

_SPAN: Final = re.compile(r"(\d{1,5})([dh])")
_UNITS: Final = {"d": timedelta(days=1), "h": timedelta(hours=1)}


class Moment(click.ParamType[datetime]):
    """30d or 12h from now, the end of a UTC day, or an RFC 3339 time."""

    name = "when"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read a moment; a wrong one is a usage error."""
        if isinstance(value, datetime):
            return value
        span = _SPAN.fullmatch(value)
        if span:
            return utc_now() + int(span.group(1)) * _UNITS[span.group(2)]
        try:
            if len(value) == len("2027-01-31"):
                day = date.fromisoformat(value)
                return datetime.combine(day, time.max, UTC)
            return parse_time(value)
        except (ValueError, TimeFormatError):
            self.fail(f"{value!r} is not 30d, 12h, a date or an RFC 3339 time.", param, ctx)


MOMENT: Final = Moment()
