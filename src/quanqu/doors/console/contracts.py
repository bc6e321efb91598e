"""What the console keeps of its own: the saved views of a list."""

from dataclasses import dataclass

from quanqu.kernel.errors import InvalidError, NotFoundError

__all__ = ["SavedViewInfo", "ViewNameError", "ViewNotFoundError"]


class ViewNotFoundError(NotFoundError):
    """No such saved view, or one of somebody else."""

    code = "console.view_not_found"
    template = "No saved view {ref} was found."


class ViewNameError(InvalidError):
    """A saved view needs a name of 1 to 60 characters that its list does not have yet."""

    code = "console.view_name"
    template = "{reason}"


@dataclass(frozen=True, slots=True)
class SavedViewInfo:
    """A named state of a list: `query` is the part of the address that makes it."""

    id: str
    page: str
    name: str
    query: str
