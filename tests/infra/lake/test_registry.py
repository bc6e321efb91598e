"""What can be declared, and where it lies."""

from pathlib import Path

import pyarrow as pa
import pytest

from quanqu.infra.lake.contracts import Column, Publication
from quanqu.infra.lake.facade import register
from quanqu.infra.lake.location import lake_root, storage_options, table_uri

KEY = Column("key", pa.int64(), "The key.")


@pytest.mark.parametrize(
    "declared",
    [
        Publication("Fact", "row", (KEY,)),
        Publication("fact; DROP", "row", (KEY,)),
        Publication("fact", "row", ()),
        Publication("fact", "row", (KEY, KEY)),
        Publication("fact", "row", (KEY,), partition_by="part"),
    ],
)
def test_a_declaration_that_makes_no_table_is_refused(declared: Publication) -> None:
    with pytest.raises(ValueError, match=r"(?i)fact"):
        register(declared)


def test_the_lake_lies_in_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("QUANQU_LAKE", raising=False)
    monkeypatch.setenv("QUANQU_HOME", str(tmp_path))
    assert table_uri("fact_sale") == f"{tmp_path}/lake/fact_sale"
    assert storage_options() is None


def test_an_object_store_keeps_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUANQU_LAKE", "s3://bucket/group/")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert lake_root() == "s3://bucket/group"
    assert table_uri("fact_sale") == "s3://bucket/group/fact_sale"
    assert (storage_options() or {})["AWS_REGION"] == "eu-west-1"
