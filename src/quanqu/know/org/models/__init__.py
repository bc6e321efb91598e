"""Tables of know.org: units and places, people and roles, keys and links, exchange rates."""

from quanqu.know.org.models.credentials import ApiKey, LoginLink
from quanqu.know.org.models.people import Person, RoleAssignment
from quanqu.know.org.models.rates import ExchangeRate
from quanqu.know.org.models.tree import Place, Unit

__all__ = ["ApiKey", "ExchangeRate", "LoginLink", "Person", "Place", "RoleAssignment", "Unit"]
