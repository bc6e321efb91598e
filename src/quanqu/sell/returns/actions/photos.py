"""Keep photos of what comes back: checked by their content, stripped, encrypted."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import encrypt_bytes, keyed_hash
from quanqu.kernel.ids import encode
from quanqu.sell.returns.actions.writing import lock_return
from quanqu.sell.returns.contracts import (
    OPEN_STATES,
    PhotoError,
    PhotoView,
    ReturnState,
    ReturnStepError,
)
from quanqu.sell.returns.models import Photo
from quanqu.sell.returns.queries.photos import PHOTO_PURPOSE
from quanqu.sell.returns.rules.photos import MOST_PHOTOS, strip_photo

__all__ = ["add_photo"]


def add_photo(*, actor: Actor, return_id: UUID, content: bytes, now: datetime) -> PhotoView:
    """Keep a photo of an open return without what it says of where and when; twice is once.

    Locks: the return.  Raises: NotAllowedError, ReturnNotFoundError, ReturnStepError, PhotoError.
    """
    media_type, stripped = strip_photo(content)
    digest = keyed_hash(stripped.hex(), purpose=PHOTO_PURPOSE)
    with transaction.atomic():
        row = lock_return(return_id, actor=actor)
        there = Photo.objects.filter(return_key=row.key)
        photo = there.filter(digest=digest).first()
        if photo is None:
            if ReturnState(row.state) not in OPEN_STATES:
                raise ReturnStepError(ref=encode("ret", row.id), state=row.state, step="photo")
            if there.count() >= MOST_PHOTOS:
                raise PhotoError(problem=f"a return has at most {MOST_PHOTOS}")
            photo = Photo.objects.create(
                return_key=row.key,
                media_type=media_type,
                size=len(stripped),
                digest=digest,
                sealed=encrypt_bytes(stripped, purpose=PHOTO_PURPOSE),
                at=now,
            )
    return PhotoView(photo.id, photo.media_type, photo.size, photo.at)
