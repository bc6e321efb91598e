"""Matching whole tables: what is found, what is refused, what is written."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest

from quanqu.know.matching.contracts import (
    MatchResult,
    TooLittleToLearnError,
    UnknownRolesError,
    UnreadableFileError,
)
from quanqu.know.matching.facade import match_file, match_people

People = tuple[pa.Table, np.ndarray]


@pytest.fixture(scope="module")
def found(people: People) -> MatchResult:
    return match_people(table=people[0])


def _pairs(groups: np.ndarray) -> set[tuple[int, int]]:
    rows = range(len(groups))
    return {(a, b) for a in rows for b in rows if a < b and groups[a] == groups[b]}


def test_people_with_errors_are_found_without_a_truth(people: People, found: MatchResult) -> None:
    wanted, made = _pairs(people[1]), _pairs(found.groups)

    assert len(wanted & made) / len(made) >= 0.99
    assert len(wanted & made) / len(wanted) >= 0.95
    assert found.threshold <= 0.5
    assert abs(found.prior * 400 * 399 / 2 - 200) < 20  # the share of matches is learnt as well


def test_the_answer_does_not_hang_on_names_or_order_of_columns(
    people: People, found: MatchResult
) -> None:
    table = people[0].rename_columns(["a", "b", "c", "d", "e"]).select(["e", "d", "c", "b", "a"])
    roles = {
        "a": "given_name", "b": "surname", "c": "date_of_birth", "d": "postcode", "e": "locality",
    }  # fmt: skip
    again = match_people(table=table, roles=roles)

    assert again.groups.tolist() == found.groups.tolist()


def test_links_are_what_the_groups_say(found: MatchResult) -> None:
    pairs = found.pairs.to_pydict()
    same = found.groups[pairs["left"]] == found.groups[pairs["right"]]

    assert same.tolist() == pairs["is_linked"]
    assert all(0 <= rate <= 1 for rate in pairs["probability"])


def test_what_cannot_be_matched_is_refused_by_name() -> None:
    with pytest.raises(UnknownRolesError, match="fewer than two columns"):
        match_people(table=pa.table({"x": ["1"], "y": ["2"]}))
    with pytest.raises(UnknownRolesError, match="no column z"):
        match_people(table=pa.table({"x": ["1"]}), roles={"z": "email"})
    for rows in (["a", "b"], [None, None], ["a"], []):
        lonely = pa.table(
            {"email": pa.array(rows, pa.string()), "phone": pa.array(rows, pa.string())}
        )
        with pytest.raises(TooLittleToLearnError):
            match_people(table=lonely)


def test_han_names_meet_their_pinyin() -> None:
    rows = []
    for number, (han, latin) in enumerate(
        [("王伟", "Wang Wei"), ("李娜", "Li Na"), ("张敏", "Zhang Min"), ("刘洋", "Liu Yang")] * 6
    ):
        birth, phone = f"19{60 + number}-0{1 + number % 9}-11", f"1391234{1000 + number * 7}"
        rows.append({"姓名": han, "出生日期": birth, "手机号": phone})
        given = f"{latin.split()[1]} {latin.split()[0]}"
        rows.append({"姓名": given, "出生日期": birth, "手机号": phone if number % 2 else None})
    groups = match_people(table=pa.Table.from_pylist(rows)).groups

    assert groups.tolist() == [row - row % 2 for row in range(len(rows))]


def test_a_file_gives_people_and_pairs_beside_it(tmp_path: Path, people: People) -> None:
    source = tmp_path / "guests.csv"
    keyed = people[0].append_column("key", pa.array([f"k{n}" for n in range(400)]))
    pa_csv.write_csv(keyed, source)
    result, written, pairs = match_file(path=source, folder=tmp_path)

    back = pa_csv.read_csv(written)
    assert back["person"].to_pylist() == result.groups.tolist()
    assert back["id"].to_pylist()[:2] == ["k0", "k1"]
    assert pa_csv.read_csv(pairs).num_rows == result.pairs.num_rows
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "guests.csv",
        "guests.pairs.csv",
        "guests.people.csv",
    ]


def test_a_broken_file_is_refused_by_name(tmp_path: Path) -> None:
    for name, content in (("a.csv", b"a,b\n1,2,3\n"), ("b.parquet", b"no"), ("c.csv", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadableFileError, match=name):
            match_file(path=tmp_path / name, folder=tmp_path)
