"""What the API takes and tells of snapshots and uploads."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

from quanqu.know.audiences.api.schemas import Day, Description, Name

ListId = Annotated[str, Field(max_length=40)]
Value = Annotated[str, Field(max_length=600)] | None


class SnapshotIn(Schema):
    """A name, and the UTC day whose members are frozen (default: those of the last refresh)."""

    name: Name
    description: Description = ""
    on: Day | None = None


class UploadIn(Schema):
    """Columns of identifiers by type, all of one length, at most 200,000 rows.

    Types, the surest first: customer_id, member_id, user_id, loyalty_card, phone, email,
    wechat_unionid, wechat_openid, marketplace_buyer_id.
    """

    columns: dict[str, list[Value]]


class UploadSaveIn(Schema):
    """The name of the audience made of it."""

    name: Name
    description: Description = ""


class RejectOut(Schema):
    """A row that names nobody, or whom an earlier row names."""

    row: int
    reason: str
