"""One short text for a question: the same question, the same text."""

import hashlib

import msgspec

from quanqu.sell.sourcing.contracts import Question

__all__ = ["digest"]


def digest(question: Question) -> str:
    """Return SHA-256 of the question's fields in their order, as 64 hexadecimal digits."""
    told = msgspec.json.encode(msgspec.to_builtins(question), order="deterministic")
    return hashlib.sha256(told).hexdigest()
