"""What know.org offers."""

from quanqu.know.org.actions.changes import change_place, change_unit, move_unit
from quanqu.know.org.actions.credentials import (
    actor_for_token,
    create_api_key,
    create_login_link,
    redeem_login_link,
    revoke_api_key,
    rotate_api_key,
)
from quanqu.know.org.actions.growth import (
    ensure_brand,
    ensure_company,
    ensure_group,
    ensure_place,
    ensure_places,
)
from quanqu.know.org.actions.people import (
    change_person,
    create_person,
    grant_role,
    revoke_role,
    set_preferences,
)
from quanqu.know.org.actions.rates import record_rates, record_rates_file
from quanqu.know.org.queries.credentials import list_api_keys
from quanqu.know.org.queries.names import display_names
from quanqu.know.org.queries.people import (
    actor_for_person,
    find_person_by_email,
    get_person,
    get_person_by_email,
    list_people,
)
from quanqu.know.org.queries.rates import list_rates, rates
from quanqu.know.org.queries.refs import place_refs
from quanqu.know.org.queries.units import (
    channels,
    companies_by_key,
    find_group,
    find_unit,
    get_place,
    get_tree,
    get_unit,
    list_places,
    places_by_key,
    reporting_currency,
    resolve_scope,
    scope_options,
)

__all__ = [
    "actor_for_person",
    "actor_for_token",
    "change_person",
    "change_place",
    "change_unit",
    "channels",
    "companies_by_key",
    "create_api_key",
    "create_login_link",
    "create_person",
    "display_names",
    "ensure_brand",
    "ensure_company",
    "ensure_group",
    "ensure_place",
    "ensure_places",
    "find_group",
    "find_person_by_email",
    "find_unit",
    "get_person",
    "get_person_by_email",
    "get_place",
    "get_tree",
    "get_unit",
    "grant_role",
    "list_api_keys",
    "list_people",
    "list_places",
    "list_rates",
    "move_unit",
    "place_refs",
    "places_by_key",
    "rates",
    "record_rates",
    "record_rates_file",
    "redeem_login_link",
    "reporting_currency",
    "resolve_scope",
    "revoke_api_key",
    "revoke_role",
    "rotate_api_key",
    "scope_options",
    "set_preferences",
]
