"""Settings follow from the machine; torn pid files mean nothing."""

import pytest

from quanqu.infra.postgres.contracts import Endpoint
from quanqu.infra.postgres.rules import (
    MIB,
    last_words,
    postmaster_pid,
    server_settings,
    throwaway_settings,
)


@pytest.mark.parametrize(
    ("memory_mib", "buffers", "maintenance"),
    [(512, "128MB", "64MB"), (4096, "512MB", "128MB"), (65536, "1024MB", "512MB")],
)
def test_memory_is_shared_with_the_rest_of_us(
    memory_mib: int, buffers: str, maintenance: str
) -> None:
    settings = server_settings(port=1, memory_bytes=memory_mib * MIB, shared_bytes=0)

    assert settings["shared_buffers"] == buffers
    assert settings["maintenance_work_mem"] == maintenance


@pytest.mark.parametrize(("shared_mib", "kind"), [(64, "mmap"), (512, "posix")])
def test_a_container_with_little_shared_memory_uses_files(shared_mib: int, kind: str) -> None:
    settings = server_settings(port=1, memory_bytes=MIB, shared_bytes=shared_mib * MIB)

    assert settings["dynamic_shared_memory_type"] == kind


def test_only_a_throwaway_cluster_does_not_flush() -> None:
    real = server_settings(port=7, memory_bytes=MIB, shared_bytes=0)

    assert throwaway_settings(port=7)["fsync"] == "off"
    assert not {"fsync", "synchronous_commit", "full_page_writes"} & real.keys()
    assert real["listen_addresses"] == "127.0.0.1"
    assert real["unix_socket_directories"] == ""


@pytest.mark.parametrize(
    ("text", "pid"),
    [("4711\n/data\n", 4711), ("", None), ("x\n", None), ("0\n", None), ("-5\n", None)],
)
def test_the_pid_is_the_first_line_of_its_file(text: str, pid: int | None) -> None:
    assert postmaster_pid(text) == pid


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it ended without a word"),
        ("creating files\nchild process ended\n", "child process ended"),
        ("t FATAL:  disk\nt STATEMENT:  x\nchild process exited\n", "t FATAL:  disk"),
        ("initdb: error: bad\ninitdb: removing x\n", "initdb: error: bad"),
    ],
)
def test_the_last_words_are_the_grave_ones(text: str, told: str) -> None:
    assert last_words(text) == told


def test_an_endpoint_quotes_what_a_url_cannot_hold() -> None:
    endpoint = Endpoint(5433, "a b", "p@ss/word", "c")

    assert endpoint.url.startswith("postgresql://a%20b:p%40ss/word@127.0.0.1:5433/c?")
