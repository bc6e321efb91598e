"""The archive: a gzipped tar whose last member lists the SHA-256 of all others."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import IO, Final

from quanqu.infra.backup.contracts import FORMAT, MANIFEST_MEMBER, BackupDamagedError, Manifest

_BLOCK: Final = 1024 * 1024
_MANIFEST_LIMIT: Final = 256 * 1024 * 1024


class ArchiveWriter:
    """Adds files one after the other and remembers their sums."""

    def __init__(self, target: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w:gz", compresslevel=1)  # noqa: SIM115
        self.files: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Add a file as it is now."""
        with path.open("rb") as source:
            info = self._tar.gettarinfo(arcname=name, fileobj=source)
            info.mode, info.uid, info.gid, info.uname, info.gname = 0o600, 0, 0, "", ""
            summed = _Summed(source)
            self._tar.addfile(info, summed)
        self.files[name] = summed.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest and close: without it the archive counts as cut off."""
        raw = json.dumps(asdict(manifest), indent=1).encode()
        info = tarfile.TarInfo(MANIFEST_MEMBER)
        info.size, info.mode = len(raw), 0o600
        self._tar.addfile(info, io.BytesIO(raw))
        self._tar.close()


def unpack(archive: Path, target: Path) -> Manifest:
    """Write every member below `target` and check every sum. Raises: BackupDamagedError."""
    sums: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(archive, mode="r|gz") as tar:
            for member in tar:
                source = tar.extractfile(member)
                if source is None or not _is_safe(member.name):
                    raise BackupDamagedError(path=archive, reason=f"odd member {member.name!r}")
                if member.name == MANIFEST_MEMBER:
                    manifest = _read_manifest(source)
                else:
                    sums[member.name] = _write(source, target / member.name)
    except (tarfile.TarError, EOFError, OSError, ValueError, TypeError) as error:
        raise BackupDamagedError(path=archive, reason=str(error)) from None
    if manifest is None:
        raise BackupDamagedError(path=archive, reason="its end is missing")
    if manifest.format != FORMAT:
        raise BackupDamagedError(path=archive, reason=f"format {manifest.format} is not known")
    _compare(archive, sums.items(), manifest)
    return manifest


class _Summed(io.RawIOBase):
    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self._sum.update(block)
        return block

    def hexdigest(self) -> str:
        return self._sum.hexdigest()


def _read_manifest(source: IO[bytes]) -> Manifest:
    return Manifest(**json.loads(source.read(_MANIFEST_LIMIT)))


def _write(source: IO[bytes], path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with path.open("xb") as target:
        path.chmod(0o600)
        while block := source.read(_BLOCK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def _is_safe(name: str) -> bool:
    parts = PurePosixPath(name)
    return not parts.is_absolute() and ".." not in parts.parts and "\\" not in name


def _compare(archive: Path, sums: Iterable[tuple[str, str]], manifest: Manifest) -> None:
    found = dict(sums)
    for name in sorted(found.keys() | manifest.files.keys()):
        if found.get(name) != manifest.files.get(name):
            raise BackupDamagedError(path=archive, reason=f"{name} is not what went in")
