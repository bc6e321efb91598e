"""What infra.auth offers."""

from quanqu.infra.auth.requests import actor_of, find_actor, set_actor, set_actor_source
from quanqu.infra.auth.tokens import (
    new_signed_token,
    new_token,
    read_signed_token,
    read_token,
    token_hash,
)

__all__ = [
    "actor_of",
    "find_actor",
    "new_signed_token",
    "new_token",
    "read_signed_token",
    "read_token",
    "set_actor",
    "set_actor_source",
    "token_hash",
]
