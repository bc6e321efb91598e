"""Ask the lake: how many, who for example, and why one customer is or is not among them."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.lake.facade import run
from quanqu.know.audiences.contracts import CatchmentRule, Explanation, Leaf, LeafTruth, Node
from quanqu.know.audiences.queries.compile import compile_audience, keep
from quanqu.know.audiences.queries.counting import keys_of_members
from quanqu.know.audiences.queries.held import held_by
from quanqu.know.audiences.queries.question import KEY, Question, customers_in_scope
from quanqu.know.audiences.queries.resolving import resolve, with_memberships
from quanqu.know.audiences.rules.reading import leaves, parse
from quanqu.know.audiences.rules.sentences import describe_found, describe_rule
from quanqu.know.audiences.rules.truth import tree_truth
from quanqu.know.customers.contracts import CustomerRow
from quanqu.know.customers.facade import customers_by_key, get_customer
from quanqu.know.org.facade import places_by_key


def count_audience(*, actor: Actor, definition: Mapping[str, Any], as_of: date) -> int:
    """Return how many customers of the actor's scope the rules hold for.

    `as_of` is the last UTC day that counts.  Raises: NotAllowedError, DefinitionError.
    """
    match, question = _asked(actor, definition, as_of)
    if (keys := keys_of_members(match, question)) is not None:
        return len(keys)
    found = run(compile_audience(match, question).count())
    return int(found.column(0)[0].as_py())


def preview_audience(
    *, actor: Actor, definition: Mapping[str, Any], as_of: date, limit: int = 10
) -> tuple[CustomerRow, ...]:
    """Return some of the customers the rules hold for, smallest key first, masked.

    Raises: NotAllowedError, DefinitionError.
    """
    return sample_audience(actor=actor, definition=definition, as_of=as_of, limit=limit)[1]


def sample_audience(
    *, actor: Actor, definition: Mapping[str, Any], as_of: date, limit: int = 10
) -> tuple[int, tuple[CustomerRow, ...]]:
    """Return how many customers the rules hold for and some of them, asked as one question.

    The same answers as count_audience and preview_audience, for about half of their time.
    Raises: NotAllowedError, DefinitionError.
    """
    match, question = _asked(actor, definition, as_of)
    count, first = _first_members(match, question, limit)
    rows = customers_by_key(actor=actor, customer_keys=first)
    return count, tuple(rows[key] for key in sorted(rows))


def _first_members(match: Node, question: Question, limit: int) -> tuple[int, list[int]]:
    if (keys := keys_of_members(match, question)) is not None:
        return len(keys), keys[:limit].tolist()
    found = run(first_of_all(compile_audience(match, question), limit))
    return int(found["members"][0].as_py()) if found.num_rows else 0, found[KEY].to_pylist()


def first_of_all(keys: ir.Table, limit: int) -> ir.Table:
    """Return the smallest keys, each with the number of all: no row when there is none."""
    return keys.mutate(members=keys.count().over(ibis.window())).order_by(KEY).limit(limit)


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
    written = parse(definition).match
    match, question = _asked(actor, definition, as_of)
    customer = get_customer(actor=actor, customer_id=customer_id).row
    mine = customers_in_scope(question.scope)
    mine = mine.filter(mine[KEY] == customer.key)
    rules = list(leaves(match))
    truth, found = _truths(mine, rules, question)
    nodes = tree_truth(match, "$.match", truth)
    language = actor.language if actor.language in ("en", "zh-hans") else "en"
    places = _place_names(question.scope) if _asks_where(rules) else {}
    names = {**places, **names}
    # an audience that a rule speaks of stands there with its own rules: it is told as a whole too
    named = [(path, rule) for path, rule in leaves(written) if path not in truth]
    told = tuple(
        LeafTruth(
            path,
            describe_rule(rule, language, names),
            nodes[path],
            describe_found(rule, found[path], places) if found.get(path) else "",
        )
        for path, rule in [*named, *rules]
    )
    return Explanation(nodes["$.match"], told, nodes)


def _asks_where(rules: Sequence[tuple[str, Leaf]]) -> bool:
    return any(isinstance(rule, CatchmentRule) for _, rule in rules)


def _place_names(scope: Scope) -> dict[str, str]:
    """Return the names of the places in scope; of others nothing is told."""
    return {
        f"place:{info.id}": info.name
        for key, info in places_by_key().items()
        if scope.everything or key in scope.places
    }


def _truths(
    mine: ir.Table, rules: Sequence[tuple[str, Leaf]], question: Question
) -> tuple[dict[str, bool], dict[str, str]]:
    """Return by path which rules hold for one customer, and what it has for each."""
    asked, held = [], []
    for at, (_, rule) in enumerate(rules):
        number = ibis.literal(at, "int64")
        asked.append(keep(mine, rule, question).select(at=number))
        held.append(held_by(mine, rule, question).mutate(at=number))
    true_at = set(_run_all(asked)["at"].to_pylist())
    has = {row["at"]: row["held"] or "" for row in _run_all(held).to_pylist()}
    truth = {path: at in true_at for at, (path, _) in enumerate(rules)}
    return truth, {path: has.get(at, "") for at, (path, _) in enumerate(rules)}


def _run_all(tables: list[ir.Table]) -> pa.Table:
    return run(ibis.union(*tables) if len(tables) > 1 else tables[0])


def _asked(actor: Actor, definition: Mapping[str, Any], as_of: date) -> tuple[Node, Question]:
    actor.require("audiences.view")
    scope = actor.scope("audiences.view")
    match = resolve(parse(definition).match, scope)
    return match, with_memberships(match, Question(as_of, scope))
