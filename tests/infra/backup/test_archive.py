"""An archive is whole and unchanged, or it is refused."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quanqu.infra.backup.archive import ArchiveWriter, unpack
from quanqu.infra.backup.contracts import FORMAT, BackupDamagedError, Manifest
from quanqu.infra.backup.lake_files import files_of, lake_folder, versions
from quanqu.infra.home.contracts import Home


def manifest(files: dict[str, str], *, number: int = FORMAT) -> Manifest:
    return Manifest(number, "0", "2026-01-01T00:00:00.000Z", "18", {}, None, files)


def write(path: Path, members: dict[str, bytes], source: Path) -> None:
    source.mkdir(exist_ok=True)
    with path.open("wb") as file:
        writer = ArchiveWriter(file)
        for number, (name, content) in enumerate(members.items()):
            (source / str(number)).write_bytes(content)
            writer.add(name, source / str(number))
        writer.finish(manifest(writer.files))


@given(content=st.binary(max_size=5000))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("archive")

    write(folder / "a", {"lake/x/1": content, "keys/k": b"s"}, folder / "in")
    found = unpack(folder / "a", folder / "out")

    assert (folder / "out/lake/x/1").read_bytes() == content
    assert (folder / "out/keys/k").stat().st_mode & 0o777 == 0o600
    assert set(found.files) == {"lake/x/1", "keys/k"}


@pytest.mark.parametrize("keep", [0.0, 0.1, 0.5, 0.9])
def test_a_cut_off_archive_is_refused(keep: float, tmp_path: Path) -> None:
    write(tmp_path / "a", {"x": bytes(range(256)) * 400}, tmp_path / "in")
    raw = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(raw[: int(len(raw) * keep)])

    with pytest.raises(BackupDamagedError, match="Nothing was changed"):
        unpack(tmp_path / "a", tmp_path / "out")


def test_text_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("hello")

    with pytest.raises(BackupDamagedError):
        unpack(tmp_path / "a", tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "sums", "number", "reason"),
    [
        ("x", {"x": "0" * 64}, FORMAT, "x is not what went in"),
        ("x", {}, FORMAT, "x is not what went in"),
        ("x", None, FORMAT + 1, "format 2 is not known"),
        ("../x", None, FORMAT, "odd member"),
        ("/x", None, FORMAT, "odd member"),
    ],
)
def test_a_changed_or_odd_archive_is_refused(
    name: str, sums: dict[str, str] | None, number: int, reason: str, tmp_path: Path
) -> None:
    with tarfile.open(tmp_path / "a", "w:gz") as tar:
        for member, raw in ((name, b"data"), ("manifest.json", b"")):
            content = raw or json.dumps(vars_of(sums or {}, number)).encode()
            info = tarfile.TarInfo(member)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))

    with pytest.raises(BackupDamagedError, match=reason):
        unpack(tmp_path / "a", tmp_path / "out")


def vars_of(files: dict[str, str], number: int) -> dict[str, object]:
    found = manifest(files, number=number)
    return {name: getattr(found, name) for name in Manifest.__slots__}


def test_a_table_at_a_version_is_its_log_up_to_it(tmp_path: Path) -> None:
    log = tmp_path / "fact" / "_delta_log"
    log.mkdir(parents=True)
    for number in range(4):
        (log / f"{number:020d}.json").touch()
        (tmp_path / "fact" / f"part-{number}.parquet").touch()
    (log / f"{2:020d}.checkpoint.parquet").touch()
    (log / "_last_checkpoint").touch()
    (tmp_path / "not-a-table").mkdir()

    kept = {path.name for path in files_of(tmp_path, "fact", 1)}

    assert versions(tmp_path) == {"fact": 3}
    assert {f"{0:020d}.json", f"{1:020d}.json", "part-0.parquet"} <= kept
    assert not {f"{2:020d}.json", f"{2:020d}.checkpoint.parquet", "_last_checkpoint"} & kept


def test_a_lake_elsewhere_is_not_ours_to_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUANQU_LAKE", "s3://bucket/lake")

    assert lake_folder(Home(Path("/home"))) is None
    assert versions(None) == {}
