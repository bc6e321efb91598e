"""IAB TCF consent strings (v2.0 to v2.3), decoded whole.

Source: IAB Tech Lab, "Transparency and Consent String with Global Vendor & CMP List Formats v2".
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from quanqu.kernel.errors import InvalidError

__all__ = [
    "MOST_CHARS",
    "PublisherRestriction",
    "PublisherTc",
    "TcString",
    "TcStringError",
    "decode",
]

MOST_CHARS: Final = 100_000
"""A longer text is no consent string: one with every vendor id in single ranges stays below."""

_LETTERS: Final = {
    letter: value
    for value, letter in enumerate(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )
}
_DISCLOSES: Final = 5  # the policy version of TCF v2.3, which makes disclosed vendors mandatory
_DISCLOSED, _ALLOWED, _PUBLISHER = 1, 2, 3
_PURPOSES: Final = 24
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class TcStringError(InvalidError):
    """The text is no TCF consent string."""

    code = "kernel.tc_string"
    template = "This is no TCF consent string: {problem}."


@dataclass(frozen=True, slots=True)
class PublisherRestriction:
    """What a publisher restricts: 0 not allowed, 1 require consent, 2 require legitimate interest,
    for these vendors and this purpose."""

    purpose: int
    kind: int
    vendors: frozenset[int]


@dataclass(frozen=True, slots=True)
class PublisherTc:
    """The publisher's own purposes: consents and legitimate interests, standard and custom."""

    purposes: frozenset[int]
    legitimate_interests: frozenset[int]
    custom_purposes: frozenset[int]
    custom_legitimate_interests: frozenset[int]
    custom_count: int


@dataclass(frozen=True, slots=True)
class TcString:
    """A decoded consent string. Purposes, features and vendors are numbers from 1."""

    version: int
    created_at: datetime
    updated_at: datetime
    cmp_id: int
    cmp_version: int
    consent_screen: int
    language: str
    vendor_list_version: int
    policy_version: int
    is_service_specific: bool
    uses_non_standard_texts: bool
    special_features: frozenset[int]
    purposes: frozenset[int]
    legitimate_interests: frozenset[int]
    is_purpose_one_treatment: bool
    publisher_country: str
    vendors: frozenset[int]
    vendor_legitimate_interests: frozenset[int]
    restrictions: tuple[PublisherRestriction, ...]
    disclosed_vendors: frozenset[int] | None
    allowed_vendors: frozenset[int] | None
    publisher: PublisherTc | None


def decode(text: str) -> TcString:
    """Read a consent string: core, disclosed and allowed vendors, publisher's segment.

    One of policy version 5 (TCF v2.3) must disclose its vendors.  Raises: TcStringError.
    """
    if not text or len(text) > MOST_CHARS:
        raise TcStringError(problem=f"it has 1 to {MOST_CHARS} letters")
    core, *others = text.split(".")
    segments: dict[int, _Bits] = {}
    for other in others:
        bits = _Bits(other)
        kind = bits.number(3)
        if kind not in (_DISCLOSED, _ALLOWED, _PUBLISHER) or kind in segments:
            raise TcStringError(problem=f"a segment of type {kind} is unknown or repeated")
        segments[kind] = bits
    found = _core(_Bits(core), segments)
    if found.policy_version >= _DISCLOSES and found.disclosed_vendors is None:
        raise TcStringError(problem="the disclosed vendors are missing, which v2.3 demands")
    return found


class _Bits:
    """A segment as a string of bits, read from the left."""

    def __init__(self, text: str) -> None:
        value = 0
        for letter in text:
            if letter not in _LETTERS:
                raise TcStringError(problem="it is not base64url")
            value = value << 6 | _LETTERS[letter]
        self._bits = f"{value:0{6 * len(text)}b}" if text else ""
        self._at = 0

    def number(self, width: int) -> int:
        """Read an unsigned number."""
        end = self._at + width
        if end > len(self._bits):
            raise TcStringError(problem="it is cut off")
        value = int(self._bits[self._at : end], 2)
        self._at = end
        return value

    def flag(self) -> bool:
        """Read one bit."""
        return self.number(1) == 1

    def letters(self) -> str:
        """Read two letters."""
        pair = self.number(6), self.number(6)
        if max(pair) > 25:
            raise TcStringError(problem="a language or country has other signs than letters")
        return "".join(chr(ord("A") + one) for one in pair)

    def moment(self) -> datetime:
        """Read a time in tenths of a second since 1970."""
        return _EPOCH + timedelta(milliseconds=100 * self.number(36))

    def field(self, width: int) -> frozenset[int]:
        """Read a bit field: the numbers, from 1, of the bits that are set."""
        end = self._at + width
        if end > len(self._bits):
            raise TcStringError(problem="it is cut off")
        bits = self._bits[self._at : end]
        self._at = end
        return frozenset(at + 1 for at, bit in enumerate(bits) if bit == "1")

    def vendors(self) -> frozenset[int]:
        """Read a set of vendors: a bit field or ranges up to a greatest id."""
        most = self.number(16)
        if not self.flag():
            return self.field(most)
        found = self.ranges()
        if found and max(found) > most:
            raise TcStringError(problem="a vendor's id is above the greatest that is told")
        return found

    def ranges(self) -> frozenset[int]:
        """Read ranges of vendor ids; they ascend, so that few bits cannot name many ids."""
        found: set[int] = set()
        before = 0
        for _ in range(self.number(12)):
            is_range, first = self.flag(), self.number(16)
            last = self.number(16) if is_range else first
            if not before < first <= last:
                raise TcStringError(problem="the ranges of vendors do not ascend")
            before = last
            found.update(range(first, last + 1))
        return frozenset(found)


def _core(bits: _Bits, segments: dict[int, _Bits]) -> TcString:
    version = bits.number(6)
    if version != 2:
        raise TcStringError(problem=f"its version is {version}, not 2")
    return TcString(
        version=version,
        created_at=bits.moment(),
        updated_at=bits.moment(),
        cmp_id=bits.number(12),
        cmp_version=bits.number(12),
        consent_screen=bits.number(6),
        language=bits.letters(),
        vendor_list_version=bits.number(12),
        policy_version=bits.number(6),
        is_service_specific=bits.flag(),
        uses_non_standard_texts=bits.flag(),
        special_features=bits.field(12),
        purposes=bits.field(24),
        legitimate_interests=bits.field(24),
        is_purpose_one_treatment=bits.flag(),
        publisher_country=bits.letters(),
        vendors=bits.vendors(),
        vendor_legitimate_interests=bits.vendors(),
        restrictions=_restrictions(bits),
        disclosed_vendors=segments[_DISCLOSED].vendors() if _DISCLOSED in segments else None,
        allowed_vendors=segments[_ALLOWED].vendors() if _ALLOWED in segments else None,
        publisher=_publisher(segments[_PUBLISHER]) if _PUBLISHER in segments else None,
    )


def _restrictions(bits: _Bits) -> tuple[PublisherRestriction, ...]:
    found: dict[tuple[int, int], frozenset[int]] = {}
    for _ in range(bits.number(12)):
        pair = bits.number(6), bits.number(2)
        if pair in found or not 1 <= pair[0] <= _PURPOSES:
            raise TcStringError(problem="a restriction is repeated or of no purpose")
        found[pair] = bits.ranges()
    return tuple(PublisherRestriction(*pair, vendors) for pair, vendors in found.items())


def _publisher(bits: _Bits) -> PublisherTc:
    purposes, interests, count = bits.field(24), bits.field(24), bits.number(6)
    return PublisherTc(purposes, interests, bits.field(count), bits.field(count), count)
