"""What know.timeline refuses, and why."""

from quanqu.kernel.errors import (
    InvalidError,
    NotAllowedError,
    NotFoundError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
)

__all__ = [
    "BatchTooLargeError",
    "BatchTooLongError",
    "ChannelInputError",
    "ChannelsChangedError",
    "EventNotFoundError",
    "EventsRefusedError",
    "ExportTargetError",
    "InboxUnavailableError",
    "LogFileError",
    "LogFormatError",
    "MalformedBatchError",
    "OriginRefusedError",
    "PlanInputError",
    "PlannedEventNotFoundError",
    "RepairInputError",
    "RetentionInputError",
    "SourceCodeTakenError",
    "SourceInputError",
    "SourceNotFoundError",
    "TooManyEventsError",
    "WarehouseInputError",
    "WarehouseNotFoundError",
    "WarehouseReadError",
    "WriteKeyRefusedError",
]


class MalformedBatchError(InvalidError):
    """The body is not JSON of the shape the tracking API reads; nothing of it was kept."""

    code = "timeline.malformed_batch"
    template = "The body cannot be read: {reason}."


class BatchTooLargeError(InvalidError):
    """The body is larger than the tracking API takes, packed or unpacked."""

    code = "timeline.batch_too_large"
    template = "The body is larger than {limit_bytes} bytes."


class BatchTooLongError(InvalidError):
    """The batch has more events than the tracking API takes at once; nothing of it was kept."""

    code = "timeline.batch_too_long"
    template = "The batch has {count} events; at most {limit} are taken at once."


class EventsRefusedError(InvalidError):
    """No event of the body was accepted; each is kept among the failed events with its reason."""

    code = "timeline.events_refused"
    template = "No event was accepted. The first one, at {index}: {reason}."


class WriteKeyRefusedError(NotAllowedError):
    """The write key is missing, unknown or expired, or its source is off; which is not told."""

    code = "timeline.write_key_refused"
    template = "The write key is not valid."


class OriginRefusedError(NotAllowedError):
    """A page of this origin may not send to the source."""

    code = "timeline.origin_refused"
    template = "Pages of {origin} may not send to this source."


class TooManyEventsError(RateLimitedError):
    """The source has used up its rate limit."""

    code = "timeline.too_many_events"


class InboxUnavailableError(UnavailableError):
    """The inbox cannot be written just now: nothing was accepted, the same call may be repeated."""

    code = "timeline.inbox_unavailable"
    template = "Events cannot be stored just now. Send the same batch again."


class LogFileError(InvalidError):
    """An access log cannot be read: what was read of it before is kept."""

    code = "timeline.log_file"
    template = "The log {file} cannot be read: {reason}."


class LogFormatError(InvalidError):
    """The format of an access log cannot be used."""

    code = "timeline.log_format"
    template = "The format of the log cannot be used: {reason}."


class RetentionInputError(InvalidError):
    """A rule of retention is not what it must be."""

    code = "timeline.invalid_retention"
    template = "{field}: {reason}"


class ExportTargetError(InvalidError):
    """Events cannot be exported to this folder or store; what is there is left as it is."""

    code = "timeline.export_target"
    template = "Events cannot be exported to {target}: {reason}."


class WarehouseInputError(InvalidError):
    """A warehouse cannot be connected like that."""

    code = "timeline.invalid_warehouse"
    template = "{field}: {reason}"


class WarehouseNotFoundError(NotFoundError):
    """No warehouse is connected to this source."""

    code = "timeline.warehouse_not_found"
    template = "The source {ref} reads from no warehouse."


class WarehouseReadError(RefusedError):
    """A warehouse cannot be read; reading goes on from the same place the next time."""

    code = "timeline.warehouse_read"
    template = "The warehouse cannot be read: {reason}."


class SourceNotFoundError(NotFoundError):
    """No such source, or none this actor may know of."""

    code = "timeline.source_not_found"
    template = "No source {ref} was found."


class SourceCodeTakenError(RefusedError):
    """The code names another source already."""

    code = "timeline.source_code_taken"
    template = "The code {source_code} is taken by another source."


class SourceInputError(InvalidError):
    """A field of a source is not what it must be."""

    code = "timeline.invalid_source"
    template = "{field}: {reason}"


class ChannelInputError(InvalidError):
    """A rule of the table of channels, or a setting of visits, is not what it must be."""

    code = "timeline.invalid_channels"
    template = "{field}: {reason}"


class ChannelsChangedError(RefusedError):
    """The table of channels was changed by somebody else meanwhile."""

    code = "timeline.channels_changed"
    template = "The channel rules have changed meanwhile: version {version} is in force."


class EventNotFoundError(NotFoundError):
    """No event has this message id, or none this actor may know of."""

    code = "timeline.event_not_found"
    template = "No event with the message id {ref} was found."


class PlannedEventNotFoundError(NotFoundError):
    """The tracking plan has no event of this name."""

    code = "timeline.planned_event_not_found"
    template = "The tracking plan has no event {ref}."


class PlanInputError(InvalidError):
    """A field of the tracking plan is not what it must be."""

    code = "timeline.invalid_plan"
    template = "{field}: {reason}"


class RepairInputError(InvalidError):
    """The mended text of a failed event is no event: not JSON, no object, or too large."""

    code = "timeline.repair_input"
    template = "The event cannot be handed in: {reason}."
