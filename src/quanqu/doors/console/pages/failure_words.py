"""Why events fail and how they depart from the plan, in words, with what to do about it."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from quanqu.know.timeline.contracts import FailureCode, ViolationKind

__all__ = ["HINTS", "REASONS", "VIOLATIONS"]

REASONS: Final[dict[FailureCode, Promise]] = {
    FailureCode.MALFORMED: gettext_lazy("Not an event"),
    FailureCode.TOO_LARGE: gettext_lazy("Larger than 32 KB"),
    FailureCode.NO_TYPE: gettext_lazy("No call type"),
    FailureCode.NO_EVENT_NAME: gettext_lazy("No event name"),
    FailureCode.NO_IDENTITY: gettext_lazy("Nobody's: no user or anonymous id"),
    FailureCode.BAD_MESSAGE_ID: gettext_lazy("Message id cannot be used"),
    FailureCode.BAD_TEXT: gettext_lazy("Text cannot be read"),
    FailureCode.BAD_TIME: gettext_lazy("Time cannot be read"),
    FailureCode.BAD_OBJECT: gettext_lazy("Properties are not an object"),
    FailureCode.BLOCKED_BY_PLAN: gettext_lazy("Blocked by the tracking plan"),
    FailureCode.OUT_OF_TIME: gettext_lazy("Time is beyond what the source allows"),
}
VIOLATIONS: Final[dict[ViolationKind, Promise]] = {
    ViolationKind.UNPLANNED_EVENT: gettext_lazy("Event is not in the plan"),
    ViolationKind.MISSING: gettext_lazy("Property is missing"),
    ViolationKind.WRONG_TYPE: gettext_lazy("Property has the wrong type"),
    ViolationKind.NOT_IN_ENUM: gettext_lazy("Value is not one of those allowed"),
}
HINTS: Final[dict[FailureCode, Promise]] = {
    FailureCode.MALFORMED: gettext_lazy("Send each event as a JSON object."),
    FailureCode.TOO_LARGE: gettext_lazy("Send less with it; 32 KB is the most an event may hold."),
    FailureCode.NO_TYPE: gettext_lazy(
        "Say what kind of call it is: track, page, screen, identify, group or alias."
    ),
    FailureCode.NO_EVENT_NAME: gettext_lazy("Name the event of a track call."),
    FailureCode.NO_IDENTITY: gettext_lazy("Send a userId or an anonymousId with it."),
    FailureCode.BAD_MESSAGE_ID: gettext_lazy("Send the messageId as a text of ordinary letters."),
    FailureCode.BAD_TEXT: gettext_lazy("Send text in UTF-8 without zero characters."),
    FailureCode.BAD_TIME: gettext_lazy("Write times as ISO 8601, such as 2026-11-22T08:00:00Z."),
    FailureCode.BAD_OBJECT: gettext_lazy("Send properties, traits and context as objects."),
    FailureCode.OUT_OF_TIME: gettext_lazy(
        "Set the sender's clock right and send sentAt with it, or widen the limits of the source."
    ),
    FailureCode.BLOCKED_BY_PLAN: gettext_lazy(
        "Mend what the plan says is wrong, or change the plan and hand it in again."
    ),
}
