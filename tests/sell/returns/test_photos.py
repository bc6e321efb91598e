"""Photos are told by their content and lose what says where and when."""

import struct
import zlib

import pytest
from tests.builders.returns import NOW, PNG, ask, clerk, make_open_shop, opened, sold

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.returns.contracts import PhotoError, ReturnNotFoundError, ReturnState
from quanqu.sell.returns.facade import add_photo, approve_return, get_photo, get_return
from quanqu.sell.returns.models import Photo
from quanqu.sell.returns.rules.photos import LARGEST_BYTES, strip_photo

SECRET = b"Exif\x00\x00 31.2304N 121.4737E"


def segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


JPEG = (
    b"\xff\xd8" + segment(0xE0, b"JFIF\x00") + segment(0xE1, SECRET) + segment(0xFE, SECRET)
    + segment(0xDB, bytes(65)) + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34\xff\x00"
    + b"\xff\xd9" + SECRET
)  # fmt: skip


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def webp(*chunks):
    body = b"".join(
        name + struct.pack("<I", len(told)) + told + b"\x00" * (len(told) % 2)
        for name, told in chunks
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JPEG, "image/jpeg"),
        (PNG[:33] + chunk(b"eXIf", SECRET) + chunk(b"tEXt", SECRET) + PNG[33:], "image/png"),
        (
            webp((b"VP8X", b"\x2c" + bytes(9)), (b"VP8 ", b"\x01\x02\x03"), (b"EXIF", SECRET)),
            "image/webp",
        ),
    ],
)
def test_metadata_is_taken_out(content, kind):
    found, stripped = strip_photo(content)
    assert found == kind
    assert SECRET in content
    assert SECRET not in stripped
    assert strip_photo(stripped) == (kind, stripped)


def test_the_picture_itself_stays():
    assert strip_photo(PNG) == ("image/png", PNG)
    assert JPEG[-len(SECRET) - 6 : -len(SECRET)] in strip_photo(JPEG)[1]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", JPEG[:30], PNG[:40],
        PNG[:8] + chunk(b"IEND", b""), b"RIFF\x04\x00\x00\x00WEBP", b"\xff\xd8\xff",
        bytes(LARGEST_BYTES + 1),
    ],
)  # fmt: skip
def test_what_is_no_photo_is_refused(content):
    with pytest.raises(PhotoError):
        strip_photo(content)


@pytest.mark.django_db
def test_a_photo_lets_a_damage_be_approved_by_who_handles_it():
    shop = make_open_shop()
    row = opened(shop, sold(shop).id, ask(1, 1, "damaged"))
    assert (row.state, row.doubts) == (ReturnState.REQUESTED, ("photo damaged",))
    desk = clerk("returns.manage", "returns.view", places=(shop.store.key,))
    with pytest.raises(NotAllowedError):
        approve_return(actor=desk, return_id=row.id, now=NOW)

    kept = add_photo(actor=desk, return_id=row.id, content=PNG, now=NOW)
    again = add_photo(actor=desk, return_id=row.id, content=PNG, now=NOW)

    assert approve_return(actor=desk, return_id=row.id, now=NOW).state == ReturnState.APPROVED
    assert kept.id == again.id
    assert get_photo(actor=desk, return_id=row.id, photo_id=kept.id) == ("image/png", PNG)
    assert PNG not in bytes(Photo.objects.get().sealed)
    assert len(get_return(actor=SYSTEM, return_id=row.id).photos) == 1
    reader = clerk("returns.view", places=(shop.store.key,))
    with pytest.raises(NotAllowedError):
        get_photo(actor=reader, return_id=row.id, photo_id=kept.id)
    stranger = clerk("returns.manage", places=(999,))
    with pytest.raises(ReturnNotFoundError):
        get_photo(actor=stranger, return_id=row.id, photo_id=kept.id)
