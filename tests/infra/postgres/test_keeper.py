"""How the keeper looks at the machine before it starts the server."""

import os
from pathlib import Path

import pytest

from quanqu.infra.postgres.keeper import writable_bytes
from quanqu.infra.process.contracts import Owner

NOBODY = Owner("nobody", 65534, 65534)


@pytest.mark.parametrize(
    ("mode", "owner", "is_usable"),
    [(0o1777, None, True), (0o1777, NOBODY, True), (0o755, None, True), (0o755, NOBODY, False)],
)
def test_shared_memory_counts_when_the_server_may_write_there(
    tmp_path: Path, mode: int, owner: Owner | None, is_usable: bool
) -> None:
    tmp_path.chmod(mode)
    assert bool(writable_bytes(tmp_path, owner)) == is_usable


def test_shared_memory_that_is_closed_or_missing_is_none(tmp_path: Path) -> None:
    assert writable_bytes(tmp_path / "missing", None) == 0
    if os.geteuid() != 0:
        tmp_path.chmod(0o500)
        assert writable_bytes(tmp_path, None) == 0
