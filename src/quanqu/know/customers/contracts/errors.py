"""What the room refuses."""

from quanqu.kernel.errors import InvalidError, RefusedError

__all__ = [
    "AmbiguousLinkError",
    "EvidenceWithdrawnError",
    "HeldApartError",
    "MalformedClaimsError",
    "TagNameError",
    "UnknownIdentifierTypeError",
]


class MalformedClaimsError(InvalidError):
    """A table handed to the room lacks a column or holds the wrong type."""

    code = "customers.malformed_claims"
    template = "The table of {what} is wrong: {problem}."


class UnknownIdentifierTypeError(InvalidError):
    """No identifier type has that name."""

    code = "customers.unknown_identifier_type"
    template = "{type!r} is not an identifier type."


class TagNameError(InvalidError):
    """A tag's name is empty or too long."""

    code = "customers.tag_name"
    template = "A tag's name has 1 to 60 characters."


class AmbiguousLinkError(RefusedError):
    """The two sides of a link are one and the same."""

    code = "customers.ambiguous_link"
    template = "Both sides of the link are the same customer."


class HeldApartError(RefusedError):
    """Somebody said that the two customers are not the same person."""

    code = "customers.held_apart"
    template = "These customers are held apart since {since}. Lift that first."


class EvidenceWithdrawnError(RefusedError):
    """The evidence was withdrawn before."""

    code = "customers.evidence_withdrawn"
    template = "Evidence {key} is withdrawn already."
