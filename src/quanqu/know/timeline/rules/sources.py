"""What the fields of a source must be."""

import re
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from quanqu.kernel.text import normal_text
from quanqu.know.timeline.contracts import Intake, IntakeChange, SourceInputError

ANY_ORIGIN: Final = "*"
MAX_NAME_CHARS: Final = 120
MAX_RATE: Final = 1_000_000
MAX_LATE_DAYS: Final = 36_500
MAX_AHEAD_S: Final = 31_536_000

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_BREAKS: Final = re.compile(r"[^a-z0-9]+")


def source_name(text: str) -> str:
    """Return the name in normal form. Raises: SourceInputError."""
    name = normal_text(text)
    if not 0 < len(name) <= MAX_NAME_CHARS:
        raise SourceInputError(field="name", reason=f"it has 1 to {MAX_NAME_CHARS} characters")
    return name


def source_code(code: str, *, name: str) -> str:
    """Return the code, made of the name when it is empty. Raises: SourceInputError."""
    made = code or _BREAKS.sub("-", name.lower()).strip("-")[:64]
    if not _CODE.fullmatch(made):
        reason = "it has 1 to 64 small letters, digits, hyphens or underscores"
        raise SourceInputError(field="code", reason=reason)
    return made


def source_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    """Return web origins in normal form, without repeats. Raises: SourceInputError."""
    return tuple(dict.fromkeys(_origin(origin) for origin in origins))


def source_rate(rate_limit: int) -> int:
    """Return the rate limit in events per second, 0 for none. Raises: SourceInputError."""
    if not 0 <= rate_limit <= MAX_RATE:
        raise SourceInputError(field="rate_limit", reason=f"it is 0 to {MAX_RATE}")
    return rate_limit


def intake_with(*, change: IntakeChange, before: Intake | None = None) -> Intake:
    """Return settings with a change to them, or to those a new source has.

    Raises: SourceInputError.
    """
    return source_intake(before or Intake(), change)


def source_intake(before: Intake, change: IntakeChange) -> Intake:
    """Return what a source lets in after a change. Raises: SourceInputError."""
    told = {
        name: value
        for name in IntakeChange.__slots__
        if (value := getattr(change, name)) is not None
    }
    intake = replace(before, **told)
    rate = intake.sampling_rate
    if not rate.is_finite() or not 0 <= rate <= 1 or rate != round(rate, 4):
        reason = "it is 0 to 1, with four digits after the point at most"
        raise SourceInputError(field="sampling_rate", reason=reason)
    if not 0 <= intake.late_days <= MAX_LATE_DAYS:
        raise SourceInputError(field="late_days", reason=f"it is 0 to {MAX_LATE_DAYS}")
    if not 0 <= intake.ahead_s <= MAX_AHEAD_S:
        raise SourceInputError(field="ahead_s", reason=f"it is 0 to {MAX_AHEAD_S}")
    return intake


def may_send(*, origin: str, allowed: frozenset[str]) -> bool:
    """Tell whether a page of this origin may send: it is listed, or any origin is."""
    return ANY_ORIGIN in allowed or origin.lower() in allowed


def _origin(text: str) -> str:
    origin = text.strip().lower().rstrip("/")
    if origin == ANY_ORIGIN:
        return origin
    try:
        parts = urlsplit(origin)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or origin != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        reason = f'{text!r} is not an origin such as "https://shop.example"'
        raise SourceInputError(field="allowed_origins", reason=reason)
    return origin
