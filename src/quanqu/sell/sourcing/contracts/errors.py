"""What sourcing refuses, and why."""

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError, UnavailableError

__all__ = [
    "DecisionNotFoundError",
    "NothingToMoveError",
    "ProfileError",
    "ProfileNotFoundError",
    "QuestionError",
    "RequestReusedError",
    "SourcingContestedError",
    "SourcingPlaceError",
    "WhereaboutsError",
]


class ProfileError(InvalidError):
    """The profile is not one: a field of it is wrong, or names what it has not."""

    code = "sourcing.profile"
    template = "The profile is not valid at {at}: {problem}."


class QuestionError(InvalidError):
    """The order cannot be sourced as it is told."""

    code = "sourcing.question"
    template = "Line {line}: {problem}."


class SourcingPlaceError(InvalidError):
    """What is said of a place cannot be."""

    code = "sourcing.place"
    template = "The {name} of the place is wrong: {problem}."


class ProfileNotFoundError(NotFoundError):
    """No such version of a profile, or none this actor may know of."""

    code = "sourcing.profile_not_found"
    template = "No profile {ref} was found."


class DecisionNotFoundError(NotFoundError):
    """No such decision, or none this actor may know of."""

    code = "sourcing.decision_not_found"
    template = "No decision {ref} was found."


class RequestReusedError(RefusedError):
    """The request id has decided another question."""

    code = "sourcing.request_reused"
    template = "The request {ref} has decided another order. Use a new one."


class NothingToMoveError(RefusedError):
    """None of the places named ships anything of this decision."""

    code = "sourcing.nothing_to_move"
    template = "The decision {ref} has no parcel there."


class SourcingContestedError(UnavailableError):
    """Others took the goods each time they were decided on; nothing is held."""

    code = "sourcing.contested"
    template = "Others were faster {tries} times. Try again."


class WhereaboutsError(InvalidError):
    """A distance from a customer of whom nobody knows where they are."""

    code = "sourcing.whereabouts"
    template = (
        "A distance needs coordinates, or a postcode like that of a place; {postcode!r} is none."
    )
