"""What we ask of allauth beyond its settings: closed doors, shared limits, sealed secrets."""

import base64
import hashlib
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.http import HttpRequest, HttpResponse

from quanqu.infra.audit.facade import record
from quanqu.infra.crypto.facade import decrypt, encrypt
from quanqu.infra.http.facade import take
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import actor_for_person
from quanqu.project.sign_in.limits import (
    PER_ACCOUNT,
    PER_ADDRESS,
    address_bucket,
    note_tries,
)

_PURPOSE: Final = "sign-in.second-factor"


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; tries at a password are counted for all processes at once."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: people are added by those who manage them."""
        del request
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try against the account and the address. Raises: ValidationError."""
        name = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
        account = hashlib.sha256(name.encode()).hexdigest()
        buckets = (
            (address_bucket(request), PER_ADDRESS),
            (f"login:{account}", PER_ACCOUNT),
        )
        states = [take(name=bucket, limit=limit, now=utc_now()) for bucket, limit in buckets]
        note_tries(request, states)
        if not all(state.is_granted for state in states):
            raise self.validation_error("too_many_login_attempts")

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """Note the sign-in on the audit trail, then go where it leads."""
        now = utc_now()
        actor = actor_for_person(person_key=user.pk, now=now)
        if actor is not None:
            record(actor=actor, action="org.sign_in", subject=actor.id, now=now)
        response: HttpResponse = super().post_login(request, user, **details)
        return response

    def _rollback_login_failed_rl_usage(self) -> None:
        """Keep tries counted: a good sign-in does not make room for more guessing."""


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Sessions that somebody ends leave a trace."""

    def end_sessions(self, sessions: Any) -> None:
        """End them, and note how many on the audit trail."""
        ended = list(sessions)
        super().end_sessions(ended)
        now = utc_now()
        actor = actor_for_person(person_key=ended[0].user_id, now=now) if ended else None
        if actor is not None:
            after = {"sessions": len(ended)}
            record(actor=actor, action="org.end_sessions", subject=actor.id, after=after, now=now)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors rest encrypted."""

    def encrypt(self, text: str) -> str:
        """Seal a secret for its column."""
        return base64.b64encode(encrypt(text, purpose=_PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret. Raises: UndecipherableError."""
        return decrypt(base64.b64decode(encrypted_text), purpose=_PURPOSE)
