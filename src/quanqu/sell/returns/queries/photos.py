"""Photos of returns, opened for who may handle the return."""

from typing import Final
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto.facade import decrypt_bytes
from quanqu.kernel.ids import encode
from quanqu.sell.returns.contracts import ReturnNotFoundError
from quanqu.sell.returns.models import Photo
from quanqu.sell.returns.queries.rights import MANAGE, returns_in_scope

__all__ = ["PHOTO_PURPOSE", "get_photo"]

PHOTO_PURPOSE: Final = "returns.photo"


def get_photo(*, actor: Actor, return_id: UUID, photo_id: UUID) -> tuple[str, bytes]:
    """Return a photo's media type and content; it may show people, so handling is asked for.

    Raises: NotAllowedError, ReturnNotFoundError.
    """
    row = returns_in_scope(actor, MANAGE).filter(id=return_id).first()
    photo = Photo.objects.filter(id=photo_id, return_key=row.key).first() if row else None
    if photo is None:
        raise ReturnNotFoundError(ref=encode("rph", photo_id))
    return photo.media_type, decrypt_bytes(bytes(photo.sealed), purpose=PHOTO_PURPOSE)
