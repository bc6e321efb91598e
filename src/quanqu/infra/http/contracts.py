"""What the HTTP edge refuses by itself, and the shape of what it says about limits."""

from dataclasses import dataclass
from typing import Any, ClassVar

from quanqu.kernel.errors import (
    InvalidError,
    QuanquError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
)

__all__ = [
    "ApiRateLimitedError",
    "IdempotencyInFlightError",
    "IdempotencyKeyError",
    "IdempotencyMismatchError",
    "Limit",
    "LimitState",
    "RequestFieldsError",
    "TransportError",
    "UnhealthyError",
]


class IdempotencyKeyError(InvalidError):
    """The Idempotency-Key is not 1 to 255 printable ASCII characters."""

    code: ClassVar[str] = "http.idempotency_key"
    template: ClassVar[str] = "Idempotency-Key: give 1 to 255 printable ASCII characters."


class IdempotencyMismatchError(InvalidError):
    """The key was used within a day for another body."""

    code: ClassVar[str] = "http.idempotency_mismatch"
    template: ClassVar[str] = "This Idempotency-Key was used for a different request body."


class IdempotencyInFlightError(RefusedError):
    """A call with this key is being worked on at this moment."""

    code: ClassVar[str] = "http.idempotency_in_flight"
    template: ClassVar[str] = "A call with this Idempotency-Key is still being worked on."


class ApiRateLimitedError(RateLimitedError):
    """The caller's allowance of calls is used up."""

    code: ClassVar[str] = "http.rate_limited"


class RequestFieldsError(InvalidError):
    """Fields of the request are missing or malformed; `errors` names each with its reason."""

    code: ClassVar[str] = "http.invalid_request"
    template: ClassVar[str] = "The request is not valid."


class UnhealthyError(UnavailableError):
    """The web server answers but cannot work: its database does not."""

    code: ClassVar[str] = "http.unhealthy"
    template: ClassVar[str] = "The database is {database}."


class TransportError(QuanquError):
    """What the web framework refuses before any of our code sees it; `status` says which."""

    code: ClassVar[str] = "http.error"

    def __init__(self, status: int, message: str, **fields: Any) -> None:
        super().__init__(message, **fields)
        self.status = status


@dataclass(frozen=True, slots=True)
class Limit:
    """A token bucket: `burst` calls at once, refilled by `per_s` calls a second."""

    burst: int
    per_s: float


@dataclass(frozen=True, slots=True)
class LimitState:
    """A bucket after one call: whether it passed, calls left, seconds until full or until one."""

    limit: int
    remaining: int
    reset_s: int
    is_granted: bool
    retry_after_s: int
