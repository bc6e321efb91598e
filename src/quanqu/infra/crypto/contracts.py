"""What can go wrong with encrypted data."""

from quanqu.kernel.errors import UnavailableError

__all__ = ["DataKeyError", "UndecipherableError"]


class DataKeyError(UnavailableError):
    """The data key is missing or malformed: nothing personal can be read or written."""

    code = "crypto.data_key"
    template = "The data key: {place} {problem}."


class UndecipherableError(UnavailableError):
    """The stored bytes were not written with this installation's data key, or were changed."""

    code = "crypto.undecipherable"
    template = "A protected value cannot be read with this installation's data key."
