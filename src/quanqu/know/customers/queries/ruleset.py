"""Which identity rules are in force."""

from dataclasses import dataclass

from quanqu.know.customers.contracts import RuleSet
from quanqu.know.customers.models import RuleSetVersion
from quanqu.know.customers.rules.defaults import default_rules
from quanqu.know.customers.rules.reading import read_rules


@dataclass(frozen=True, slots=True)
class ActiveRules:
    """The rules in force; version 0 are those a group begins with."""

    version: int
    rules: RuleSet


def active_rules() -> ActiveRules:
    """Return the rules in force."""
    found = RuleSetVersion.objects.filter(status="active").values_list("version", "content").first()
    if found is None:
        return ActiveRules(0, default_rules())
    return ActiveRules(found[0], read_rules(found[1], default_rules())[0])
