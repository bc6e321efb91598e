"""Accuracy, dependencies, due times and files of answers, without a database."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.kernel.ids import encode, new_id
from quanqu.know.audiences.contracts import DecileRule, Op, ProfileRule
from quanqu.know.customers.contracts import TagKind
from quanqu.know.tags.contracts import AnswerFileError, Every, TagDraft
from quanqu.know.tags.rules.accuracy import (
    LEAST_ANSWERS,
    missed_rate,
    precision,
    recall,
    stratum,
    wilson,
)
from quanqu.know.tags.rules.answer_file import MOST_BYTES, MOST_LINES, read_answers
from quanqu.know.tags.rules.depending import circle, rounds, tags_of
from quanqu.know.tags.rules.due import is_due

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def test_the_interval_of_wilson_by_published_figures() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), p. 861, table I, method 3.
    for hits, asked, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = wilson(hits, asked)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(asked=st.integers(1, 5000), data=st.data())
def test_the_interval_solves_its_equation(asked: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, asked))
    found, share = wilson(hits, asked), hits / asked

    assert 0 <= found.low <= share <= found.high <= 1
    for bound in (found.low, found.high):  # (p − b)² = z² b(1 − b) / n
        if 0 < bound < 1:
            wanted = 1.959963984540054**2 * bound * (1 - bound) / asked
            assert math.isclose((share - bound) ** 2, wanted, rel_tol=1e-6, abs_tol=1e-9)
    with pytest.raises(ValueError, match="nobody"):
        wilson(0, 0)


def test_recall_weighs_the_strata_by_their_size() -> None:
    worn, unworn = stratum(1000, 50, 45), stratum(9000, 60, 57)

    assert precision(worn) == wilson(45, 50)
    assert missed_rate(unworn) == wilson(3, 60)
    # 1,000 × 0.9 found; 9,000 × 0.05 missed
    assert recall(worn, unworn) == pytest.approx(900 / (900 + 450))


def test_too_few_answers_say_nothing_and_everybody_of_a_few_is_enough() -> None:
    few, nobody = stratum(1000, LEAST_ANSWERS - 1, 20), stratum(0, 0, 0)
    all_of_it = stratum(4, 4, 3)

    assert precision(few) is None
    assert recall(few, all_of_it) is None
    assert recall(all_of_it, few) is None
    assert missed_rate(nobody) is None
    assert precision(all_of_it) == wilson(3, 4)
    assert recall(all_of_it, nobody) == 1.0
    assert recall(stratum(4, 4, 0), stratum(4, 4, 4)) is None


def test_rules_tell_which_tags_they_speak_of() -> None:
    rules = [
        ProfileRule("tags", Op.CONTAINS, "vip"),
        ProfileRule("tags", Op.NOT_IN, ["new", "old"]),
        ProfileRule("tag_values.spend", Op.GTE, 5),
        DecileRule("tag_values.visits", 1),
        ProfileRule("country", Op.EQ, "GB"),
    ]

    assert tags_of(rules, ()) == {"vip", "new", "old", "spend", "visits"}
    assert tags_of([ProfileRule("tags", Op.EXISTS)], ("a", "b")) == {"a", "b"}


def test_circles_are_told_with_their_way() -> None:
    needs = {"a": frozenset("b"), "b": frozenset("cd"), "c": frozenset("a"), "e": frozenset("e")}

    assert circle("a", needs) == ("a", "b", "c", "a")
    assert circle("e", needs) == ("e", "e")
    assert circle("d", needs) == ()


@given(st.dictionaries(st.sampled_from("abcdef"), st.frozensets(st.sampled_from("abcdefg"))))
def test_tags_come_after_those_they_speak_of(needs: dict[str, frozenset[str]]) -> None:
    made = rounds(list("abcdef"), needs)

    assert sorted(name for names in made for name in names) == list("abcdef")
    done: set[str] = set()
    for names in made:
        for name in names:
            waits = needs.get(name, frozenset()) & set("abcdef") - done
            in_circles = any(circle(one, needs) for one in waits | {name})
            assert not waits or in_circles or any(circle(one, needs) for one in "abcdef")
        done |= set(names)
    if not any(circle(name, needs) for name in "abcdef"):
        place = {name: at for at, names in enumerate(made) for name in names}
        assert all(
            place[other] < place[name]
            for name in "abcdef"
            for other in needs.get(name, ())
            if other in place
        )


@pytest.mark.parametrize(
    ("every", "ago", "stale_ago", "due"),
    [
        (Every.HOUR, None, None, True),
        (Every.NEVER, None, None, False),
        (Every.HOUR, 60, None, True),
        (Every.HOUR, 59, None, False),
        (Every.DAY, 60 * 23, None, False),
        (Every.DAY, 60 * 24, None, True),
        (Every.DAY, 10, 4, True),
        (Every.DAY, 4, 2, False),
        (Every.HOUR, 10, 11, False),
    ],
)
def test_a_tag_is_due(every: Every, ago: int | None, stale_ago: int | None, due: bool) -> None:
    last, stale = (
        None if one is None else NOW - timedelta(minutes=one) for one in (ago, stale_ago)
    )

    assert is_due(every, last, stale, NOW) is due


def test_a_file_of_answers_is_read_line_by_line() -> None:
    ids = [new_id() for _ in range(4)]
    told = [encode("cus", one) for one in ids]
    text = (
        f"\ufeffcustomer,answer,note\n{told[0]},right,x\n {told[1]} ,错,\n"
        f"{told[2]},maybe,\nnobody,yes,\n{told[3]},TRUE,"
    )

    good, bad = read_answers(text.encode())

    assert [(line, one.customer_id, one.is_right) for line, one in good] == [
        (2, ids[0], True),
        (3, ids[1], False),
        (6, ids[3], True),
    ]
    assert [one.line for one in bad] == [4, 5]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"customer\nx\n",
        b"",
        b"x" * (MOST_BYTES + 1),
        b"customer,answer\n" + b"x,right\n" * (MOST_LINES + 1),
        b'customer,answer\n"x,right\n',
    ],
)
def test_a_file_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(AnswerFileError):
        read_answers(content)


def test_a_hand_tag_is_not_worked_out() -> None:
    with pytest.raises(ValueError, match="by hand"):
        TagDraft(TagKind.HAND, "", "", {})
