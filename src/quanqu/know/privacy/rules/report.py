"""The report of an erasure: what it says, and its text for signing. It names nobody."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from quanqu.kernel.time import format_time
from quanqu.know.privacy.contracts import StepRow

FORMAT: Final = 1
_STAYS: Final = frozenset({"kept", "expires"})


def make_report(
    *,
    head: Mapping[str, Any],
    steps: Sequence[StepRow],
    suppressed: int,
    backups: Sequence[Mapping[str, Any]],
    finished_at: datetime,
) -> dict[str, Any]:
    """Return the report: every place with rows before and after, and whether nothing is left."""
    return {
        "format": FORMAT,
        **head,
        "finished_at": format_time(finished_at),
        "suppressed_identifiers": suppressed,
        "places": [
            {
                "place": step.place,
                "store": step.store,
                "treatment": step.treatment,
                "classes": list(step.classes),
                "rows_before": step.rows_before,
                "rows_after": step.rows_after,
                "checked": step.how,
            }
            for step in steps
        ],
        "rows_before": sum(step.rows_before for step in steps),
        "rows_left": sum(step.rows_after or 0 for step in steps if step.treatment not in _STAYS),
        "is_complete": is_complete(steps),
        "backups": list(backups),
    }


def is_complete(steps: Sequence[StepRow]) -> bool:
    """Tell whether every place was looked at again and nothing is left that had to go."""
    return all(
        step.rows_after is not None and (step.treatment in _STAYS or step.rows_after == 0)
        for step in steps
    )


def canonical(report: Mapping[str, Any]) -> str:
    """Return the text of a report that is hashed and signed: ASCII, sorted keys, no spaces."""
    bare = {name: value for name, value in report.items() if name not in {"sha256", "signature"}}
    return json.dumps(bare, sort_keys=True, separators=(",", ":"))


def digest(report: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a report's text, in hexadecimal."""
    return hashlib.sha256(canonical(report).encode()).hexdigest()
