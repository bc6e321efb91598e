"""Opens an input: picks the road by what the channel's mappings are for and what the files are."""

from pathlib import Path

from quanqu.doors.connectors.contracts import Manifest, Mapping, MissingFileError
from quanqu.doors.connectors.inputs.contents import Input, Refused, files_of
from quanqu.doors.connectors.inputs.payloads import add_documents
from quanqu.doors.connectors.inputs.tables import open_folder, open_one_table
from quanqu.doors.connectors.readers.open import KNOWN, file_format

__all__ = ["open_input"]


def open_input(path: Path, manifest: Manifest, mappings: list[Mapping], work: Path) -> Input:
    """Stage an input into `work` and prepare its feeds.

    Raises: MissingFileError, MissingColumnError, UnsupportedFileError and, when nothing of a
    single file can be read, UnreadableFileError.
    """
    files = files_of(path)
    if manifest.tables:
        return open_folder(path, files, manifest, mappings, work)
    payload = [mapping for mapping in mappings if mapping.kind == "payload"]
    tables = [mapping for mapping in mappings if mapping.kind == "table"]
    found = Input()
    documents = []
    for file in files:
        if path.is_dir() and not _is_known(file):
            found.refused.append(Refused(file.name, 0, "unknown_file", file.name, counts=False))
        elif payload and (not tables or file_format(file) in ("json", "ndjson")):
            documents.append(file)
        else:
            _extend(found, open_one_table(file, tables, _folder(work, file)))
    if documents:
        add_documents(found, documents, manifest, payload, work)
    if len(files) == 1 and not found.feeds and not found.refused and found.failures:
        raise found.failures[0]
    if not files:
        known = ", ".join(sorted(KNOWN))
        raise MissingFileError(path=path.name, channel=manifest.code, wanted=known)
    return found


def _is_known(file: Path) -> bool:
    return any(suffix.lower() in KNOWN for suffix in file.suffixes)


def _folder(work: Path, file: Path) -> Path:
    folder = work / file.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _extend(found: Input, other: Input) -> None:
    found.feeds += other.feeds
    found.refused += other.refused
    found.failures += other.failures
