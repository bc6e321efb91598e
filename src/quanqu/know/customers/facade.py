"""What know.customers offers."""

from quanqu.know.customers.actions.computed_tags import (
    define_computed_tag,
    put_away_computed_tag,
    set_computed_tag,
)
from quanqu.know.customers.actions.erasing import (
    count_returned,
    customers_of_hashes,
    gather_people,
    take_people,
)
from quanqu.know.customers.actions.links import (
    lift_verdict,
    merge_customers,
    split_identifiers,
    withdraw_evidence,
)
from quanqu.know.customers.actions.locating import locate_customers
from quanqu.know.customers.actions.matches import add_match_evidence, withdraw_match_evidence
from quanqu.know.customers.actions.presence import record_presence
from quanqu.know.customers.actions.profiles import record_profiles
from quanqu.know.customers.actions.resolve import resolve_subjects
from quanqu.know.customers.actions.reveal import clear_profiles, reveal_customer
from quanqu.know.customers.actions.reweigh import REWEIGH_JOB, reweigh_identifiers
from quanqu.know.customers.actions.ruleset import (
    ACTIVATE_JOB,
    activate_draft,
    discard_draft,
    run_activation,
    save_draft,
    simulate_draft,
)
from quanqu.know.customers.actions.scores import (
    define_score,
    drop_scores,
    ensure_score,
    write_scores,
)
from quanqu.know.customers.actions.tags import assign_tag, define_tag, remove_tag
from quanqu.know.customers.actions.verdicts import hold_apart, lift_apart
from quanqu.know.customers.queries.breaches import list_breaches
from quanqu.know.customers.queries.contacts import list_contacts
from quanqu.know.customers.queries.details import get_customer
from quanqu.know.customers.queries.finding import find_customers
from quanqu.know.customers.queries.listed import match_identifiers
from quanqu.know.customers.queries.lists import count_customers, list_customers, list_tags
from quanqu.know.customers.queries.mapping import (
    keys_of_customers,
    list_known_ids,
    subject_map,
)
from quanqu.know.customers.queries.rows import (
    customer_keys,
    customers_by_key,
    customers_by_subject,
    places_of_customers,
    wearers,
)
from quanqu.know.customers.queries.ruleset import get_identity_rules, list_rule_sets
from quanqu.know.customers.queries.scores import (
    list_customer_scores,
    list_score_names,
    list_scores,
)
from quanqu.know.customers.queries.standings import list_customers_by_standing
from quanqu.know.customers.queries.tag_samples import sample_by_tag, tags_worn
from quanqu.know.customers.queries.tags import (
    list_computed_tags,
    list_customer_tags,
    list_tag_definitions,
    list_tag_history,
)
from quanqu.know.customers.queries.told import list_profile_sources

__all__ = [
    "ACTIVATE_JOB",
    "REWEIGH_JOB",
    "activate_draft",
    "add_match_evidence",
    "assign_tag",
    "clear_profiles",
    "count_customers",
    "count_returned",
    "customer_keys",
    "customers_by_key",
    "customers_by_subject",
    "customers_of_hashes",
    "define_computed_tag",
    "define_score",
    "define_tag",
    "discard_draft",
    "drop_scores",
    "ensure_score",
    "find_customers",
    "gather_people",
    "get_customer",
    "get_identity_rules",
    "hold_apart",
    "keys_of_customers",
    "lift_apart",
    "lift_verdict",
    "list_breaches",
    "list_computed_tags",
    "list_contacts",
    "list_customer_scores",
    "list_customer_tags",
    "list_customers",
    "list_customers_by_standing",
    "list_known_ids",
    "list_profile_sources",
    "list_rule_sets",
    "list_score_names",
    "list_scores",
    "list_tag_definitions",
    "list_tag_history",
    "list_tags",
    "locate_customers",
    "match_identifiers",
    "merge_customers",
    "places_of_customers",
    "put_away_computed_tag",
    "record_presence",
    "record_profiles",
    "remove_tag",
    "resolve_subjects",
    "reveal_customer",
    "reweigh_identifiers",
    "run_activation",
    "sample_by_tag",
    "save_draft",
    "set_computed_tag",
    "simulate_draft",
    "split_identifiers",
    "subject_map",
    "tags_worn",
    "take_people",
    "wearers",
    "withdraw_evidence",
    "withdraw_match_evidence",
    "write_scores",
]
