"""What replenishment refuses, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError

__all__ = [
    "ForecastPeriodError",
    "PolicyError",
    "ProposalBatchError",
    "ProposalNotFoundError",
    "ProposalQuantityError",
    "ProposalReasonError",
    "ProposalSourceError",
    "ProposalStateError",
    "ReplenishmentItemError",
    "ReplenishmentPlaceError",
]


class ForecastPeriodError(InvalidError):
    """A forecast that cannot be."""

    code = "replenishment.forecast"
    template = "Period {line}: {problem}."


class PolicyError(InvalidError):
    """A policy that cannot be."""

    code = "replenishment.policy"
    template = "Policy {line}: {problem}."


class ProposalBatchError(InvalidError):
    """None, or more than are decided in one call."""

    code = "replenishment.batch"
    template = "Decide 1 to {most} proposals at once; here are {found}."


class ProposalNotFoundError(NotFoundError):
    """No such proposal, or none this actor may decide."""

    code = "replenishment.proposal_not_found"
    template = "No proposal {ref} was found."


class ProposalQuantityError(InvalidError):
    """A quantity that cannot be ordered."""

    code = "replenishment.quantity"
    template = "The quantity is a number from 1 to {most}, in packs of {pack}, {least} or more."


class ProposalReasonError(InvalidError):
    """A dismissal without a reason, or for longer than one is."""

    code = "replenishment.reason"
    template = "The {field} of a dismissal: {problem}."


class ProposalSourceError(RefusedError):
    """Nobody sells the item, and no place has enough to spare."""

    code = "replenishment.source"
    template = "The proposal {ref} has no source: record a supplier's cost for the item first."


class ProposalStateError(RefusedError):
    """The proposal was decided before, or its need is gone."""

    code = "replenishment.proposal_state"
    template = "The proposal {ref} is {state}; it cannot be {wanted}."


class ReplenishmentItemError(NotFoundError):
    """The place's company sells no such item."""

    code = "replenishment.item_not_found"
    template = "Line {line}: the company of the place sells no item {ref}."


class ReplenishmentPlaceError(NotFoundError):
    """There is no such place, or none this actor may order goods to."""

    code = "replenishment.place_not_found"
    template = "No place {ref} was found."
