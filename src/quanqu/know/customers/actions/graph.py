"""The part of the identity graph that a decision looks at, read by set."""

from collections.abc import Collection, Iterable
from typing import Final

from django.db import connection

from quanqu.know.customers.contracts import RuleSet
from quanqu.know.customers.rules.components import BY_HAND, BY_MODEL, TOGETHER, Edge, Node, Outcome
from quanqu.know.customers.rules.standing import make_node

HAND: Final = "hand"
REVIEW: Final = "review"
MODEL: Final = "model"
ACTIVE: Final = (
    "NOT EXISTS (SELECT FROM customers_evidence w WHERE w.left_key = e.left_key "
    "AND w.right_key = e.right_key AND w.withdrawn_at IS NOT NULL)"
)
BY: Final = (
    f"CASE WHEN e.rule IN ('{HAND}', '{REVIEW}') THEN {BY_HAND} "
    f"WHEN e.rule = '{MODEL}' THEN {BY_MODEL} ELSE {TOGETHER} END"
)
EDGE: Final = (
    "SELECT e.left_key, e.right_key, (extract(epoch FROM min(e.observed_at)) * 1000000)::bigint, "  # noqa: S608 - fragments of our own code
    f"{BY} AS by, CASE WHEN {BY} = {BY_MODEL} THEN max(e.confidence) ELSE 1 END "
    f"FROM customers_evidence e WHERE {{}} AND {ACTIVE} GROUP BY e.left_key, e.right_key, by"
)
NODE: Final = (
    "SELECT i.key, i.type, i.value_hash, coalesce(i.namespace, ''), i.barred, i.customer_key, "
    "i.anchor_key, c.is_contested FROM customers_identifier i "
    "JOIN customers_customer c ON c.key = i.customer_key WHERE {}"
)


class Graph:
    """Identifiers read so far, new ones (`fresh`) among them: their nodes, and of the stored ones
    the customer, what each follows and why it is barred."""

    def __init__(self, rules: RuleSet, fresh: dict[int, Node]) -> None:
        self.rules = rules
        self.fresh = fresh
        self.nodes: dict[int, Node] = dict(fresh)
        self.customer: dict[int, int] = {}
        self.anchor: dict[int, int | None] = {}
        self.barred: dict[int, str] = {}
        self._contested: set[int] = set()
        self._apart: list[tuple[int, int]] = []
        self._placed: set[int] = set()

    @property
    def stored(self) -> Collection[int]:
        """The keys of the stored identifiers read so far."""
        return self.customer.keys()

    def is_contested(self, key: int) -> bool:
        """Tell whether links of a stored identifier's customer are refused."""
        return self.customer[key] in self._contested

    def unbar(self, key: int) -> None:
        """Let an identifier join again."""
        self.nodes[key] = self.nodes[key]._replace(is_barred=False)

    def load(self, keys: Iterable[int]) -> None:
        """Read identifiers that are not known yet."""
        if wanted := [key for key in keys if key not in self.nodes]:
            self._read("i.key = ANY(%s)", [wanted])

    def load_customers(self, customers: Collection[int]) -> None:
        """Read the members of customers."""
        if customers:
            self._read("i.customer_key = ANY(%s)", [list(customers)])

    def load_everything(self) -> None:
        """Read every identifier."""
        self._read("true", [])

    def edges_of(self, keys: Collection[int]) -> list[Edge]:
        """Return the active evidence at either end of which one of the keys is; of barred ones
        only what a person said."""
        free = [key for key in keys if not self.nodes[key].is_barred]
        held = [key for key in keys if self.nodes[key].is_barred]
        found = _edges("(e.left_key = ANY(%(k)s) OR e.right_key = ANY(%(k)s))", free)
        by_hand = f"e.rule IN ('{HAND}', '{REVIEW}')"
        found += _edges(
            f"(e.left_key = ANY(%(k)s) OR e.right_key = ANY(%(k)s)) AND {by_hand}", held
        )
        return list(dict.fromkeys(found))

    def open(self, opened: set[int], anchored: dict[int, int | None]) -> list[tuple[int, int]]:
        """Read the members of customers and return what holds them together, when nothing of them
        is refused; `anchored` are changes of what an identifier follows."""
        if not opened:
            return []
        self.load_customers(opened)
        members = {key for key, customer in self.customer.items() if customer in opened}
        within = self.edges_of([key for key in members if self.nodes[key].is_strong])
        links = [
            (edge.left, edge.right)
            for edge in within
            if edge.left in members
            and edge.right in members
            and self.nodes[edge.left].is_strong
            and self.nodes[edge.right].is_strong
        ]
        for key in members:
            above = anchored[key] if key in anchored else self.anchor[key]
            if above is not None:
                links.append((key, above))
        return links

    def counts(
        self, customers: list[int], types: list[str]
    ) -> Collection[tuple[int, str, str, int]]:
        """Count the identifiers of these types by customer, type and namespace."""
        if not customers or not types:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT customer_key, type, coalesce(namespace, ''), count(*) "
                "FROM customers_identifier WHERE customer_key = ANY(%s) AND type = ANY(%s) "
                "GROUP BY 1, 2, 3",
                [customers, types],
            )
            return list(cursor.fetchall())

    def note_placed(self, edges: Iterable[Edge]) -> None:
        """Remember who does not link and was placed by a person's or a model's word."""
        for edge in edges:
            if edge.by != TOGETHER:
                ends = (edge.left, edge.right)
                if not all(self.nodes[key].is_strong for key in ends):
                    self._placed |= set(ends)

    def apart_among(self, keys: Collection[int]) -> list[tuple[int, int]]:
        """Return the pairs of these identifiers that a verdict holds apart, and remember them."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT left_key, right_key FROM customers_apart "
                "WHERE lifted_at IS NULL AND (left_key = ANY(%(k)s) OR right_key = ANY(%(k)s))",
                {"k": list(keys)},
            )
            self._apart = cursor.fetchall()
        return self._apart

    def sore(self, outcome: Outcome) -> set[int]:
        """Return the customers of an outcome that new evidence must be weighed with whole: a link
        is refused, a pair held apart, or one that does not link was placed by a person's or a
        model's word."""
        ends = {key for one in outcome.refused for key in (one.demoted, one.other)}
        ends |= {key for pair in self._apart for key in pair} | self._placed
        return {outcome.component[key] for key in ends if key in outcome.component}

    def _read(self, condition: str, params: list[list[int]]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(NODE.format(condition), params)
            for key, type_, hashed, namespace, barred, customer, anchor, contested in cursor:
                if key in self.customer:
                    continue
                self.nodes[key] = make_node(
                    self.rules, type_, bytes(hashed), namespace, is_barred=barred is not None
                )
                self.customer[key] = customer
                self.anchor[key] = anchor
                if barred is not None:
                    self.barred[key] = barred
                if contested:
                    self._contested.add(customer)


def edges_between(left: list[int], right: list[int]) -> list[Edge]:
    """Return the active evidence between the identifiers of each pair."""
    with connection.cursor() as cursor:
        cursor.execute(
            EDGE.format(
                "(e.left_key, e.right_key) IN "
                "(SELECT * FROM unnest(%(left)s::bigint[], %(right)s::bigint[]))"
            ),
            {"left": left, "right": right},
        )
        return [Edge(*row) for row in cursor.fetchall()]


def linking_neighbours(
    rules: RuleSet, keys: Collection[int], nodes: dict[int, Node]
) -> dict[int, set[int]]:
    """Return for identifiers that can be shared the linking ones they were seen with."""
    capped = [key for key in keys if rules.types[nodes[key].type].shared_above is not None]
    linking = [name for name, rule in rules.types.items() if rule.links]
    found: dict[int, set[int]] = {}
    if not capped:
        return found
    half = (
        "SELECT e.{0}_key, e.{1}_key FROM customers_evidence e "  # noqa: S608 - fragments of our own code
        "JOIN customers_identifier n ON n.key = e.{1}_key "
        f"WHERE e.{{0}}_key = ANY(%(k)s) AND n.type = ANY(%(types)s) AND {BY} = {TOGETHER} "
        f"AND {ACTIVE}"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"{half.format('left', 'right')} UNION {half.format('right', 'left')}",
            {"k": capped, "types": linking},
        )
        for key, neighbour in cursor:
            found.setdefault(key, set()).add(neighbour)
    return found


def breach_closure(customers: set[int]) -> set[int]:
    """Return these customers and all that refused links lead to from them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE reach(customer) AS ("
            "SELECT unnest(%s::bigint[]) UNION "
            "SELECT o.customer_key FROM reach r "
            "JOIN customers_customer c ON c.key = r.customer AND c.is_contested "
            "JOIN customers_identifier i ON i.customer_key = r.customer "
            "JOIN customers_breach b ON b.demoted_key = i.key OR b.other_key = i.key "
            "JOIN customers_identifier o "
            "ON o.key = CASE WHEN b.demoted_key = i.key THEN b.other_key ELSE b.demoted_key END) "
            "SELECT customer FROM reach",
            [list(customers)],
        )
        return {row[0] for row in cursor.fetchall()}


def _edges(condition: str, keys: list[int]) -> list[Edge]:
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(EDGE.format(condition), {"k": keys})
        return [Edge(*row) for row in cursor.fetchall()]
