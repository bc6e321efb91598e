"""The personal data of know.matching: who was held against whom, and what people said of it."""

from typing import Final

from quanqu.infra.personal.contracts import DataClass, Holding, Store
from quanqu.infra.personal.facade import SqlWork, declare, declare_plain

_WHO: Final = "the customer's key and the keys of their identifiers"
_PAIR: Final = (
    "left_key = ANY(%(customers)s) OR right_key = ANY(%(customers)s) "
    "OR left_key = ANY(%(subjects)s) OR right_key = ANY(%(subjects)s)"
)

declare(
    Holding(
        name="matching_pair",
        store=Store.TABLE,
        personal={
            "left_key": DataClass.IDENTIFIER,
            "right_key": DataClass.IDENTIFIER,
            "reasons": DataClass.PROFILE,
            "decided_by": DataClass.STAFF,
        },
        plain="key id run_key odds_bits probability state decided_at",
        found_by=_WHO,
        phase=45,
        work=SqlWork("matching_pair", _PAIR),
    )
)
declare(
    Holding(
        name="matching_answer",
        store=Store.TABLE,
        personal={"answered_by": DataClass.STAFF, "undone_by": DataClass.STAFF},
        plain="key pair_key answer answered_at undone_at",
        found_by="the pair's customers",
        phase=40,
        work=SqlWork(
            "matching_answer",
            f"pair_key IN (SELECT key FROM matching_pair WHERE {_PAIR})",  # noqa: S608 - a fragment of our own code
        ),
    )
)
declare_plain("matching_model", "key version trained_at rows prior settings")
declare_plain(
    "matching_run",
    "key id state started_by queued_at finished_at step customers linked review upper lower "
    "false_links missed answers shift_bits model_key error",
)
