"""Reading a file of exchange rates."""

import csv
import io
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from quanqu.know.org.contracts import OrgInputError, Rate, RateFileError
from quanqu.know.org.rules.fields import check_currency

_COLUMNS: Final = ("currency", "to_currency", "valid_on", "rate")
_MAX_RATE: Final = Decimal(10) ** 10
_PLACES: Final = 10


def read_rates(text: str, *, source: str) -> tuple[Rate, ...]:
    """Read CSV with the columns currency, to_currency, valid_on (ISO date) and rate.

    All lines or none; a day given twice for one pair is refused. Raises: RateFileError.
    """
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise RateFileError(line=1, reason=f"the column {missing[0]} is missing")
    found: dict[tuple[str, str, date], Rate] = {}
    for row in reader:
        rate = _read(row, source, reader.line_num)
        identity = (rate.currency, rate.to_currency, rate.valid_on)
        if identity in found:
            raise RateFileError(line=reader.line_num, reason="this day is given twice")
        found[identity] = rate
    return tuple(found.values())


def check_rate(rate: Rate) -> Rate:
    """Return a positive rate between two currencies. Raises: OrgInputError."""
    check_currency(rate.currency)
    check_currency(rate.to_currency)
    if rate.currency == rate.to_currency:
        raise OrgInputError(field="to_currency", reason="give two different currencies")
    if not rate.rate.is_finite() or not 0 < rate.rate < _MAX_RATE:
        raise OrgInputError(field="rate", reason="give a positive number")
    if -int(rate.rate.as_tuple().exponent) > _PLACES:
        raise OrgInputError(field="rate", reason=f"give at most {_PLACES} decimals")
    if not rate.source.strip():
        raise OrgInputError(field="source", reason="say where the rate comes from")
    return rate


def _read(row: dict[str, str], source: str, line: int) -> Rate:
    try:
        return check_rate(
            Rate(
                (row["currency"] or "").strip(),
                (row["to_currency"] or "").strip(),
                date.fromisoformat((row["valid_on"] or "").strip()),
                Decimal((row["rate"] or "").strip()),
                source,
            )
        )
    except InvalidOperation:
        raise RateFileError(line=line, reason=f"{row['rate']!r} is not a number") from None
    except ValueError:
        raise RateFileError(line=line, reason=f"{row['valid_on']!r} is not a date") from None
    except OrgInputError as error:
        raise RateFileError(line=line, reason=str(error)) from None
