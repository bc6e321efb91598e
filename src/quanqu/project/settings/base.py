"""Apps, database, languages and files."""

import os
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from quanqu.project.apps_list import INFRA, ROOMS

PACKAGE = Path(__file__).resolve().parents[2]
DEBUG = os.environ.get("QUANQU_DEBUG") == "1"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",  # operator classes in indexes of expressions
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    *INFRA,
    *ROOMS,
]
MIDDLEWARE = [
    "quanqu.infra.http.middleware.ClientAddressMiddleware",
    "quanqu.infra.http.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "quanqu.infra.http.middleware.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "quanqu.project.sign_in.actors.ActorMiddleware",
    "quanqu.project.sign_in.preferences.PreferencesMiddleware",
    "quanqu.doors.api.middleware.ApiGateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "quanqu.project.sign_in.limits.SignInLimitMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "quanqu.project.sign_in.policy.ScreensPolicyMiddleware",
]
ROOT_URLCONF = "quanqu.project.urls"
WSGI_APPLICATION = "quanqu.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "org.Person"
SITE_NAME = "Quanqu"


def _database(url: str) -> dict[str, object]:
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql:///quanqu"))}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Without a collected folder whitenoise serves the packages' own files.
STATIC_ROOT = os.environ.get("QUANQU_STATIC_ROOT")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
