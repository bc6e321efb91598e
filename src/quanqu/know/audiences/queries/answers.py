"""Ask the lake: how many, who for example, and why one customer is or is not among them."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.lake.facade import run
from quanqu.know.audiences.contracts import Definition, Explanation, LeafTruth
from quanqu.know.audiences.queries.compile import (
    KEY,
    Question,
    compile_audience,
    customers_in_scope,
    held_by,
    keep,
)
from quanqu.know.audiences.rules.reading import leaves, parse
from quanqu.know.audiences.rules.sentences import describe_found, describe_rule
from quanqu.know.audiences.rules.truth import tree_truth
from quanqu.know.customers.contracts import CustomerRow
from quanqu.know.customers.facade import customers_by_key, get_customer


def count_audience(*, actor: Actor, definition: Mapping[str, Any], as_of: date) -> int:
    """Return how many customers of the actor's scope the rules hold for.

    `as_of` is the last UTC day that counts.  Raises: NotAllowedError, DefinitionError.
    """
    match, question = _asked(actor, definition, as_of)
    found = run(compile_audience(match.match, question).count())
    return int(found.column(0)[0].as_py())


def preview_audience(
    *, actor: Actor, definition: Mapping[str, Any], as_of: date, limit: int = 10
) -> tuple[CustomerRow, ...]:
    """Return some of the customers the rules hold for, smallest key first, masked.

    Raises: NotAllowedError, DefinitionError.
    """
    match, question = _asked(actor, definition, as_of)
    keys = run(compile_audience(match.match, question).order_by(KEY).limit(limit))
    rows = customers_by_key(actor=actor, customer_keys=keys[KEY].to_pylist())
    return tuple(rows[key] for key in sorted(rows))


def explain_membership(
    *,
    actor: Actor,
    definition: Mapping[str, Any],
    customer_id: UUID,
    as_of: date,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Explanation:
    """Return which rules hold for one customer, what it has for each, and what that makes of all.

    `names` says values in words, see describe_audience.

    Raises: NotAllowedError, DefinitionError, NotFoundError.
    """
    match, question = _asked(actor, definition, as_of)
    customer = get_customer(actor=actor, customer_id=customer_id).row
    mine = customers_in_scope(question.scope)
    mine = mine.filter(mine[KEY] == customer.key)
    rules = list(leaves(match.match))
    asked = [
        keep(mine, rule, question).select(at=ibis.literal(at, "int64"))
        for at, (_, rule) in enumerate(rules)
    ]
    true_at = set(_run_all(asked)["at"].to_pylist())
    truth = {path: at in true_at for at, (path, _) in enumerate(rules)}
    nodes = tree_truth(match.match, "$.match", truth)
    held = [
        held_by(mine, rule, question).mutate(at=ibis.literal(at, "int64"))
        for at, (_, rule) in enumerate(rules)
    ]
    found = {row["at"]: row["held"] or "" for row in _run_all(held).to_pylist()}
    language = actor.language if actor.language in ("en", "zh-hans") else "en"
    told = tuple(
        LeafTruth(
            path,
            describe_rule(rule, language, names),
            truth[path],
            describe_found(rule, found[at]) if found.get(at) else "",
        )
        for at, (path, rule) in enumerate(rules)
    )
    return Explanation(nodes["$.match"], told, nodes)


def _run_all(tables: list[ir.Table]) -> pa.Table:
    return run(ibis.union(*tables) if len(tables) > 1 else tables[0])


def _asked(actor: Actor, definition: Mapping[str, Any], as_of: date) -> tuple[Definition, Question]:
    actor.require("audiences.view")
    return parse(definition), Question(as_of, actor.scope("audiences.view"))
