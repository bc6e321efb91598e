"""A small WSGI application behind the gateway, for tests that talk to it over a socket."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

import django
from django.core.exceptions import BadRequest

THREADS = 2
LONG = 5 << 20


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Say what came; `/bug` fails, `/long` answers with many bytes."""
    if environ["PATH_INFO"] == "/bug":
        raise RuntimeError("a bug")
    if environ["PATH_INFO"] == "/long":
        start("200 OK", [("Content-Type", "application/octet-stream")])
        return (b"x" * 65_536 for _ in range(LONG // 65_536))
    try:
        body = environ["wsgi.input"].read()
    except BadRequest as error:
        start("400 Bad Request", [])
        return [str(error).encode()]
    told = {name: value for name, value in environ.items() if isinstance(value, str)}
    told |= {"bytes": len(body), "digest": hashlib.sha256(body).hexdigest()}
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]


django.setup()  # the gateway renders problems as the rest of the product does
gateway = import_module("quanqu.project.gateway")
gateway.BODY_S = float(os.environ.get("QUANQU_TEST_BODY_S", "120"))
served = gateway.Gateway(echo, threads=THREADS)
