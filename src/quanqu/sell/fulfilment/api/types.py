"""The kinds of values the API of fulfilment takes."""

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
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
PlaceId = Annotated[str, Field(max_length=40, pattern=r"^plc_[0-9a-z]{26}$")]
Day = Annotated[date, BeforeValidator(iso_day)]
Amount = Annotated[str, Field(max_length=24, pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["12.34"])]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])]
Country = Annotated[str, Field(pattern=r"^([A-Z]{2}|\*)$", examples=["CN"])]
Grams = Annotated[int, Field(strict=True, ge=0, le=5_000_000, examples=[1200])]
Millimetres = Annotated[int, Field(strict=True, ge=0, le=20_000, examples=[300])]
