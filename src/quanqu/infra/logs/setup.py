"""The one set-up of structlog and of the standard library's logging under it."""

import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from typing import Any, Final

import structlog
from structlog.typing import Processor

HIDDEN: Final = "[hidden]"

_SECRET_NAMES: Final = re.compile(
    r"pass(word)?|secret|token|authorization|cookie|session|e?mail|phone|street|api_?key",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_ADDRESSED: Final = frozenset({"django.request", "django.security.csrf"})
_TOKEN: Final = re.compile(r"qq_live_[0-9a-z]{8}_[0-9a-z]+")


Told = Callable[[BaseException | None], bool]


def logging_settings(
    *, as_json: bool, level: str, is_outage: Told = lambda _error: False
) -> dict[str, Any]:
    """Configure structlog and return Django's LOGGING for it.

    Both write the same lines to stderr. Fields with telling names are hidden, and so is whatever
    looks like an e-mail address or an API key inside a text.  An error that `is_outage` is told
    in a line: where it was met says nothing.
    """
    structlog.configure(
        processors=[*_common(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
        )
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _common(),
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _shorten(is_outage),
            structlog.processors.format_exc_info,
            hide_secrets,
            renderer,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "filters": {"route": {"()": RouteOnly}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["route"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # refusals have a line of our own, by route
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "django.server": {"handlers": ["stderr"], "level": level, "propagate": False},
            **_quiet(level),
        },
    }


class RouteOnly(logging.Filter):
    """Says of a failed request which route it took, for its raw address may name somebody.

    Or let somebody in: the address of a sign-in link is its secret.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through, those about requests without the address."""
        request = getattr(record, "request", None)
        if record.name in _ADDRESSED and isinstance(record.args, tuple) and record.args:
            match = getattr(request, "resolver_match", None)
            record.args = (*record.args[:-1], match.route if match else "unknown")
        return True


def hide_secrets(
    logger: Any, name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide what must not be in a log: by the name of its field, or by what its text looks like."""
    del logger, name
    for field, value in event.items():
        if field != "event" and _SECRET_NAMES.search(field):
            event[field] = HIDDEN
        elif isinstance(value, str):
            event[field] = _EMAIL.sub(HIDDEN, _TOKEN.sub(HIDDEN, value))
    return event


def _quiet(level: str) -> dict[str, dict[str, str]]:
    """Keep the queue from telling of every job, at its start and at its end; infra.jobs does."""
    if level == "DEBUG":
        return {}
    return {
        "procrastinate": {"level": "WARNING"},
        "procrastinate.worker": {"level": "CRITICAL"},  # each job that failed, which we tell too
        "procrastinate.worker.worker": {"level": "WARNING"},
    }


def _shorten(is_outage: Told) -> Processor:
    def shorten(
        logger: Any, name: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        del logger, name
        given = event.get("exc_info")
        error = given[1] if isinstance(given, tuple) else given
        if error is True:
            error = sys.exc_info()[1]
        if isinstance(error, BaseException) and is_outage(error):
            del event["exc_info"]
            event["reason"] = " ".join(str(error).split())
        return event

    return shorten


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.UnicodeDecoder(),
    ]
