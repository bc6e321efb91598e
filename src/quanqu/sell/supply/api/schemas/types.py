"""The kinds of values the API of supply takes."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def iso_day(value: object) -> object:
    """Let only full-date texts through (RFC 3339): a number is no day."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written as 2026-11-22")
    return value


Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
LongText = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(max_length=40)]
Day = Annotated[date, BeforeValidator(iso_day)]
Amount = Annotated[str, Field(pattern=r"^\d{1,12}(\.\d{1,4})?$", examples=["12.34"])]
SignedAmount = Annotated[str, Field(pattern=r"^-?\d{1,12}(\.\d{1,4})?$", examples=["12.34"])]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["CNY"])]
Quantity = Annotated[int, Field(ge=1, le=10_000_000)]
Units = Annotated[int, Field(ge=0, le=10_000_000)]
