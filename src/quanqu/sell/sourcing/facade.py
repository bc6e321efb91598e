"""What sell.sourcing offers."""

from quanqu.sell.sourcing.actions.allocating import allocate, move
from quanqu.sell.sourcing.actions.places import set_offers
from quanqu.sell.sourcing.actions.profiles import (
    activate_profile,
    end_shadow,
    save_profile,
    shadow_profile,
    undo_activation,
)
from quanqu.sell.sourcing.actions.promising import promise
from quanqu.sell.sourcing.queries.decisions import get_decision, list_decisions
from quanqu.sell.sourcing.queries.versions import get_version, list_versions

__all__ = [
    "activate_profile",
    "allocate",
    "end_shadow",
    "get_decision",
    "get_version",
    "list_decisions",
    "list_versions",
    "move",
    "promise",
    "save_profile",
    "set_offers",
    "shadow_profile",
    "undo_activation",
]
