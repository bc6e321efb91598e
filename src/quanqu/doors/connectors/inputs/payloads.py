"""Inputs of payloads: documents told apart by what they hold, flattened and staged."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from quanqu.doors.connectors.contracts import Manifest, Mapping, Reason, UnreadableFileError
from quanqu.doors.connectors.feeds import document_feed
from quanqu.doors.connectors.inputs.contents import Input, Refused
from quanqu.doors.connectors.readers.open import open_documents
from quanqu.doors.connectors.rules.flatten import find, flatten, records_of
from quanqu.doors.connectors.staging import StagedTable, StageWriter

__all__ = ["add_documents", "sort_documents"]

_BATCH: Final = 1_000
_KEPT_TEXT: Final = 2_000

Numbered = list[tuple[int, Any]]


class _Sorter:
    """Sends each document to the mapping that knows it and stages its records."""

    def __init__(
        self, found: Input, manifest: Manifest, mappings: list[Mapping], work: Path
    ) -> None:
        self._found, self._manifest, self._work = found, manifest, work
        self._mappings = mappings
        self._waiting: dict[int, Numbered] = {}
        self._writers: dict[int, dict[str, StageWriter]] = {}
        self.number = 0

    def take(self, document: Any, file: str, at: int) -> None:
        """Dispatch one document."""
        for piece in _unwrapped(document, self._manifest):
            self._dispatch(piece, file, at)

    def finish(self) -> None:
        """Stage what waits and turn each mapping's tables into a feed."""
        for at, mapping in enumerate(self._mappings):
            self._flush(at)
            if at in self._writers:
                staged = {
                    name: StagedTable(name, mapping.name, writer.finish())
                    for name, writer in self._writers[at].items()
                }
                self._found.feeds.append(document_feed(mapping, staged))

    def _dispatch(self, document: Any, file: str, at: int) -> None:
        for place, mapping in enumerate(self._mappings):
            if mapping.detect is None or find(mapping.detect, document):
                self._keep(place, records_of(mapping, document), file, at)
                return
        refused = _refusal(document, self._manifest, file, at)
        self._found.refused.append(refused)

    def _keep(self, place: int, records: list[Any], file: str, at: int) -> None:
        waiting = self._waiting.setdefault(place, [])
        for record in records:
            if not isinstance(record, dict):
                text = _shown(record)
                self._found.refused.append(Refused(file, at, Reason.NOT_AN_OBJECT, text))
                continue
            self.number += 1
            waiting.append((self.number, record))
        if len(waiting) >= _BATCH:
            self._flush(place)

    def _flush(self, place: int) -> None:
        waiting = self._waiting.pop(place, [])
        if not waiting:
            return
        writers = self._writers.setdefault(place, {})
        for name, table in flatten(self._mappings[place], waiting).items():
            stem = f"payload-{place}-{name.replace(':', '-')}"
            writers.setdefault(name, StageWriter(self._work, stem)).write(table)


def add_documents(
    found: Input, files: list[Path], manifest: Manifest, mappings: list[Mapping], work: Path
) -> None:
    """Stage the documents of JSON and NDJSON files and add a feed per mapping that took some."""
    sorter = _Sorter(found, manifest, mappings, work)
    for file in files:
        found.origins.append((sorter.number + 1, file.name))
        try:
            documents = open_documents(file)
        except UnreadableFileError as error:
            found.failures.append(error)
            continue
        for at, document in documents.items:
            sorter.take(document, file.name, at)
        found.refused.extend(
            Refused(file.name, bad.row, bad.reason, bad.text) for bad in documents.bad_rows
        )
        if documents.failure is not None:
            found.failures.append(documents.failure)
    sorter.finish()


def sort_documents(
    found: Input,
    documents: list[Any],
    manifest: Manifest,
    mappings: list[Mapping],
    work: Path,
    *,
    name: str,
) -> None:
    """Do the same for documents at hand, such as the body of a webhook."""
    sorter = _Sorter(found, manifest, mappings, work)
    found.origins.append((1, name))
    for at, document in enumerate(documents, 1):
        sorter.take(document, name, at)
    sorter.finish()


def _unwrapped(document: Any, manifest: Manifest) -> Iterator[Any]:
    """Peel envelopes: the documents every `unwrap` path finds, else the document itself."""
    inner = [
        item
        for path in manifest.unwrap
        for item in (find(path, document) or [])
        if item is not None
    ]
    yield from inner or [document]


def _refusal(document: Any, manifest: Manifest, file: str, at: int) -> Refused:
    text = _shown(document)
    for refusal in manifest.refuse:
        if refusal.detect is not None and find(refusal.detect, document):
            return Refused(file, at, refusal.reason, text, refusal.words)
    return Refused(file, at, Reason.UNKNOWN_PAYLOAD, text)


def _shown(document: Any) -> str:
    return msgspec.json.encode(document)[:_KEPT_TEXT].decode(errors="replace")
