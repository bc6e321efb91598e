"""What reading a round of bodies yields, before anything is looked up or written."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from quanqu.know.timeline.contracts import BodyKind, EffectKind, FailureCode, Intake, Violation
from quanqu.know.timeline.rules.identity import Claim


@dataclass(frozen=True, slots=True)
class SettlePlace:
    """What settling needs to know of a place; `key` None stands for no place."""

    key: int | None = None
    company: str = ""
    channel: str = ""
    currency: str = ""
    is_simulated: bool = False
    country: str = ""


@dataclass(frozen=True, slots=True)
class SettleSource:
    """What settling needs to know of a source; `company` name-spaces its user ids.

    `is_sifting` when every event has to be held against what it lets in.
    """

    key: int
    code: str
    company: str
    place: SettlePlace
    is_simulated: bool
    intake: Intake = field(default_factory=Intake)
    is_sifting: bool = False


@dataclass(frozen=True, slots=True)
class StoredBody:
    """A body of the inbox, decrypted."""

    id: UUID
    source: SettleSource
    kind: BodyKind
    is_internal: bool
    is_clean: bool
    received_at: datetime
    body: bytes


class FactDraft(NamedTuple):
    """The columns of fact_event that reading alone decides, in the order of the lake."""

    message_id: str
    type: str
    event: str
    place_key: int | None
    source: str
    channel: str
    occurred_at: datetime
    received_at: datetime
    order_ref: str
    product_ref: str
    category: str
    revenue_minor: int | None
    currency: str
    quantity: int | None
    campaign: str
    utm_source: str
    utm_medium: str
    page_path: str
    referrer_host: str
    click_id: str
    flags: str
    properties: str
    context: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """The profile one identify call tells, by the index of its fact."""

    fact: int
    fields: dict[str, str]
    traits: str


@dataclass(frozen=True, slots=True)
class FailureDraft:
    """An event that does not go to the lake, with its bytes and why."""

    fingerprint: bytes
    source_key: int
    message_id: str
    event: str
    code: FailureCode
    reason: str
    received_at: datetime
    sent_at: str
    is_internal: bool
    payload: bytes
    violations: tuple[Violation, ...] = ()


class LeftOut(NamedTuple):
    """An event that the settings of its source leave out, and which of them did."""

    fingerprint: bytes
    source_key: int
    kind: EffectKind


class Identity(NamedTuple):
    """Identifiers observed together, and the source that observed them."""

    source: str
    claims: tuple[Claim, ...]


@dataclass(slots=True)
class Draft:
    """A round of bodies as read.

    Shapes: `facts`, `fingerprints`, `records` and `given` are parallel; `records` points into
    `identities` (-1: nobody), whose values are (record, latest time observed); `given` are the
    subject keys that the house itself told; `signals` are the facts whose context tells of
    consent; `effects` and `violations` are (fact, source, …).
    """

    facts: list[FactDraft] = field(default_factory=list)
    fingerprints: list[bytes] = field(default_factory=list)
    records: list[int] = field(default_factory=list)
    given: list[int | None] = field(default_factory=list)
    signals: list[int] = field(default_factory=list)
    identities: dict[Identity, tuple[int, datetime]] = field(default_factory=dict)
    profiles: list[ProfileDraft] = field(default_factory=list)
    failures: list[FailureDraft] = field(default_factory=list)
    violations: list[tuple[int, int, tuple[Violation, ...]]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    effects: list[tuple[int, int, EffectKind]] = field(default_factory=list)

    def record_of(self, source: str, claims: tuple[Claim, ...], observed_at: datetime) -> int:
        """Return the record of an identity, noting when it was observed last."""
        identity = Identity(source, claims)
        known = self.identities.get(identity)
        if known is None:
            record = len(self.identities)
            self.identities[identity] = (record, observed_at)
            return record
        if observed_at > known[1]:
            self.identities[identity] = (known[0], observed_at)
        return known[0]


def fingerprint(owner: int | str, message_id: str) -> bytes:
    """Return the 16 bytes that name a message id within its source (BLAKE2b, RFC 7693)."""
    return blake2b(f"{owner}:{message_id}".encode(), digest_size=16).digest()
