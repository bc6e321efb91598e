"""What engage.care offers."""

from quanqu.engage.care.queries.care import list_matters, look_after
from quanqu.engage.care.queries.providers import ActionProvider, register_actions

__all__ = [
    "ActionProvider",
    "list_matters",
    "look_after",
    "register_actions",
]
