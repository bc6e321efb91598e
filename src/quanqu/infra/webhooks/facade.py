"""What infra.webhooks offers."""

from quanqu.infra.webhooks.calling import HOSTS, Answer, allowed_hosts, call
from quanqu.infra.webhooks.sending import send
from quanqu.infra.webhooks.signing import (
    asked_wait,
    is_allowed,
    is_public,
    sign,
    url_fault,
    wait_after,
    write_secret,
)

__all__ = [
    "HOSTS",
    "Answer",
    "allowed_hosts",
    "asked_wait",
    "call",
    "is_allowed",
    "is_public",
    "send",
    "sign",
    "url_fault",
    "wait_after",
    "write_secret",
]
