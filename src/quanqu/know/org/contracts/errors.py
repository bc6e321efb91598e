"""What know.org refuses, and why."""

from quanqu.kernel.errors import InvalidError, NotAllowedError, NotFoundError, RefusedError

__all__ = [
    "ApiKeyNotFoundError",
    "AssignmentNotFoundError",
    "CodeTakenError",
    "EmailTakenError",
    "GroupMissingError",
    "KeyNotActiveError",
    "LastOwnerError",
    "LoginLinkRefusedError",
    "OrgInputError",
    "PersonNotFoundError",
    "RateFileError",
    "RightsExceededError",
    "UnitNotFoundError",
    "WrongParentError",
]


class UnitNotFoundError(NotFoundError):
    """No such unit, or none this actor may know of."""

    code = "org.unit_not_found"
    template = "No unit {ref} was found."


class PersonNotFoundError(NotFoundError):
    """No such person, or none this actor may know of."""

    code = "org.person_not_found"
    template = "No person {ref} was found."


class AssignmentNotFoundError(NotFoundError):
    """No such role assignment of that person."""

    code = "org.assignment_not_found"
    template = "No role {ref} of this person was found."


class ApiKeyNotFoundError(NotFoundError):
    """No such API key, or none over a unit this actor manages."""

    code = "org.api_key_not_found"
    template = "No API key {ref} was found."


class GroupMissingError(RefusedError):
    """There is no group yet, so nothing can hang below it."""

    code = "org.group_missing"
    template = "There is no group yet. Make one with: quanqu org group NAME --currency CODE"


class OrgInputError(InvalidError):
    """A field of a unit, person, key or rate is not what it must be."""

    code = "org.invalid_field"
    template = "{field}: {reason}"


class RateFileError(InvalidError):
    """A line of a rates file cannot be read; nothing of the file was recorded."""

    code = "org.rate_file"
    template = "Line {line}: {reason}"


class WrongParentError(RefusedError):
    """A unit of this kind cannot hang below that one."""

    code = "org.wrong_parent"
    template = "A {kind} cannot be placed below a {parent_kind}."


class CodeTakenError(RefusedError):
    """The code names another unit already."""

    code = "org.code_taken"
    template = "The code {unit_code} is taken by another {kind}."


class EmailTakenError(RefusedError):
    """The e-mail address belongs to another person."""

    code = "org.email_taken"
    template = "This e-mail address belongs to another person."


class LastOwnerError(RefusedError):
    """The group would be left without anybody who can manage it."""

    code = "org.last_owner"
    template = "The group needs at least one active owner."


class RightsExceededError(NotAllowedError):
    """Nobody gives away rights they do not hold themselves over the whole unit."""

    code = "org.rights_exceeded"
    template = "You cannot give the role {role} over {unit}: you do not hold its rights there."


class KeyNotActiveError(RefusedError):
    """The key is expired, revoked or replaced already."""

    code = "org.key_not_active"
    template = "The key {key_prefix} is {state}."


class LoginLinkRefusedError(RefusedError):
    """The link was used, has expired or never was; which of them is not told."""

    code = "org.login_link_refused"
    template = "This sign-in link has been used or has expired. Ask for a new one."
