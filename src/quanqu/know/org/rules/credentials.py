"""The life of an API key."""

from datetime import datetime


def key_state(
    *,
    now: datetime,
    expires_at: datetime | None,
    revoked_at: datetime | None,
    is_replaced: bool,
) -> str:
    """Return what an API key is: revoked, expired, replaced (works until it expires) or active."""
    if revoked_at is not None:
        return "revoked"
    if expires_at is not None and expires_at <= now:
        return "expired"
    return "replaced" if is_replaced else "active"
