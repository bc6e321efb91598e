"""Logs, limits, shared cache and mail."""

import os
from urllib.parse import unquote, urlsplit

from quanqu.infra.db.facade import is_outage
from quanqu.infra.logs.facade import logging_settings

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_settings(
    as_json=os.environ.get("QUANQU_LOG") == "json",
    level=os.environ.get("QUANQU_LOG_LEVEL") or "INFO",
    is_outage=is_outage,
)

# Addresses that programs call: their errors are problem+json.
PROGRAM_PATHS = ("/api/", "/v1/", "/hooks/", "/healthz", "/livez", "/metrics")

# QUANQU_API_RATE is "burst/per second" for each key, person or unknown address.
_burst, _, _per_s = os.environ.get("QUANQU_API_RATE", "300/30").partition("/")
API_RATE = (int(_burst), float(_per_s))

# With a token /metrics may be read from anywhere, without one from this machine only.
METRICS_TOKEN = os.environ.get("QUANQU_METRICS_TOKEN", "")

# Shared by all processes: sign-in counts tries at codes in it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "http_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# QUANQU_SMTP_URL: smtp://user:password@host:587, or smtps:// for TLS from the start. Without it no
# mail is sent, and a forgotten password is mended by a sign-in link from a manager.
_smtp = urlsplit(os.environ.get("QUANQU_SMTP_URL", ""))
SENDS_MAIL = bool(_smtp.hostname)
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if SENDS_MAIL
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST = _smtp.hostname or "localhost"
EMAIL_PORT = _smtp.port or (465 if _smtp.scheme == "smtps" else 587)
EMAIL_HOST_USER = unquote(_smtp.username or "")
EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
EMAIL_USE_SSL = _smtp.scheme == "smtps"
EMAIL_USE_TLS = _smtp.scheme == "smtp"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("QUANQU_MAIL_FROM", "quanqu@localhost")
