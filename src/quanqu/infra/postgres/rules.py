"""Server settings, decided from the machine."""

from collections.abc import Mapping
from typing import Final

MIB: Final = 1024 * 1024

_GRAVE: Final = (" FATAL: ", " PANIC: ", "initdb: error: ")

_FIXED: Final[Mapping[str, str]] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "wal_level": "replica",
    "checkpoint_timeout": "15min",
    "max_wal_size": "2GB",
    "work_mem": "32MB",
    "temp_buffers": "64MB",  # batches are staged in temporary tables
    "random_page_cost": "1.1",
    # statements and rows may hold personal data: the log gets neither
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_line_prefix": "%m [%p] ",
}


def server_settings(*, port: int, memory_bytes: int, shared_bytes: int) -> dict[str, str]:
    """Return postgresql.conf settings for a server that shares its machine with the rest of us.

    Units: `memory_bytes` of the machine, `shared_bytes` free in /dev/shm (containers have little).
    """
    buffers = min(max(memory_bytes // 8, 128 * MIB), 1024 * MIB)
    return {
        **_FIXED,
        "port": str(port),
        "shared_buffers": f"{buffers // MIB}MB",
        "effective_cache_size": f"{max(memory_bytes // 2, 256 * MIB) // MIB}MB",
        "maintenance_work_mem": f"{min(max(memory_bytes // 32, 64 * MIB), 512 * MIB) // MIB}MB",
        "dynamic_shared_memory_type": "posix" if shared_bytes >= 512 * MIB else "mmap",
    }


def throwaway_settings(*, port: int) -> dict[str, str]:
    """Return settings for a cluster nobody will miss: no flushing to disk."""
    return {
        **_FIXED,
        "port": str(port),
        "shared_buffers": "128MB",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }


def postmaster_pid(text: str) -> int | None:
    """Return the process id in the first line of a postmaster.pid, None when it is torn."""
    first = text.partition("\n")[0].strip()
    return int(first) if first.isdigit() and int(first) > 1 else None


def last_words(text: str) -> str:
    """Return why a program of PostgreSQL ended: its last grave line, or else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    grave = [line for line in lines if any(mark in f" {line}" for mark in _GRAVE)]
    return (grave or lines or ["it ended without a word"])[-1]
