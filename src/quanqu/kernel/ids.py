"""UUIDv7 identifiers (RFC 9562, section 5.7) and their prefixed outside form."""

import os
import time
from typing import Final
from uuid import UUID

from quanqu.kernel.errors import InvalidError

__all__ = ["PREFIXES", "MalformedIdError", "decode", "encode", "new_id", "new_id_texts", "new_ids"]

PREFIXES: Final = {
    "aud": "audience",
    "aul": "list of customers",
    "awd": "webhook call",
    "awh": "webhook",
    "axr": "export request",
    "brd": "brand",
    "cac": "carrier",
    "cmp": "company",
    "cnt": "count of stock",
    "crt": "cart",
    "cus": "customer",
    "dif": "difference",
    "dsm": "message to a supplier",
    "dso": "drop-ship order",
    "dsp": "payment to a supplier",
    "dsl": "slot",
    "evt": "event",
    "fnd": "finding",
    "grp": "group",
    "hld": "hold",
    "ict": "transfer between companies",
    "idn": "identifier",
    "imp": "import run",
    "inv": "invoice",
    "key": "API key",
    "lst": "listing",
    "mdl": "model",
    "mpr": "pair",
    "mrn": "matching run",
    "ord": "order",
    "pac": "payment account",
    "pay": "payment",
    "pcl": "parcel",
    "per": "person",
    "pkl": "pick list",
    "plc": "place",
    "prd": "product",
    "prq": "privacy request",
    "pur": "purchase order",
    "quo": "quote",
    "sal": "stock alert",
    "rpl": "replenishment proposal",
    "rcp": "receipt",
    "pst": "posting",
    "ref": "refund",
    "req": "request",
    "rfd": "refused refund",
    "ret": "return",
    "rph": "photo of a return",
    "spf": "sourcing profile",
    "srq": "sourcing request",
    "sfc": "call of a stock feed",
    "sfd": "stock feed",
    "spl": "stock pool",
    "src": "source",
    "srt": "return to a supplier",
    "stm": "statement",
    "sub": "subscription",
    "sup": "supplier",
    "tag": "tag",
    "lot": "lot of stock",
    "tkt": "place in line",
    "trf": "transfer",
    "trn": "training",
    "trv": "tariff",
    "var": "variant",
}

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_LENGTH: Final = 26
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS: Final = range(120, -1, -10)  # thirteen pairs of letters hold the 128 bits


class MalformedIdError(InvalidError):
    """The text is not an id of the kind asked for."""

    code = "kernel.malformed_id"
    template = "{text!r} is no {kind} id."


def new_id(*, unix_ms: int | None = None) -> UUID:
    """Make a UUIDv7. Units: `unix_ms` milliseconds since 1970 (the machine's clock by default)."""
    milliseconds = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    return _assemble(milliseconds, os.urandom(10))


def new_ids(count: int, *, unix_ms: int | None = None) -> list[UUID]:
    """Make `count` UUIDv7 values with one read of the clock and of the random source."""
    milliseconds = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    noise = os.urandom(10 * count)
    return [_assemble(milliseconds, noise[at : at + 10]) for at in range(0, 10 * count, 10)]


def new_id_texts(count: int, *, unix_ms: int | None = None) -> list[str]:
    """Make the hexadecimal texts of `count` UUIDv7 values, for columns of a bulk load."""
    head = new_id(unix_ms=unix_ms).hex[:13]  # the time and the version
    noise = os.urandom(10 * count).hex()
    return [
        f"{head}{noise[at : at + 3]}{'89ab'[int(noise[at + 3], 16) & 3]}{noise[at + 4 : at + 19]}"
        for at in range(0, 20 * count, 20)
    ]


def encode(prefix: str, value: UUID) -> str:
    """Write an id for the outside: prefix, underscore, 26 letters of Crockford's base 32."""
    if prefix not in PREFIXES:
        raise ValueError(f"unknown id prefix {prefix!r}")
    number = value.int
    return f"{prefix}_{''.join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])}"


def decode(prefix: str, text: str) -> UUID:
    """Read an outside id back. Raises: MalformedIdError."""
    head, _, body = text.partition("_")
    if head == prefix and len(body) == _LENGTH and all(letter in _VALUES for letter in body):
        number = 0
        for letter in body:
            number = number * 32 + _VALUES[letter]
        if number < 1 << 128:
            return UUID(int=number)
    raise MalformedIdError(text=text, kind=PREFIXES[prefix])


def _assemble(milliseconds: int, noise: bytes) -> UUID:
    random_bits = int.from_bytes(noise, "big")
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (random_bits >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | random_bits & (1 << 62) - 1
    return UUID(int=value)
