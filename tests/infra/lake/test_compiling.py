"""Expressions compiled by several threads at once are what one thread makes of them."""

from concurrent.futures import ThreadPoolExecutor

import ibis

from quanqu.infra.lake.engines.question import make_question


def expression(number: int) -> ibis.Table:
    left = ibis.table({"k": "int64", f"a{number}": "int64"}, name=f"left_{number}")
    right = ibis.table({"k": "int64", f"b{number}": "int64"}, name=f"right_{number}")
    joined = left.join(right, "k").group_by("k")
    summed = joined.aggregate(n=lambda t: t[f"a{number}"].sum() + t[f"b{number}"].max())
    return summed.filter(summed.n > number).semi_join(right, "k")


def test_threads_do_not_mix_their_questions():
    numbers = list(range(40)) * 3
    alone = [make_question(expression(number), "duckdb").sql for number in numbers]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda n: make_question(expression(n), "duckdb").sql, numbers))

    assert together == alone
