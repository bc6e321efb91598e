"""The engines that every analytical test runs on: DuckDB always, Sail where it is installed."""

import os
from collections.abc import Iterator
from importlib.util import find_spec

import pytest


@pytest.fixture(scope="session")
def sail_address() -> Iterator[str]:
    """Start a Sail server in this process and return its Spark Connect address."""
    if find_spec("pysail") is None or find_spec("pyspark") is None:
        pytest.skip("Sail is not installed: the extra `spark` brings it")
    os.environ.setdefault("RUST_LOG", "error")
    from pysail.spark import SparkConnectServer  # the extra may be absent

    server = SparkConnectServer(port=0)
    server.start(background=True)
    yield f"sc://127.0.0.1:{server.listening_address[1]}"
    server.stop()


@pytest.fixture(params=("duckdb", pytest.param("sail", marks=pytest.mark.thorough)))
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test on each engine in turn."""
    address = "" if request.param == "duckdb" else request.getfixturevalue("sail_address")
    monkeypatch.setenv("QUANQU_ENGINE", address)
    return str(request.param)
