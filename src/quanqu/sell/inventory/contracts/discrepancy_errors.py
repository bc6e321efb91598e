"""What is refused of decisions about goods that arrived short or over, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError

__all__ = ["DecisionError", "DecisionNotFoundError", "DecisionStateError", "DecisionUndoError"]


class DecisionError(InvalidError):
    """A decision that cannot be."""

    code = "inventory.decision"
    template = "The decision cannot be: {problem}."


class DecisionNotFoundError(NotFoundError):
    """The transfer has no decision of that number."""

    code = "inventory.decision_not_found"
    template = "The transfer {ref} has no decision {number}."


class DecisionStateError(RefusedError):
    """The decision stands where this cannot follow."""

    code = "inventory.decision_state"
    template = "The decision {number} is {state}; it cannot be {wanted}."


class DecisionUndoError(RefusedError):
    """Something else happened since, or what it brought is gone."""

    code = "inventory.decision_undo"
    template = "The decision {number} cannot be undone: {problem}."
