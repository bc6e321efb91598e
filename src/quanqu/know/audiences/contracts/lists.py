"""Lists of customers: audiences that are told one by one and not by rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from quanqu.kernel.errors import InvalidError, RefusedError

__all__ = [
    "DOUBLE",
    "MOST_UPLOADED",
    "UPLOAD_TYPES",
    "EmptyListError",
    "ListKind",
    "ListRow",
    "ListSavedError",
    "SnapshotDayError",
    "StaticAudienceError",
    "UploadColumnError",
    "UploadLimitError",
]

MOST_UPLOADED: Final = 200_000
"""Rows of one upload."""
DOUBLE: Final = "double"
"""The reason of a row whose customer an earlier row named already."""
UPLOAD_TYPES: Final = (
    "customer_id",
    "member_id",
    "user_id",
    "loyalty_card",
    "phone",
    "email",
    "wechat_unionid",
    "wechat_openid",
    "marketplace_buyer_id",
)
"""What a column of an upload may hold, the surest first."""


class ListKind(StrEnum):
    """`snapshot`: the members of an audience, frozen.  `upload`: identifiers that were given."""

    SNAPSHOT = "snapshot"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list and where it came from; `audience_id` None: a draft that is not saved yet.

    A snapshot names the audience it was taken of, its version and the day (None: as it was when
    taken).  An upload tells how many rows were read, of which types the columns were, and how many
    rows were left out by reason (MatchReason, or `double`).  `listed` is how many identifiers the
    list holds now: an erasure takes them out.
    """

    id: UUID
    kind: ListKind
    listed: int
    made_by: str
    made_at: datetime
    audience_id: UUID | None
    source_id: UUID | None
    source_name: str
    source_version: int | None
    taken_on: date | None
    read: int
    columns: tuple[str, ...]
    left_out: Mapping[str, int]


class StaticAudienceError(RefusedError):
    """A snapshot or an upload has no rules that could be changed."""

    code = "audiences.static"
    template = "A snapshot or an upload has no rules to change: build another audience beside it."


class EmptyListError(InvalidError):
    """A list without anybody is of no use."""

    code = "audiences.empty_list"
    template = "Nobody would be on the list."


class ListSavedError(RefusedError):
    """An upload that is saved already cannot be saved or thrown away again."""

    code = "audiences.list_saved"
    template = "This upload is saved already."


class SnapshotDayError(InvalidError):
    """Who was in an audience is known from its first working out up to today."""

    code = "audiences.snapshot_day"
    template = "Who was in it is known from {since} to {today}."


class UploadLimitError(InvalidError):
    """An upload has more rows than one list takes."""

    code = "audiences.upload_limit"
    template = "A list takes {most} rows at a time. Split the file."


class UploadColumnError(InvalidError):
    """The columns of an upload are of no known type, of none at all, or of different lengths."""

    code = "audiences.upload_columns"
    template = "Give columns of equal length, each of one of these types: {types}."
