"""What know.consent refuses, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RateLimitedError, RefusedError

__all__ = [
    "ConsentFileError",
    "ConsentInputError",
    "ConsentLinkError",
    "ConsentTextNotFoundError",
    "PreferencesRateLimitedError",
    "ReferenceTakenError",
    "UnknownChannelError",
    "UnknownPurposeError",
]


class UnknownPurposeError(InvalidError):
    """There is no such purpose."""

    code = "consent.unknown_purpose"
    template = "{purpose!r} is not a purpose."


class UnknownChannelError(InvalidError):
    """The purpose is not asked for by that channel."""

    code = "consent.unknown_channel"
    template = "{channel!r} is not a channel of {purpose}. It is one of: {channels}."


class ConsentInputError(InvalidError):
    """A statement is wrong in itself."""

    code = "consent.input"
    template = "The statement is wrong: {problem}."


class ConsentTextNotFoundError(NotFoundError):
    """No text of that purpose has that version and language."""

    code = "consent.text_not_found"
    template = "There is no text of {purpose} with version {version} in {language}."


class ReferenceTakenError(RefusedError):
    """Another statement has been recorded under that reference."""

    code = "consent.reference_taken"
    template = "The reference {reference!r} stands for another statement."


class ConsentLinkError(RefusedError):
    """The link is unknown, used, expired or revoked; which of them is not told."""

    code = "consent.link"
    template = "This link is no longer valid. Ask for a new one."


class PreferencesRateLimitedError(RateLimitedError):
    """Too many calls of the preference pages from one place."""

    code = "consent.rate_limited"


class ConsentFileError(InvalidError):
    """The file cannot be read as consents."""

    code = "consent.file"
    template = "The file cannot be read: {problem}."
