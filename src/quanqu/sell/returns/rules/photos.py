"""Photos by their content: what kind they are, and what remains without what says where and when.

JPEG: ITU-T T.81 annex B; PNG: ISO/IEC 15948; WebP: RFC 9649.
"""

import struct
from typing import Final

from quanqu.sell.returns.contracts import PhotoError

__all__ = ["LARGEST_BYTES", "MOST_PHOTOS", "strip_photo"]

LARGEST_BYTES: Final = 8_000_000
MOST_PHOTOS: Final = 10
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM"}
)
_WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
_WEBP_TELLS: Final = 0x08 | 0x04 | 0x20  # the flags of EXIF, XMP and a colour profile


def strip_photo(content: bytes) -> tuple[str, bytes]:
    """Return a photo's media type, told by its content, and the photo without its metadata.

    Units: bytes, at most LARGEST_BYTES.  Raises: PhotoError.
    """
    if not 0 < len(content) <= LARGEST_BYTES:
        raise PhotoError(problem=f"it has 1 to {LARGEST_BYTES} bytes")
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return "image/jpeg", _jpeg(content)
        if content.startswith(_PNG):
            return "image/png", _png(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return "image/webp", _webp(content)
    except (struct.error, IndexError):
        raise PhotoError(problem="it is broken off") from None
    raise PhotoError(problem="it is no JPEG, PNG or WebP")


def _jpeg(content: bytes) -> bytes:
    """Keep the segments that draw: no APPn but JFIF and Adobe's, no comment, nothing after EOI."""
    kept, at = [content[:2]], 2
    while True:
        if content[at] != 0xFF:
            raise PhotoError(problem="it is broken off")
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise PhotoError(problem="it is broken off")
        if marker == 0xDA:  # start of scan: all that follows is the picture
            last = content.rfind(b"\xff\xd9")
            if last < end:
                raise PhotoError(problem="it is broken off")
            return b"".join([*kept, content[at : last + 2]])
        if not (0xE0 < marker <= 0xEF and marker != 0xEE) and marker != 0xFE:
            kept.append(content[at:end])
        at = end


def _png(content: bytes) -> bytes:
    kept, at, names = [_PNG], len(_PNG), set()
    while True:
        (length,) = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise PhotoError(problem="it is broken off")
        if name in _PNG_KEPT:
            kept.append(content[at:end])
            names.add(name)
        at = end
        if name == b"IEND":
            break
    if not {b"IHDR", b"IDAT"} <= names:
        raise PhotoError(problem="it shows nothing")
    return b"".join(kept)


def _webp(content: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", content, 4)
    kept, at, last = [], 12, min(8 + size, len(content))
    while at + 8 <= last:
        name = content[at : at + 4]
        (length,) = struct.unpack_from("<I", content, at + 4)
        end = at + 8 + length + length % 2
        if end > len(content) + length % 2:
            raise PhotoError(problem="it is broken off")
        chunk = content[at:end]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_TELLS & 0xFF]) + chunk[9:]
        if name in _WEBP_KEPT:
            kept.append(chunk)
        at = end
    if not kept:
        raise PhotoError(problem="it shows nothing")
    body = b"".join(kept)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body
