"""The WSGI entry that granian serves."""

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from quanqu.infra.home.facade import open_home
from quanqu.project.figures import open_figures


def make_application() -> WSGIHandler:
    """Load everything, with a folder where the web processes share their figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quanqu.project.settings")
    figures = open_home().run / "metrics"
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(figures))
    open_figures(figures)
    return get_wsgi_application()


def with_tracking(pages: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Send tracking calls past the middleware of pages, everything else through it."""
    tracking = import_module("quanqu.know.timeline.api.tracking")  # its tables need the set-up

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(tracking.PREFIX):
            return tracking.application(environ, start_response)
        return pages(environ, start_response)

    return serve


application = with_tracking(make_application())
