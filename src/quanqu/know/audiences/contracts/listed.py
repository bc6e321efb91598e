"""The rule behind snapshots and uploads."""

from typing import Annotated

from msgspec import Meta, Struct

__all__ = ["ListRule"]


class ListRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="listed",
):
    """The customer is on a list of a snapshot or an upload, by one of the identifiers on it."""

    list: Annotated[str, Meta(max_length=40)]
