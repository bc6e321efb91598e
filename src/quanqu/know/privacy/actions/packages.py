"""The export of an access request: made by the worker, encrypted, gone after its time."""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.crypto.facade import decrypt_bytes, encrypt_bytes
from quanqu.infra.home.facade import open_home
from quanqu.infra.personal.contracts import Subjects
from quanqu.infra.personal.facade import personal_holdings
from quanqu.kernel.ids import decode
from quanqu.know.customers import facade as customers
from quanqu.know.privacy.actions.requests import locked
from quanqu.know.privacy.actions.trail import write_act
from quanqu.know.privacy.contracts import ERASE, PackageGoneError, RequestState
from quanqu.know.privacy.models import Request, RequestStep
from quanqu.know.privacy.queries.policy import present_policy
from quanqu.know.privacy.queries.rights import require_whole
from quanqu.know.privacy.rules.package import pack

_PURPOSE = "privacy.package"


def export_people(request: Request, *, now: datetime) -> None:
    """Collect everything of the request's person into its package; repeating it makes it anew."""
    people = customers.gather_people(customer_ids=request.customer_ids)
    places = {
        one.code: list(one.work.export(people))
        for one in personal_holdings()
        if one.work is not None
    }
    sealed = encrypt_bytes(pack(places, made_at=now), purpose=_PURPOSE, bound_to=request.id.bytes)
    _write(package_path(request.id), sealed)
    with transaction.atomic():
        row = Request.objects.select_for_update().get(key=request.key)
        RequestStep.objects.filter(request=row).delete()
        RequestStep.objects.bulk_create(
            RequestStep(request=row, number=n, place=code, rows_before=len(rows), finished_at=now)
            for n, (code, rows) in enumerate(places.items(), start=1)
        )
        row.state, row.closed_at = RequestState.DONE.value, now
        row.package_expires_at = now + timedelta(days=present_policy().package_days)
        row.save()
        write_act(actor=SYSTEM, request=row, act="export", now=now)


@transaction.atomic
def download_package(*, actor: Actor, request_id: str, now: datetime) -> bytes:
    """Return the ZIP of an access request; the trail says who took it.

    Raises: NotAllowedError, RequestNotFoundError, PackageGoneError.
    """
    require_whole(actor, ERASE)
    row = locked(request_id)
    if row.package_expires_at is None or row.package_expires_at <= now:
        raise PackageGoneError
    try:
        sealed = package_path(row.id).read_bytes()
    except FileNotFoundError:
        raise PackageGoneError from None
    write_act(actor=actor, request=row, act="download", now=now)
    return decrypt_bytes(sealed, purpose=_PURPOSE, bound_to=row.id.bytes)


def count_packages_before(moment: datetime) -> int:
    """Return how many packages were made before a moment."""
    return _made_before(moment).count()


def drop_packages_before(moment: datetime) -> int:
    """Delete the packages made before a moment and return how many."""
    return _drop(_made_before(moment).values_list("id", flat=True))


def drop_expired_packages(*, now: datetime) -> int:
    """Delete the packages whose time is over and return how many."""
    old = Request.objects.filter(package_expires_at__lte=now)
    return _drop(old.values_list("id", flat=True))


class PackageFiles:
    """Packages as an erasure sees them: those of requests that name the person."""

    def count(self, people: Subjects) -> int:
        """Return how many packages there are of these people."""
        return sum(package_path(one).exists() for one in _requests_of(people))

    def export(self, people: Subjects) -> Iterator[Mapping[str, Any]]:
        """Yield nothing: a package repeats what the other places hold."""
        del people
        return iter(())

    def erase(self, people: Subjects, *, now: datetime) -> None:
        """Delete these packages."""
        del now
        _drop(_requests_of(people))


def package_path(request_id: UUID) -> Path:
    """Return where the package of a request lies."""
    return open_home().privacy / "packages" / f"{request_id.hex}.sealed"


def _requests_of(people: Subjects) -> list[UUID]:
    ids = [decode("cus", text) for text in people.customer_ids]
    found = Request.objects.filter(customer_ids__overlap=ids)
    return list(found.values_list("id", flat=True))


def _made_before(moment: datetime) -> Any:
    done = Request.objects.exclude(package_expires_at=None)
    return done.filter(closed_at__lt=moment)


def _drop(requests: Any) -> int:
    ids = list(requests)
    dropped = 0
    for one in ids:
        path = package_path(one)
        dropped += path.exists()
        path.unlink(missing_ok=True)
    Request.objects.filter(id__in=ids).update(package_expires_at=None)
    return dropped


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
