"""Times: aware UTC instants, RFC 3339 text, business dates and reporting periods."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from quanqu.kernel.errors import InvalidError

__all__ = ["Period", "TimeFormatError", "format_time", "local_date", "parse_time", "utc_now"]


class TimeFormatError(InvalidError):
    """The text is not an RFC 3339 time with an offset."""

    code = "kernel.time_format"
    template = "{text!r} is not an RFC 3339 time."


def utc_now() -> datetime:
    """Read the clock. For entry points only: everything below takes `now` as an argument."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that reads the clock


def parse_time(text: str) -> datetime:
    """Read an RFC 3339 time into aware UTC. Raises: TimeFormatError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TimeFormatError(text=text) from None
    if moment.tzinfo is None:
        raise TimeFormatError(text=text)
    return moment.astimezone(UTC)


def format_time(moment: datetime) -> str:
    """Write an aware time as RFC 3339 in UTC with milliseconds: 2026-11-22T08:30:00.000Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_date(moment: datetime, zone: str) -> date:
    """Return the calendar date of an instant in an IANA zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidError(
                f"A period cannot end ({self.last}) before it starts ({self.first})."
            )

    @property
    def days(self) -> int:
        """The number of days, at least 1."""
        return (self.last - self.first).days + 1

    def previous(self) -> "Period":
        """Return the period of the same length that ends the day before this one starts."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def year_before(self) -> "Period":
        """Return the same calendar days one year earlier (29 February becomes the 28th)."""
        return Period(_year_before(self.first), _year_before(self.last))


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
