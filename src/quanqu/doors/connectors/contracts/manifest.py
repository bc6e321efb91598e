"""A channel as data: its names, its kind of place, the files and payloads it knows."""

from typing import Literal

from msgspec import Struct, field

from quanqu.doors.connectors.contracts.mapping import Words

__all__ = ["ChannelInfo", "Credit", "Manifest", "PlaceSpec", "Refusal", "TableSpec", "Webhook"]


class PlaceSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """The kind of place the channel's facts happen at, unless the import names one."""

    type: str
    channel: str | None = None
    code: str | None = None
    name: str | None = None


class TableSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a folder: which file names hold it and which columns tell it for sure."""

    files: list[str]
    columns: list[str] = field(default_factory=list)
    optional: bool = False


class Refusal(Struct, frozen=True, forbid_unknown_fields=True):
    """A payload or file the channel knows and does not import, and why, in both languages."""

    reason: str
    words: Words
    detect: str | None = None
    files: list[str] = field(default_factory=list)


class Webhook(Struct, frozen=True, forbid_unknown_fields=True):
    """How the channel signs what it pushes: base64 HMAC-SHA256 of the body in a header.

    `resource` and `changed` are JMESPaths to a payload's id and the time of its last change, by
    which news that arrive late are told from fresh ones.  `ping` is a pattern of the unsigned body
    by which the shop tries the address before it begins.
    """

    signature_header: str
    delivery_header: str
    topic_header: str
    resource: str
    changed: str
    ping: str | None = None


class Credit(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose format or data it is and under which licence the fixtures are."""

    text: str
    licence: str
    url: str = ""


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """A channel. `guesses`: its mapping is made of the file itself, by names and contents."""

    code: str
    names: Words
    kind: Literal["table", "folder", "payload"]
    place: PlaceSpec
    currency: str
    zone: str
    mappings: list[str]
    company: str | None = None
    guesses: bool = False
    tables: dict[str, TableSpec] = field(default_factory=dict)
    unwrap: list[str] = field(default_factory=list)
    refuse: list[Refusal] = field(default_factory=list)
    webhook: Webhook | None = None
    credit: Credit | None = None


class ChannelInfo(Struct, frozen=True):
    """A channel as lists show it; `name` is in the reader's language."""

    code: str
    name: str
    kind: str
    place_type: str
    currency: str
    mappings: tuple[str, ...]
    has_webhook: bool
    credit: str
