"""Works an import run through, step by step, from where it stands."""

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction

from quanqu.doors.connectors.actions.ahead import Ready, converted_ahead
from quanqu.doors.connectors.actions.beside import Clock, SettlingBeside
from quanqu.doors.connectors.actions.locks import working_on
from quanqu.doors.connectors.actions.opening import NOWHERE, manner_of
from quanqu.doors.connectors.actions.places import Ground, find_ground, ground_of
from quanqu.doors.connectors.actions.steps import StepResult, run_step, steps_of
from quanqu.doors.connectors.contracts import (
    ImportRequest,
    ImportRow,
    Progress,
    ProgressCallback,
    RunState,
)
from quanqu.doors.connectors.feeds import CHUNK_ROWS
from quanqu.doors.connectors.inputs import Input, open_input
from quanqu.doors.connectors.models import ImportRun
from quanqu.doors.connectors.queries import mappings_of, run_id, run_row
from quanqu.doors.connectors.registry import manifest, mappings
from quanqu.doors.connectors.rejects import RejectFile
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.db.facade import freshen_statistics
from quanqu.infra.home.facade import open_home
from quanqu.infra.lake.facade import publish_dirty
from quanqu.infra.process.facade import scratch_folder
from quanqu.kernel.errors import QuanquError
from quanqu.know.timeline.facade import settle_everything

__all__ = ["Clock", "work_on"]


def work_on(
    *,
    run_key: int,
    now: datetime,
    progress: ProgressCallback | None = None,
    clock: Clock | None = None,
) -> ImportRow:
    """Work a run through to its end, from where it stands. Raises: as run_import."""
    run = ImportRun.objects.get(key=run_key)
    with working_on(run.key, run_id(run)):
        run.refresh_from_db()
        if run.state == RunState.DONE.value:
            return run_row(run)
        with scratch_folder(open_home().run, purpose="import") as work:
            _Worker(run, now, progress or _silent, clock or (lambda: now)).run(work)
    run.refresh_from_db()
    return run_row(run)


@dataclass(slots=True)
class _Sums:
    """The counts of a run so far."""

    accepted: int
    rejected: int
    entities: Counter[tuple[str, str]]
    reasons: Counter[str]

    def add(self, result: StepResult) -> None:
        self.accepted += result.accepted
        self.rejected += len(result.rejects)
        self.entities += result.counts
        self.reasons += Counter(str(row["reason"]) for row in result.rejects)

    def stored(self) -> dict[str, Any]:
        entities: dict[str, dict[str, int]] = {}
        for (entity, outcome), count in sorted(self.entities.items()):
            entities.setdefault(entity, {})[outcome] = count
        return {
            "rows_accepted": self.accepted,
            "rows_rejected": self.rejected,
            "entities": entities,
            "reasons": dict(sorted(self.reasons.items())),
        }


class _Worker:
    """Takes one run through its steps."""

    def __init__(
        self, run: ImportRun, now: datetime, progress: ProgressCallback, clock: Clock
    ) -> None:
        self.run_row, self.now, self.progress, self.clock = run, now, progress, clock
        self.rejects = RejectFile(run_id(run))
        self.sums = _stored_sums(run)
        self.total = 0
        self.beside = SettlingBeside(clock)

    def run(self, work: Path) -> None:
        """Stage the input, do the steps that are left, publish, close."""
        run = self.run_row
        self._note("reading")
        try:
            given = self._opened(work)
        except QuanquError as error:
            self._close(RunState.FAILED, error=error)
            raise
        self.total = given.rows
        begun = {"state": RunState.RUNNING.value, "started_at": run.started_at or self.now}
        self._save(**begun, rows_total=self.total, error="", error_code="")
        if run.is_dry_run:
            self._rehearse(given)
            return
        self.beside = SettlingBeside(self.clock, rows=self.total)
        with self.beside:
            finished = self._steps(given, self._committed)
        self._publish()
        state = RunState.DONE if finished else RunState.CANCELLED
        failure = given.failures[0] if given.failures and finished else None
        self._close(RunState.FAILED if failure else state, error=failure)

    def _opened(self, work: Path) -> Input:
        run = self.run_row
        known = manifest(run.channel)
        told = mappings_of(run.mapping_data)
        own = told or list(mappings(run.channel))
        if any(mapping.kind == "table" for mapping in told):
            known = msgspec.structs.replace(known, tables={})
        return open_input(Path(run.path), known, own, work)

    def _rehearse(self, given: Input) -> None:
        """Do everything in one transaction and take it back: exact counts, nothing written."""
        self.sums = _Sums(0, 0, Counter(), Counter())
        with transaction.atomic():
            finished = self._steps(given, self._done, start=0)
            transaction.set_rollback(True)
        failure = given.failures[0] if given.failures else None
        state = RunState.DONE if finished else RunState.CANCELLED
        self._close(RunState.FAILED if failure else state, error=failure)

    def _steps(
        self, given: Input, do: Callable[[Input, Ready, int], None], start: int | None = None
    ) -> bool:
        """Do the steps from the cursor on; False when cancelled."""
        cursor = self.run_row.cursor
        same = cursor.get("chunk_rows") == CHUNK_ROWS
        first = start if start is not None else (int(cursor.get("step", 0)) if same else 0)
        if first == 0:
            self.sums = _Sums(0, 0, Counter(), Counter())
        left = islice(steps_of(given), first, None)
        with closing(converted_ahead(left, ground=self._ground)) as ready:
            for number, step in enumerate(ready, first):
                if self._is_cancelled():
                    return False
                do(given, step, number)
                self._note("importing")
        return True

    def _committed(self, given: Input, step: Ready, number: int) -> None:
        """Do one step in a transaction that also moves the cursor."""
        with transaction.atomic():
            self._done(given, step, number)
            self._save(**self.sums.stored(), cursor={"step": number + 1, "chunk_rows": CHUNK_ROWS})
        freshen_statistics()
        self.beside.wake()

    def _done(self, given: Input, ready: Ready, number: int) -> None:
        step, ground, converted = ready
        source = self.run_row.channel
        result = run_step(
            given, step, ground=ground, source=source, now=self.now, converted=converted
        )
        self.rejects.write_part(number, result.rejects)
        self.sums.add(result)

    def _ground(self) -> Ground:
        run = self.run_row
        if run.place_key == NOWHERE:
            request = ImportRequest(run.channel, Path(run.path), run.place_code, run.company_code)
            known, manner = manifest(run.channel), manner_of(mappings_of(run.mapping_data))
            return find_ground(
                actor=SYSTEM, manifest=known, request=request, now=self.now, manner=manner
            )
        allowed = None if run.allowed_places is None else frozenset(run.allowed_places)
        return ground_of(manifest=manifest(run.channel), place_key=run.place_key, allowed=allowed)

    def _is_cancelled(self) -> bool:
        flags = ImportRun.objects.filter(key=self.run_row.key)
        return bool(flags.values_list("is_cancel_requested", flat=True).get())

    def _publish(self) -> None:
        self._note("publishing")
        settle_everything(now=self.now)
        publish_dirty(now=self.now)

    def _close(self, state: RunState, *, error: QuanquError | None) -> None:
        self.rejects.finish()
        told = {} if error is None else {"error_code": error.code, "error": str(error)}
        is_done = state is RunState.DONE
        total = {"rows_total": self.sums.accepted + self.sums.rejected} if is_done else {}
        self._save(
            state=state.value, finished_at=self.clock(), **self.sums.stored(), **told, **total
        )

    def _save(self, **changes: Any) -> None:
        ImportRun.objects.filter(key=self.run_row.key).update(**changes)

    def _note(self, phase: str) -> None:
        done = self.sums.accepted + self.sums.rejected
        self.progress(Progress(phase, done, self.total, self.sums.accepted, self.sums.rejected))


def _stored_sums(run: ImportRun) -> _Sums:
    entities = Counter(
        {(entity, name): n for entity, kinds in run.entities.items() for name, n in kinds.items()}
    )
    return _Sums(run.rows_accepted, run.rows_rejected, entities, Counter(run.reasons))


def _silent(progress: Progress) -> None:
    del progress
