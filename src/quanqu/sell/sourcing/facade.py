"""What sell.sourcing offers."""

from quanqu.sell.sourcing.actions.allocating import allocate, move
from quanqu.sell.sourcing.actions.amending import amend
from quanqu.sell.sourcing.actions.places import set_offers
from quanqu.sell.sourcing.actions.profiles import (
    activate_profile,
    end_shadow,
    save_profile,
    shadow_profile,
    undo_activation,
)
from quanqu.sell.sourcing.actions.promising import find_nearby, promise
from quanqu.sell.sourcing.actions.waving import allocate_wave
from quanqu.sell.sourcing.queries.decisions import get_decision, list_decisions
from quanqu.sell.sourcing.queries.offers import get_offer
from quanqu.sell.sourcing.queries.rights import sourced_companies
from quanqu.sell.sourcing.queries.shadows import simulate, summarise_shadow
from quanqu.sell.sourcing.queries.versions import get_version, list_versions
from quanqu.sell.sourcing.queries.wording import (
    profile_body,
    profile_sentences,
    read_body,
    schema_of_profiles,
)

__all__ = [
    "activate_profile",
    "allocate",
    "allocate_wave",
    "amend",
    "end_shadow",
    "find_nearby",
    "get_decision",
    "get_offer",
    "get_version",
    "list_decisions",
    "list_versions",
    "move",
    "profile_body",
    "profile_sentences",
    "promise",
    "read_body",
    "save_profile",
    "schema_of_profiles",
    "set_offers",
    "shadow_profile",
    "simulate",
    "sourced_companies",
    "summarise_shadow",
    "undo_activation",
]
