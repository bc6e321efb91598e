"""Secrets, hosts, cookies and content security."""

import hashlib
import os
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from django.utils.functional import SimpleLazyObject

from quanqu.infra.home.facade import home_path, open_home, secret

# Made on first use, not on import: type checkers and `--help` read settings without a home.
SECRET_KEY = os.environ.get("QUANQU_SECRET_KEY") or SimpleLazyObject(
    lambda: secret(open_home(), "django_secret")
)

# QUANQU_URL is the address people type, such as https://console.example.com.
_PUBLIC = urlsplit(os.environ.get("QUANQU_URL", ""))
IS_HTTPS = _PUBLIC.scheme == "https"
ALLOWED_HOSTS = [
    *os.environ.get("QUANQU_HOSTS", "127.0.0.1,localhost").split(","),
    *([_PUBLIC.hostname] if _PUBLIC.hostname else []),
]
CSRF_TRUSTED_ORIGINS = [f"{_PUBLIC.scheme}://{_PUBLIC.netloc}"] if _PUBLIC.netloc else []
# How many proxies of ours a request passes; what they say of its sender is believed.
TRUSTED_PROXIES = int(os.environ.get("QUANQU_TRUST_PROXY") or 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_HSTS_SECONDS = 365 * 86_400 if IS_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Browsers share cookies between ports: two homes on one machine need two names.
_MARK = hashlib.sha256(str(home_path()).encode()).hexdigest()[:8]
SESSION_COOKIE_NAME = "__Host-quanqu_session" if IS_HTTPS else f"quanqu_session_{_MARK}"
CSRF_COOKIE_NAME = "__Host-quanqu_csrf" if IS_HTTPS else f"quanqu_csrf_{_MARK}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "quanqu.infra.http.pages.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "style-src-attr": [UNSAFE_INLINE],  # charts and bars size themselves by style attributes
        "img-src": [SELF, "data:"],  # the QR code of a second factor is a data: image
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
