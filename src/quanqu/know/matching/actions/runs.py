"""Runs over the customers: queued, worked off, undone."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import pyarrow as pa
from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.infra.jobs.facade import defer
from quanqu.kernel.errors import NotFoundError, QuanquError
from quanqu.know.customers.facade import (
    add_match_evidence,
    clear_profiles,
    withdraw_match_evidence,
)
from quanqu.know.matching.contracts import (
    MatchResult,
    NothingToUndoError,
    PairState,
    RunInProgressError,
    RunRow,
    RunState,
)
from quanqu.know.matching.models import Model, Pair, Run
from quanqu.know.matching.queries.access import require_whole_group
from quanqu.know.matching.queries.people import match_people
from quanqu.know.matching.queries.runs import learnt, run_row
from quanqu.know.matching.rules.learning import Limits, choose_limits
from quanqu.know.matching.rules.reasons import reasons_of

JOB: Final = "matching.run"
SOURCE: Final = "matching.model"
_TEMP: Final = "matching_found"
_ROLES: Final = {
    "name": "full_name",
    "email": "email",
    "phone": "phone",
    "birth_on": "date_of_birth",
    "gender": "gender",
    "city": "locality",
    "region": "region",
    "postcode": "postcode",
    "street": "address",
}


def start_run(*, actor: Actor, now: datetime) -> RunRow:
    """Queue a run over all customers; one at a time.

    Raises: NotAllowedError, RunInProgressError.
    """
    require_whole_group(actor)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                state=RunState.QUEUED.value, started_by=actor.name, queued_at=now
            )
            record(actor=actor, action="matching.start_run", subject=str(run.id), now=now)
            defer(JOB, run_key=run.key)
    except IntegrityError as error:
        raise RunInProgressError from error
    return run_row(run)


def work_run(*, run_key: int, now: datetime) -> None:
    """Read the customers in clear, learn, link what is sure and queue what is not.

    A refusal of the rules ends the run as failed and says why; anything else is tried again by the
    job, from the beginning.  What a person answered is never overturned.
    """
    run = Run.objects.filter(key=run_key, state__in=[RunState.QUEUED, RunState.RUNNING]).first()
    if run is None:
        return
    Run.objects.filter(key=run_key).update(state=RunState.RUNNING.value, step=0, error="")
    people = clear_profiles(actor=SYSTEM, now=now, run=str(run.id))
    taught = learnt()

    def progress(done: int, total: int) -> None:
        del total
        Run.objects.filter(key=run_key).update(step=done)

    try:
        found = match_people(
            table=people.select([*_ROLES]),
            roles=_ROLES,
            progress=progress,
            shift_bits=taught.shift_bits,
            with_reasons=True,
        )
    except QuanquError as error:
        _end_failed(run_key, people.num_rows, error.code, now)
        return
    _keep(run_key, people, found, now, taught.answers, taught.shift_bits)


def undo_run(*, actor: Actor, run_id: UUID, now: datetime) -> RunRow:
    """Take back every link of a run that no person has settled since.

    Locks: the run.  Raises: NotAllowedError, NotFoundError, NothingToUndoError.
    """
    require_whole_group(actor)
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(id=run_id).first()
        if run is None:
            raise NotFoundError(kind="run", ref=str(run_id))
        if run.state != RunState.DONE:
            raise NothingToUndoError
        linked = Pair.objects.filter(run=run, state=PairState.LINKED.value)
        ends = list(linked.values_list("left_key", "right_key"))
        if ends:
            withdraw_match_evidence(actor=actor, pairs=_ends(ends), source=SOURCE, now=now)
        linked.update(state=PairState.OPEN.value)
        run.state = RunState.UNDONE.value
        run.save(update_fields=["state"])
        after = {"pairs": len(ends)}
        record(actor=actor, action="matching.undo_run", subject=str(run_id), after=after, now=now)
    return run_row(run)


def _end_failed(run_key: int, customers: int, code: str, now: datetime) -> None:
    Run.objects.filter(key=run_key).update(
        state=RunState.FAILED.value, customers=customers, error=code, finished_at=now
    )


def _keep(
    run_key: int, people: pa.Table, found: MatchResult, now: datetime, *taught: float
) -> None:
    """Write model, pairs and evidence in one transaction: all of the run or nothing."""
    rate = found.pairs["probability"].to_numpy()
    limits = choose_limits(rate)
    rows = _rows(people, found, limits)
    with transaction.atomic():
        run = Run.objects.select_for_update().get(key=run_key)
        if run.state != RunState.RUNNING:
            return
        _replace_pairs(run_key, rows)
        linked = list(
            Pair.objects.filter(run_id=run_key, state=PairState.LINKED.value).values_list(
                "left_key", "right_key", "probability"
            )
        )
        version = 1 + (Model.objects.aggregate(last=Max("version"))["last"] or 0)
        model = Model.objects.create(
            version=version,
            trained_at=now,
            rows=people.num_rows,
            prior=found.prior,
            settings=found.model,
        )
        if linked:
            pairs = _ends([(left, right) for left, right, _ in linked])
            pairs = pairs.append_column("confidence", pa.array([one[2] for one in linked]))
            words = pa.array([f"model {version}"] * len(linked))
            pairs = pairs.append_column("reference", words)
            add_match_evidence(actor=SYSTEM, pairs=pairs, source=SOURCE, rule="model", now=now)
        _end(run, model, limits, len(linked), people.num_rows, now, taught)


def _end(
    run: Run, model: Model, limits: Limits, linked: int, customers: int, now: datetime,
    taught: tuple[float, ...],
) -> None:  # fmt: skip
    run.state, run.finished_at, run.model = RunState.DONE.value, now, model
    run.customers, run.linked = customers, linked
    run.review = Pair.objects.filter(state=PairState.OPEN.value).count()
    run.upper, run.lower = limits.upper, limits.lower
    run.false_links, run.missed = limits.false_links, limits.missed
    run.answers, run.shift_bits = int(taught[0]), taught[1]
    run.save()


def _rows(people: pa.Table, found: MatchResult, limits: Limits) -> pa.Table:
    """Return the pairs worth keeping, by customer key."""
    keys = people["customer_key"].to_numpy()
    pairs = found.pairs
    rate = pairs["probability"].to_numpy()
    sure = pairs["is_linked"].to_numpy(zero_copy_only=False) & (rate >= limits.upper)
    kept = sure | (rate >= limits.lower)
    ends = np.stack([keys[pairs["left"].to_numpy()[kept]], keys[pairs["right"].to_numpy()[kept]]])
    return pa.table(
        {
            "left_key": ends.min(axis=0),
            "right_key": ends.max(axis=0),
            "odds_bits": found.odds_bits[kept],
            "probability": rate[kept],
            "reasons": pa.array(reasons_of(found, kept), pa.string()),
            "state": np.where(sure[kept], PairState.LINKED.value, PairState.OPEN.value),
        }
    )


def _replace_pairs(run_key: int, rows: pa.Table) -> None:
    """Put the pairs found in the place of open ones; those a person answered stay as they are."""
    columns = {
        "left_key": "bigint",
        "right_key": "bigint",
        "odds_bits": "double precision",
        "probability": "double precision",
        "reasons": "text",
        "state": "text",
    }
    temp_table(name=_TEMP, columns=columns)
    copy_in(table=_TEMP, columns=[*columns], data=rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM matching_pair p WHERE p.state = 'open' "  # noqa: S608 - fragments of our own code
            "AND NOT EXISTS (SELECT FROM matching_answer a WHERE a.pair_key = p.key) "
            f"AND NOT EXISTS (SELECT FROM {_TEMP} f WHERE f.left_key = p.left_key "
            "AND f.right_key = p.right_key)"
        )
        cursor.execute(
            "INSERT INTO matching_pair AS p (id, run_key, left_key, right_key, odds_bits, "  # noqa: S608 - fragments of our own code
            "probability, reasons, state, decided_by) SELECT gen_random_uuid(), %s, left_key, "
            f"right_key, odds_bits, probability, reasons::jsonb, state, '' FROM {_TEMP} "
            "ORDER BY left_key, right_key ON CONFLICT ON CONSTRAINT matching_pair_unique DO UPDATE "
            "SET run_key = excluded.run_key, odds_bits = excluded.odds_bits, "
            "probability = excluded.probability, reasons = excluded.reasons, "
            "state = excluded.state WHERE p.state IN ('open', 'linked')",
            [run_key],
        )


def _ends(pairs: list[tuple[Any, Any]]) -> pa.Table:
    return pa.table(
        {
            "left_subject": pa.array([left for left, _ in pairs], pa.int64()),
            "right_subject": pa.array([right for _, right in pairs], pa.int64()),
        }
    )
