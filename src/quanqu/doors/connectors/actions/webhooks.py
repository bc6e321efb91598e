"""Webhooks: connect a shop, take in what it pushes, import it once."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa
from django.db import IntegrityError, transaction

from quanqu.doors.connectors.actions.places import PERMISSION, find_ground, ground_of
from quanqu.doors.connectors.actions.steps import run_step, steps_of
from quanqu.doors.connectors.contracts import (
    BadSignatureError,
    ConnectionInfo,
    ImportRequest,
    UnknownChannelError,
)
from quanqu.doors.connectors.inputs import Input
from quanqu.doors.connectors.inputs.payloads import sort_documents
from quanqu.doors.connectors.models import Connection, Delivery
from quanqu.doors.connectors.readers.documents import decode
from quanqu.doors.connectors.registry import manifest, manifests, mappings
from quanqu.doors.connectors.rules.flatten import find
from quanqu.doors.connectors.rules.signatures import is_signed
from quanqu.doors.connectors.rules.times import to_instant
from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt, encrypt
from quanqu.infra.home.facade import open_home
from quanqu.infra.jobs.facade import defer
from quanqu.infra.process.facade import scratch_folder
from quanqu.kernel.errors import NotAllowedError

__all__ = ["accept_delivery", "connect_shop", "is_ping", "process_delivery"]

_LONGEST_PING: Final = 200
DELIVERY_JOB: Final = "connectors.process_delivery"
SECRET: Final = "connectors.webhook_secret"  # noqa: S105 - the purpose of a key, not a secret
BODY: Final = "connectors.webhook_body"


@dataclass(frozen=True, slots=True)
class _News:
    resource: str
    changed_at: datetime | None


@transaction.atomic
def connect_shop(
    *, actor: Actor, channel: str, code: str, place_code: str, secret: str, now: datetime
) -> ConnectionInfo:
    """Let a shop push to us: its signing secret is kept encrypted; the same code renews it.

    Raises: UnknownChannelError (no webhooks in this channel), NotAllowedError.
    """
    actor.require(PERMISSION)
    known = manifest(channel)
    if known.webhook is None:
        able = ", ".join(name for name, each in manifests().items() if each.webhook)
        raise UnknownChannelError(channel=channel, known=able)
    request = ImportRequest(channel, Path(), place_code=place_code)
    ground = find_ground(actor=actor, manifest=known, request=request, now=now)
    _require_own(actor, code)
    row, _ = Connection.objects.update_or_create(
        code=code,
        defaults={
            "channel": channel,
            "place_key": ground.place.key,
            "company_key": ground.company_key,
            "secret_enc": encrypt(secret, purpose=SECRET),
            "is_enabled": True,
        },
        create_defaults={
            "channel": channel,
            "place_key": ground.place.key,
            "company_key": ground.company_key,
            "secret_enc": encrypt(secret, purpose=SECRET),
            "created_by": actor.name,
            "created_at": now,
        },
    )
    after = {"channel": channel, "place": ground.place.code}
    record(actor=actor, action="connectors.connect", subject=code, after=after, now=now)
    return ConnectionInfo(row.code, row.channel, ground.place.code, f"/hooks/{channel}/{code}")


def _require_own(actor: Actor, code: str) -> None:
    """Refuse to renew the connection of a place the actor has nothing to do with."""
    scope = actor.scope(PERMISSION)
    held = Connection.objects.select_for_update().filter(code=code).first()
    if held is not None and not scope.everything and held.place_key not in scope.places:
        raise NotAllowedError(permission=PERMISSION)


def is_ping(*, channel: str, body: bytes) -> bool:
    """Tell whether a body only tries the address: it is answered to anybody and forgotten."""
    known = manifests().get(channel)
    pattern = known.webhook.ping if known and known.webhook else None
    return pattern is not None and re.fullmatch(pattern.encode(), body[:_LONGEST_PING]) is not None


def accept_delivery(
    *, channel: str, code: str, body: bytes, headers: dict[str, str], now: datetime
) -> bool:
    """Store what a shop pushes, once, and leave it to the worker; False when it came before.

    Raises: BadSignatureError, also for a connection that does not exist.
    """
    known = manifests().get(channel)
    rows = Connection.objects.filter(code=code, channel=channel, is_enabled=True)
    row = rows.first() if code.isprintable() else None
    secret = decrypt(bytes(row.secret_enc), purpose=SECRET) if row else ""
    hook = known.webhook if known else None
    given = headers.get(hook.signature_header.lower(), "") if hook else ""
    if row is None or hook is None or not secret or not is_signed(body, given, secret):
        raise BadSignatureError
    told = headers.get(hook.delivery_header.lower(), "")[:100]
    topic = headers.get(hook.topic_header.lower(), "")[:80]
    try:
        with transaction.atomic():
            delivery = Delivery.objects.create(
                connection=row,
                delivery_id=told or hashlib.sha256(body).hexdigest(),
                topic=topic,
                body_enc=encrypt(body.decode(errors="replace"), purpose=BODY),
                received_at=now,
            )
            Connection.objects.filter(key=row.key).update(last_delivery_at=now)
            defer(DELIVERY_JOB, delivery_key=delivery.key)
    except IntegrityError:
        return False
    return True


@transaction.atomic
def process_delivery(*, delivery_key: int, now: datetime) -> str:
    """Import a stored delivery and return what came of it; done before: nothing happens.

    News older than what is known of the same thing are dropped.  The body is deleted then.
    Locks: the connection, so that its deliveries are weighed one after the other.
    """
    row = Delivery.objects.select_related("connection").get(key=delivery_key)
    Connection.objects.select_for_update().get(key=row.connection.key)
    row.refresh_from_db()
    if row.processed_at is not None or row.body_enc is None:
        return row.outcome
    text = decrypt(bytes(row.body_enc), purpose=BODY)
    try:
        document = decode(text)
    except msgspec.DecodeError:
        return _done(row, _News("", None), "not_json", now)
    news = _news(row, document)
    if _is_stale(row, news):
        return _done(row, news, "stale", now)
    return _done(row, news, _import(row, document, now), now)


def _import(row: Delivery, document: Any, now: datetime) -> str:
    channel = row.connection.channel
    known = manifest(channel)
    ground = ground_of(manifest=known, place_key=row.connection.place_key, allowed=None)
    given = Input()
    with scratch_folder(open_home().run, purpose="delivery") as work:
        own = [mapping for mapping in mappings(channel) if mapping.kind == "payload"]
        sort_documents(given, [document], known, own, work, name=row.topic or "webhook")
        rejects = [
            reject
            for step in steps_of(given)
            for reject in run_step(given, step, ground=ground, source=channel, now=now).rejects
        ]
    return f"rejected: {rejects[0]['reason']}"[:60] if rejects else "imported"


def _news(row: Delivery, document: Any) -> _News:
    hook = manifest(row.connection.channel).webhook
    if hook is None:
        return _News("", None)
    kind = row.topic.partition("/")[0].partition(".")[0]
    told = find(hook.resource, document)
    resource = f"{kind}:{told}"[:100] if told else ""
    changed = find(hook.changed, document)
    times = pa.array([changed if isinstance(changed, str) else None], pa.string())
    return _News(resource, to_instant(times, [], "UTC").values[0].as_py())


def _is_stale(row: Delivery, news: _News) -> bool:
    if not news.resource or news.changed_at is None:
        return False
    newer = Delivery.objects.filter(
        connection=row.connection,
        resource=news.resource,
        changed_at__gt=news.changed_at,
        processed_at__isnull=False,
    )
    return newer.exists()


def _done(row: Delivery, news: _News, outcome: str, now: datetime) -> str:
    Delivery.objects.filter(key=row.key).update(
        processed_at=now,
        outcome=outcome,
        body_enc=None,
        resource=news.resource,
        changed_at=news.changed_at,
    )
    return outcome
