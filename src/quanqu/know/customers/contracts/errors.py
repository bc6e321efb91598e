"""What the room refuses."""

from collections.abc import Mapping

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.know.customers.contracts.ruleset import Mistake

__all__ = [
    "AmbiguousLinkError",
    "ComputedTagError",
    "EvidenceWithdrawnError",
    "HeldApartError",
    "MalformedClaimsError",
    "NoDraftError",
    "NothingLeftError",
    "RuleMistakesError",
    "RulesBusyError",
    "ScoreNameError",
    "ScoreRangeError",
    "ScoreTextError",
    "TagNameError",
    "TagTakenError",
    "TagTextError",
    "UnknownIdentifierTypeError",
    "UnknownScoreError",
    "VerdictLiftedError",
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


class TagTextError(InvalidError):
    """What is said of a tag is too long, or no text."""

    code = "customers.tag_text"
    template = "What a tag means has up to 500 characters, who looks after it up to 120."


class ComputedTagError(RefusedError):
    """A tag that is worked out was to be put on, taken off or described by hand."""

    code = "customers.computed_tag"
    template = "The tag {tag} is worked out; nobody puts it on or takes it off by hand."


class TagTakenError(RefusedError):
    """A tag of another kind has the name already."""

    code = "customers.tag_taken"
    template = "The name {tag} is taken by another tag."


class ScoreNameError(InvalidError):
    """A score's name is not one that rules can speak of."""

    code = "customers.score_name"
    template = "A score's name has 1 to 60 small letters, digits, _ . - and begins with a letter."


class ScoreTextError(InvalidError):
    """What is said of a score is missing, too long, or no text."""

    code = "customers.score_text"
    template = "What a score means has 1 to 500 characters, who looks after it 1 to 120."


class ScoreRangeError(InvalidError):
    """The bounds of a score are no numbers, or the lower is not below the higher."""

    code = "customers.score_range"
    template = "The lower bound of a score is a number below the higher."


class UnknownScoreError(NotFoundError):
    """No score of that name is defined."""

    code = "customers.unknown_score"
    template = "There is no score {name}: define it first."


class AmbiguousLinkError(RefusedError):
    """The two sides of a link are one and the same."""

    code = "customers.ambiguous_link"
    template = "Both sides of the link are the same customer."


class HeldApartError(RefusedError):
    """Somebody said that the two customers are not the same person."""

    code = "customers.held_apart"
    template = "These customers are held apart since {since}. Lift that first."


class NoDraftError(RefusedError):
    """No draft of the identity rules exists."""

    code = "customers.no_draft"
    template = "There is no draft of the identity rules."


class RulesBusyError(RefusedError):
    """Identity rules are being activated; no other draft is taken meanwhile."""

    code = "customers.rules_busy"
    template = "Version {version} of the identity rules is being activated. Wait until it is done."


class RuleMistakesError(InvalidError):
    """Identity rules say something impossible; `mistakes` tells what by place, as "phone.limit"."""

    code = "customers.rule_mistakes"
    template = "The identity rules cannot be used: {summary}"

    def __init__(self, mistakes: Mapping[str, Mistake]) -> None:
        self.mistakes = dict(mistakes)
        told = {place: str(found) for place, found in mistakes.items()}
        summary = " ".join(f"{place}: {text}" for place, text in told.items())
        super().__init__(summary=summary, mistakes=told)


class NothingLeftError(RefusedError):
    """All identifiers of a customer were to be split off, or none of them."""

    code = "customers.nothing_left"
    template = "Split off some identifiers of the customer, and leave it at least one."


class VerdictLiftedError(RefusedError):
    """The verdict was lifted before."""

    code = "customers.verdict_lifted"
    template = "Verdict {key} is lifted already."


class EvidenceWithdrawnError(RefusedError):
    """The evidence was withdrawn before."""

    code = "customers.evidence_withdrawn"
    template = "Evidence {key} is withdrawn already."
