"""The peer of bench.ingest: the same batches, one row of jsonb per event, no validation."""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg

_here = threading.local()
_INSERT = "INSERT INTO bench_event (event) SELECT jsonb_array_elements(%s::jsonb -> 'batch')"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Store a batch and answer 200 once it is committed."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    _connection().execute(_INSERT, [body.decode()])
    start_response("200 OK", [("Content-Length", "16")])
    return [b'{"success":true}']


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(_here, "connection"):
        _here.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    return _here.connection
