"""The families of errors; a concrete error lives in its room's contracts.

QuanquError
├── InvalidError       the input itself is wrong                     (edge: 422)
├── NotFoundError      there is no such thing, or not for this actor (edge: 404)
├── NotAllowedError    the actor lacks a permission                  (edge: 403)
├── RefusedError       a rule says no                                (edge: 409)
├── RateLimitedError   too much, too fast                            (edge: 429)
└── UnavailableError   try again later                               (edge: 503)

HTTP statuses are known to `infra.http` alone.
"""

from typing import ClassVar

__all__ = [
    "InvalidError",
    "NotAllowedError",
    "NotFoundError",
    "QuanquError",
    "RateLimitedError",
    "RefusedError",
    "UnavailableError",
]


class QuanquError(Exception):
    """An error a caller can act on: a stable `code`, typed fields and a message made of them."""

    code: ClassVar[str] = "kernel.error"
    template: ClassVar[str] = "{message}"

    def __init__(self, message: str | None = None, /, **fields: object) -> None:
        self.fields = fields
        super().__init__(message if message is not None else self.template.format(**fields))


class InvalidError(QuanquError):
    """The input is wrong in itself: a missing field, a bad number, an unknown code."""

    code = "kernel.invalid"


class NotFoundError(QuanquError):
    """Nothing is found under that name, or nothing this actor may know of."""

    code = "kernel.not_found"
    template = "{kind} {ref} was not found."


class NotAllowedError(QuanquError):
    """The actor lacks a permission."""

    code = "kernel.not_allowed"
    template = "This needs the permission {permission}."


class RefusedError(QuanquError):
    """A rule of the business says no."""

    code = "kernel.refused"


class RateLimitedError(QuanquError):
    """A limit on calls is used up; `retry_after_s` says when to come back."""

    code = "kernel.rate_limited"
    template = "Too many requests. Try again in {retry_after_s} s."


class UnavailableError(QuanquError):
    """Something this needs is not answering; the same call may work later."""

    code = "kernel.unavailable"
