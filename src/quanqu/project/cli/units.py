"""Units of the tree as an operator names them."""

from typing import ClassVar

import click

from quanqu.kernel.errors import RefusedError
from quanqu.know.org import facade
from quanqu.know.org.contracts import UnitInfo, UnitNotFoundError


class NoGroupError(RefusedError):
    """Nothing can be made below a group that is not there."""

    code: ClassVar[str] = "cli.no_group"
    template: ClassVar[str] = "There is no group yet. Make it: quanqu org group NAME --currency EUR"


def find_unit(ref: str) -> UnitInfo:
    """Return the unit of an id, `group`, a code or COMPANY/PLACE.

    Raises: NoGroupError, UnitNotFoundError.
    """
    require_group()
    return facade.find_unit(ref=ref)


def find_place_key(ref: str) -> int:
    """Return the key of the place of an id, a code or COMPANY/PLACE; a code in doubt is refused.

    Raises: NoGroupError, UnitNotFoundError, UsageError.
    """
    require_group()
    places = facade.places_by_key()
    if "/" in ref or ref.startswith("plc_"):
        found = facade.find_unit(ref=ref)
        keys = [found.key] if found.key in places else []
    else:
        keys = [key for key, place in places.items() if place.code == ref]
    if not keys:
        raise UnitNotFoundError(ref=ref)
    if len(keys) > 1:
        raise click.UsageError(f"Several companies have a place {ref}: say COMPANY/{ref}.")
    return keys[0]


def require_group() -> None:
    """Refuse while there is no group. Raises: NoGroupError."""
    try:
        facade.find_unit(ref="group")
    except UnitNotFoundError:
        raise NoGroupError from None
